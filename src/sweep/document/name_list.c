// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/document/name_list.h"
#include <ctype.h>
#include <string.h>

/* Letters, digits and the signs that mean nothing in a list. */
static bool is_plain(const char *name)
{
    if (isspace((unsigned char)name[0]))
        return false;
    for (; *name; name++)
        if (!isalnum((unsigned char)*name) && !strchr("_.- /", *name) && (unsigned char)*name < 0x80)
            return false;
    return true;
}

/* Adds a name, in double quotes where it needs them; false when there is no room. */
static bool append(char text[DP_TEXT], const char *name)
{
    size_t used = strlen(text);
    const bool quoted = !is_plain(name);
    if (used + 2 * strlen(name) + 5 > DP_TEXT)
        return false;
    if (used)
        used += (size_t)sprintf(text + used, ", ");
    if (quoted)
        text[used++] = '"';
    for (; *name; name++) {
        if (quoted && *name == '"')
            text[used++] = '"';
        text[used++] = *name;
    }
    if (quoted)
        text[used++] = '"';
    text[used] = '\0';
    return true;
}

bool dp_name_list_join(struct dp_document *document, const struct dp_key *key, const yaml_node_t *node,
                       char text[DP_TEXT])
{
    char found[80];
    memset(text, 0, DP_TEXT);
    for (int64_t i = 0; i < dp_list_count(node); i++) {
        const yaml_node_t *const item = dp_list_item(document, node, i);
        if (!dp_node_is_value(item) || !dp_node_text(item)[0]) {
            dp_complain(document->faults, dp_node_place(document, item),
                        "%s must list names of columns, not %s", key->name,
                        dp_node_found(item, found, sizeof found));
            return false;
        }
        if (!append(text, dp_node_text(item))) {
            dp_complain(document->faults, dp_node_place(document, item),
                        "the names that %s lists must take at most %d bytes; where nearly all columns are "
                        "wanted, give "
                        "only y, and x is all others",
                        key->name, DP_TEXT / 2);
            return false;
        }
    }
    if (!text[0])
        dp_complain(document->faults, dp_node_place(document, node), "%s lists no names", key->name);
    return text[0];
}
