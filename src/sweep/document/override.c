// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/document/override.h"
#include "sweep/document/axes.h"
#include <string.h>

/* Takes key out of all levels; the position of the axis that it had, or one after all in the file. */
static size_t clear(struct dp_parsed *parsed, const struct dp_key *key)
{
    size_t order = SIZE_MAX;
    for (int b = parsed->block_count - 1; b >= 0; b--)
        dp_scope_remove(&parsed->blocks[b], key, &order);
    dp_scope_remove(&parsed->top, key, &order);
    return order;
}

/* Whether the text is several values of the key with commas between them. */
static bool is_bare_list(const struct dp_key *key, const char *text)
{
    struct dp_run run = dp_run_defaults();
    char piece[64];
    if (!key->sweepable || key->type == DP_STRING || !strchr(text, ','))
        return false;
    for (size_t length; *text; text += length + (text[length] == ',')) {
        text += strspn(text, " ");
        length = strcspn(text, ",");
        if (length == 0 || length >= sizeof piece)
            return false;
        snprintf(piece, sizeof piece, "%.*s", (int)length, text);
        for (size_t end = length; end > 0 && piece[end - 1] == ' '; end--)
            piece[end - 1] = '\0';
        if (dp_key_parse(key, piece, "", &run, NULL) != DP_OK)
            return false;
    }
    return true;
}

/* 100,200 is a list without its brackets; 0,5 may be one number with a decimal comma. */
static bool complain_bare_list(const struct dp_key *key, const char *value, struct dp_place place,
                               struct dp_faults *faults)
{
    const char *const comma = strchr(value, ',');
    char number[64] = "";
    if (!is_bare_list(key, value))
        return false;
    if (key->type == DP_REAL && !strchr(comma + 1, ',') && !strpbrk(value, ". "))
        snprintf(number, sizeof number, ", one number %.20s=%.*s.%.20s", key->name, (int)(comma - value),
                 value, comma + 1);
    dp_complain(faults, place, "several values are written %s=[%.200s]%s", key->name, value, number);
    return true;
}

static enum dp_status set_value(struct dp_parsed *parsed, const struct dp_key *key, const char *value,
                                const char *place, struct dp_faults *faults)
{
    struct dp_run run = dp_run_defaults();
    if (complain_bare_list(key, value, (struct dp_place){place, 0, 0}, faults))
        return DP_OK;
    if (dp_key_parse(key, value, place, &run, faults->error) != DP_OK) {
        faults->count++;
        return DP_OK;
    }
    clear(parsed, key);
    dp_key_parse(key, value, place, &parsed->top.run, NULL);
    parsed->top.set[dp_key_index(key)] = (struct dp_place){place, 0, 0};
    return DP_OK;
}

static enum dp_status set_axis(struct dp_parsed *parsed, struct dp_values *values)
{
    struct dp_factor factor = {.place = values->place};
    factor.order = clear(parsed, values->key);
    DP_TRY(dp_factor_add(&factor, values));
    return dp_scope_add(&parsed->top, &factor);
}

/* Reads the value of an axis, with the checks of one in the file. */
static enum dp_status read_axis(struct dp_document *document, const struct dp_key *key,
                                struct dp_parsed *parsed, const yaml_node_t *node)
{
    const struct dp_place place = {document->name, 0, 0};
    struct dp_values values;
    DP_TRY(dp_axis_read(document, key, place, node, &values));
    if (values.count == 0)
        return DP_OK;
    const struct dp_factor alone = {.axis_count = 1, .axes = &values, .count = values.count};
    bool repeats;
    int64_t i, j;
    const enum dp_status status = dp_factor_repeats(&alone, &repeats, &i, &j);
    if (status == DP_OK && !repeats)
        return set_axis(parsed, &values);
    if (status == DP_OK)
        dp_complain(document->faults, place, "values %lld and %lld of the axis %s are the same",
                    (long long)i + 1, (long long)j + 1, key->name);
    dp_axis_values_free(&values);
    return status;
}

static const struct dp_key *find_key(const char *text, struct dp_place place, struct dp_faults *faults)
{
    char name[64] = "", hint[DP_KEY_HINT];
    text += strspn(text, " ");
    size_t length = strcspn(text, "=");
    const bool assigns = text[length] == '=' && length > 0;
    while (length > 0 && text[length - 1] == ' ')
        length--;
    snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name), text);
    const struct dp_key *const key = dp_key_find(name);
    if (!assigns) {
        dp_complain(faults, place, "expected key=value, such as width=1000 or seed=[1, 2]%s",
                    key ? "" : dp_section_hint(name, hint));
        return NULL;
    }
    if (!key)
        dp_complain(faults, place, "unknown key \"%s\"%s", name, dp_key_hint(name, NULL, hint));
    return key;
}

enum dp_status dp_override(struct dp_parsed *parsed, const char *text, const char *place, int64_t *room,
                           struct dp_faults *faults)
{
    const struct dp_place where = {place, 0, 0};
    if (strpbrk(text, "\n\r")) { // a store keeps the texts one a line
        dp_complain(faults, where, "must be one line");
        return DP_OK;
    }
    const struct dp_key *const key = find_key(text, where, faults);
    if (!key)
        return DP_OK;
    const char *const value = strchr(text, '=') + 1;
    struct dp_document document = {.name = place, .one_place = true, .faults = faults, .room = room};
    const enum dp_status loaded = dp_document_load(&document, value, strlen(value));
    if (loaded != DP_OK)
        return loaded == DP_BAD_INPUT ? DP_OK : loaded; // the complaint is made
    const yaml_node_t *const node = dp_document_root(&document);
    enum dp_status status = DP_OK;
    if (!node || dp_node_is_null(node))
        dp_complain(faults, where, "%s has no value", key->name);
    else if (node->type == YAML_SCALAR_NODE)
        status = set_value(parsed, key, dp_node_text(node), place, faults);
    else
        status = read_axis(&document, key, parsed, node);
    yaml_document_delete(&document.tree);
    return status;
}
