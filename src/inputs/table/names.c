// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/table/names.h"
#include "sweep/keys/utf8.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 8 }; // names of a list that are written out

static const char blanks[] = " \t\r\n";

/* Control characters become blanks, and bytes that are no UTF-8, as in Latin-1, question marks. */
static void make_printable(char *text)
{
    for (size_t length; *text; text += length ? length : 1) {
        length = dp_utf8_bytes(text, SIZE_MAX);
        if (length < 2)
            *text = length == 0 ? '?' : iscntrl((unsigned char)*text) ? ' ' : *text;
    }
}

enum dp_status dp_names_add(struct dp_names *names, const char *text, size_t length, struct dp_error *error)
{
    while (length && strchr(blanks, text[0])) {
        text++;
        length--;
    }
    while (length && strchr(blanks, text[length - 1]))
        length--;
    if (names->count == names->room) {
        const int64_t room = names->room ? 2 * names->room : 16;
        char **const grown = realloc(names->text, (size_t)room * sizeof *grown);
        if (!grown)
            return dp_fail(error, DP_NO_MEMORY, "no memory for the names of columns");
        names->text = grown;
        names->room = room;
    }
    char *const copy = malloc(length + 1);
    if (!copy)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the names of columns");
    memcpy(copy, text, length);
    copy[length] = '\0';
    make_printable(copy);
    names->text[names->count++] = copy;
    return DP_OK;
}

enum dp_status dp_names_number(struct dp_names *names, int64_t count, struct dp_error *error)
{
    for (int64_t k = 1; k <= count; k++) {
        char text[24];
        const int length = snprintf(text, sizeof text, "%lld", (long long)k);
        DP_TRY(dp_names_add(names, text, (size_t)length, error));
    }
    return DP_OK;
}

/* Adds a name in double quotes; *end is behind the closing one. */
static enum dp_status add_quoted(struct dp_names *names, const char *text, const char **end,
                                 struct dp_error *error)
{
    char *const name = malloc(strlen(text) + 1);
    if (!name)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the names of columns");
    size_t length = 0;
    for (text++; *text && (*text != '"' || text[1] == '"'); text++) {
        text += *text == '"';
        name[length++] = *text;
    }
    *end = text + (*text == '"');
    const enum dp_status status = dp_names_add(names, name, length, error);
    free(name);
    return status;
}

enum dp_status dp_names_split(struct dp_names *names, const char *list, struct dp_error *error)
{
    while (*list) {
        list += strspn(list, blanks);
        if (*list == '"') {
            DP_TRY(add_quoted(names, list, &list, error));
            list += strcspn(list, ",");
        } else {
            const size_t length = strcspn(list, ",");
            DP_TRY(dp_names_add(names, list, length, error));
            list += length;
        }
        list += *list == ',';
    }
    return DP_OK;
}

int64_t dp_names_find(const struct dp_names *names, const char *name, int64_t from)
{
    for (int64_t i = from; i < names->count; i++)
        if (strcmp(names->text[i], name) == 0)
            return i;
    return -1;
}

const char *dp_names_list(const struct dp_names *names, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int64_t i = 0; i < names->count && used < size; i++) {
        const bool gap = names->count > SHOWN && i == SHOWN - 2;
        if (gap)
            i = names->count - 1;
        used += (size_t)snprintf(text + used, size - used, "%s%s%.40s", i ? ", " : "", gap ? "..., " : "",
                                 names->text[i]);
    }
    return text;
}

void dp_names_free(struct dp_names *names)
{
    for (int64_t i = 0; i < names->count; i++)
        free(names->text[i]);
    free(names->text);
    *names = (struct dp_names){0};
}
