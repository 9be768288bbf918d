// SPDX-License-Identifier: BSD-3-Clause
#include "reading/coordinates.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 128, COORDINATES_ROOM = 1024 };

int dp_coordinates(const struct dp_store *store, const char **names, int max)
{
    const char *columns[MOST_COLUMNS];
    int count = dp_store_columns(store, columns, MOST_COLUMNS), found = 0;
    if (count > MOST_COLUMNS)
        count = MOST_COLUMNS;
    for (int i = 0; i < count; i++) {
        const struct dp_key *const key = dp_key_find(columns[i]);
        if (key && key->sweepable && found < max)
            names[found++] = columns[i];
    }
    return found;
}

const char *dp_coordinate_name(const struct dp_store *store, const char *name)
{
    const char *names[MOST_COLUMNS];
    const int count = dp_coordinates(store, names, MOST_COLUMNS);
    for (int i = 0; i < count; i++)
        if (!strcmp(names[i], name))
            return names[i];
    return NULL;
}

static enum dp_status unknown_coordinate(const struct dp_store *store, const char *option, const char *name,
                                         struct dp_error *error)
{
    const char *names[MOST_COLUMNS];
    const int count = dp_coordinates(store, names, MOST_COLUMNS);
    char list[COORDINATES_ROOM] = "";
    for (int i = 0; i < count; i++) {
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? " " : "", names[i]);
    }
    const char *const near = dp_nearest_name(name, names, count);
    return dp_fail(error, DP_BAD_INPUT, "%s %s: no such coordinate in this store%s%s%s (it has %s)", option,
                   name, near ? "; did you mean " : "", near ? near : "", near ? "?" : "", list);
}

enum dp_status dp_coordinate_find(const struct dp_store *store, const char *option, const char *name,
                                  const char **coordinate, struct dp_error *error)
{
    *coordinate = dp_coordinate_name(store, name);
    return *coordinate ? DP_OK : unknown_coordinate(store, option, name, error);
}

bool dp_coordinate_is_named(const struct dp_store *store, const char *column)
{
    // Multiplicity is a number, but it names an activation.
    return dp_store_flag(store, column, 0) || !strcmp(column, "multiplicity");
}

const char *dp_coordinate_text(const struct dp_store *store, const char *column, double value, bool exact,
                               char *text, size_t size)
{
    const char *const flag = isfinite(value) ? dp_store_flag(store, column, (int64_t)value) : NULL;
    if (flag) {
        snprintf(text, size, "%s", flag);
        return text;
    }
    const struct dp_key *const key = dp_key_find(column);
    if (key && key->type == DP_REAL && key->choices && value == 0) {
        snprintf(text, size, "%s", key->choices[0]);
        return text;
    }
    for (int digits = exact ? 15 : 6; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, value + 0.0); // no -0
        if (!exact || strtod(text, NULL) == value)
            break;
    }
    return text;
}
