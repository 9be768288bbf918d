// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/keys.h"
#include "gather.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 128, FLAGS_MAX = 256, LIST_ROOM = 1024 };

int dp_coordinates(const struct dp_store *store, const char **names, int max)
{
    const char *columns[COLUMNS_MAX];
    int count = dp_store_columns(store, columns, COLUMNS_MAX), found = 0;
    if (count > COLUMNS_MAX)
        count = COLUMNS_MAX;
    for (int i = 0; i < count; i++) {
        const struct dp_key *const key = dp_key_find(columns[i]);
        if (key && key->sweepable && found < max)
            names[found++] = columns[i];
    }
    return found;
}

/* The store's own spelling of a coordinate, NULL if it has none of that name. */
static const char *find_coordinate(const struct dp_store *store, const char *name)
{
    const char *names[COLUMNS_MAX];
    const int count = dp_coordinates(store, names, COLUMNS_MAX);
    for (int i = 0; i < count; i++)
        if (!strcmp(names[i], name))
            return names[i];
    return NULL;
}

/* "option NAME: ..." with the coordinates that there are. */
static enum dp_status unknown_coordinate(const struct dp_store *store, const char *option, const char *name,
                                         struct dp_error *error)
{
    const char *names[COLUMNS_MAX];
    const int count = dp_coordinates(store, names, COLUMNS_MAX);
    char list[LIST_ROOM] = "";
    for (int i = 0; i < count; i++) {
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? " " : "", names[i]);
    }
    const char *const near = dp_nearest_name(name, names, count);
    return dp_fail(error, DP_BAD_INPUT, "%s %s: no such coordinate in this store%s%s%s (it has %s)", option,
                   name, near ? "; did you mean " : "", near ? near : "", near ? "?" : "", list);
}

enum dp_status dp_view_check(const struct dp_store *store, const struct dp_view *view, struct dp_error *error)
{
    enum dp_status status = DP_OK;
    const struct {
        const char *option, *name;
    } axes[] = {{"--x", view->x}, {"--y", view->y}};
    for (int i = 0; i < 2; i++) {
        if (!find_coordinate(store, axes[i].name))
            status = unknown_coordinate(store, axes[i].option, axes[i].name, error);
        else if (!strcmp(axes[i].name, "width"))
            status = dp_fail(error, DP_BAD_INPUT,
                             "%s width: S is the slope over widths, so width is no axis of the plane",
                             axes[i].option);
    }
    if (!strcmp(view->x, view->y))
        status =
            dp_fail(error, DP_BAD_INPUT, "--x and --y are both %s; a plane needs two coordinates", view->x);
    return status;
}

/* Finds the value that a flagged coordinate calls text. */
static enum dp_status parse_flag(const struct dp_store *store, const char *column, const char *text,
                                 double *value, struct dp_error *error)
{
    const char *flags[FLAGS_MAX];
    int count = 0;
    while (count < FLAGS_MAX && (flags[count] = dp_store_flag(store, column, count)) != NULL)
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

enum dp_status dp_view_pick(const struct dp_store *store, const char *text, struct dp_view *view,
                            struct dp_error *error)
{
    char name[64];
    const char *const equals = strchr(text, '=');
    if (!equals || equals == text || (size_t)(equals - text) >= sizeof name)
        return dp_fail(error, DP_BAD_INPUT, "--at %s: write key=value, e.g. --at activation=relu", text);
    if (view->picks == DP_PICKS)
        return dp_fail(error, DP_BAD_INPUT, "--at %s: more than %d of --at", text, DP_PICKS);
    snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
    struct dp_pick *const pick = &view->pick[view->picks];
    pick->column = find_coordinate(store, name);
    if (!pick->column)
        return unknown_coordinate(store, "--at", name, error);
    const struct dp_key *const key = dp_key_find(name);
    if (dp_store_flag(store, name, 0)) {
        DP_TRY(parse_flag(store, pick->column, equals + 1, &pick->value, error));
    } else {
        struct dp_run run = dp_run_defaults();
        DP_TRY(dp_key_parse(key, equals + 1, "--at", &run, error));
        pick->value = dp_key_number(key, &run);
    }
    view->picks++;
    return DP_OK;
}

const char *dp_coordinate_text(const struct dp_store *store, const char *column, double value, bool exact,
                               char *text, size_t size)
{
    const char *const flag = isfinite(value) ? dp_store_flag(store, column, (int64_t)value) : NULL;
    if (flag) {
        snprintf(text, size, "%s", flag);
        return text;
    }
    for (int digits = exact ? 15 : 6; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, value);
        if (!exact || strtod(text, NULL) == value)
            break;
    }
    return text;
}
