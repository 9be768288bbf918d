// SPDX-License-Identifier: BSD-3-Clause
#include "reading/filter.h"
#include "dewpoint/sweep/keys.h"
#include "figures/style.h"
#include "reading/coordinates.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { MOST_FLAGS = 256 };

/* Finds the value whose name in a flagged coordinate is text. */
static enum dp_status parse_flag(const struct dp_store *store, const char *column, const char *text,
                                 double *value, struct dp_error *error)
{
    const char *flags[MOST_FLAGS];
    int count = 0;
    while (count < MOST_FLAGS && (flags[count] = dp_store_flag(store, column, count)) != NULL)
        count++;
    for (int i = 0; i < count; i++)
        if (!strcmp(flags[i], text)) {
            *value = i;
            return DP_OK;
        }
    const char *const near = dp_nearest_name(text, flags, count);
    return dp_fail(error, DP_BAD_INPUT, "--at %s=%s: no such value%s%s%s", column, text,
                   near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

enum dp_status dp_filter_add(const struct dp_store *store, const char *text, struct dp_filter *filter,
                             struct dp_error *error)
{
    char name[64];
    const char *const equals = strchr(text, '=');
    if (!equals || equals == text || (size_t)(equals - text) >= sizeof name)
        return dp_fail(error, DP_BAD_INPUT, "--at %s: write key=value, e.g. --at activation=relu", text);
    if (filter->terms == DP_FILTER_TERMS)
        return dp_fail(error, DP_BAD_INPUT, "--at %s: more than %d of --at", text, DP_FILTER_TERMS);
    snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
    struct dp_filter_term *const term = &filter->term[filter->terms];
    DP_TRY(dp_coordinate_find(store, "--at", name, &term->column, error));
    const struct dp_key *const key = dp_key_find(name);
    if (dp_store_flag(store, name, 0)) {
        DP_TRY(parse_flag(store, term->column, equals + 1, &term->value, error));
    } else {
        struct dp_run run = dp_run_defaults();
        DP_TRY(dp_key_parse(key, equals + 1, "--at", &run, error));
        term->value = dp_key_number(key, &run);
    }
    filter->terms++;
    return DP_OK;
}

const char *dp_filter_title(const struct dp_store *store, const struct dp_filter *filter, char *text,
                            size_t size)
{
    char value[DP_TEXT], symbol[64];
    text[0] = '\0';
    for (int k = 0; k < filter->terms; k++) {
        const char *const column = filter->term[k].column;
        bool first = true;
        for (int before = 0; before < k; before++)
            first = first && strcmp(filter->term[before].column, column) != 0;
        for (int l = k; l < filter->terms && first; l++) {
            const size_t used = strlen(text);
            if (strcmp(filter->term[l].column, column) != 0)
                continue;
            dp_coordinate_text(store, column, filter->term[l].value, false, value, sizeof value);
            if (l == k)
                snprintf(text + used, size - used, ", %s %.60s",
                         dp_symbol_equals(column, symbol, sizeof symbol), value);
            else
                snprintf(text + used, size - used, " or %.60s", value);
        }
    }
    return text;
}
