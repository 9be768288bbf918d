// SPDX-License-Identifier: BSD-3-Clause
#include "reading/view.h"
#include "dewpoint/keys.h"
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

static const struct dp_order order_w = {"rd_w", "RD_w", "S_w", "w"}, order_a = {"rd_a", "RD_a", "S_a", "a"},
                             order_all = {"rd", "RD", "S", ""};

/* THE table of derived values. */
static const struct derived {
    const char *name;
    enum dp_kind kind;
    const struct dp_order *order, *companion;
} derived[] = {
    {"s_w", DP_VIEW_SLOPE, &order_w, &order_a},     {"s_a", DP_VIEW_SLOPE, &order_a, &order_w},
    {"s", DP_VIEW_SLOPE, &order_all, NULL},         {"drift", DP_VIEW_DRIFT, &order_w, &order_a},
    {"drift_a", DP_VIEW_DRIFT, &order_a, &order_w},
};
enum { DERIVED = sizeof derived / sizeof *derived };

/* Has the column one number a run, that a run leaves? */
static bool is_result(const struct dp_store *store, const char *column)
{
    int64_t rows, inner;
    dp_store_shape(store, column, &rows, &inner);
    return rows == dp_store_runs(store) && inner == 1 && !find_coordinate(store, column) &&
           strcmp(column, "run") && strcmp(column, "checksum") && strcmp(column, "status");
}

enum dp_status dp_view_value(const struct dp_store *store, const char *value, struct dp_view *view,
                             struct dp_error *error)
{
    const char *names[DERIVED + COLUMNS_MAX];
    int count = 0;
    view->value = value;
    for (int i = 0; i < DERIVED; i++) {
        names[count++] = derived[i].name;
        if (strcmp(value, derived[i].name))
            continue;
        view->kind = derived[i].kind;
        view->order = derived[i].order;
        view->companion = derived[i].companion;
        view->column = view->order->column;
        return DP_OK;
    }
    const char *columns[COLUMNS_MAX];
    const int all = dp_store_columns(store, columns, COLUMNS_MAX);
    for (int i = 0; i < all && i < COLUMNS_MAX; i++)
        if (is_result(store, columns[i])) {
            names[count++] = columns[i];
            if (!strcmp(value, columns[i])) {
                view->kind = DP_VIEW_MEAN;
                view->column = columns[i];
                return DP_OK;
            }
        }
    char list[LIST_ROOM] = "";
    for (int i = 0; i < count; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? " " : "", names[i]);
    const char *const near = dp_nearest_name(value, names, count);
    return dp_fail(error, DP_BAD_INPUT, "--value %s: no such value%s%s%s (there are %s)", value,
                   near ? "; did you mean " : "", near ? near : "", near ? "?" : "", list);
}

enum dp_status dp_view_axes(const struct dp_store *store, const char *x, const char *y, struct dp_view *view,
                            struct dp_error *error)
{
    enum dp_status status = DP_OK;
    const struct {
        const char *option, *name;
    } axes[] = {{"--x", x}, {"--y", y}};
    view->x = x;
    view->y = y;
    view->by_width = true;
    for (int i = 0; i < 2; i++) {
        const bool width = !strcmp(axes[i].name, "width");
        if (!find_coordinate(store, axes[i].name))
            status = unknown_coordinate(store, axes[i].option, axes[i].name, error);
        else if (width && view->kind != DP_VIEW_MEAN)
            status = dp_fail(error, DP_BAD_INPUT,
                             "%s width: %s is a slope over widths, so width is no axis of its plane; --value "
                             "with a column of the store, such as %s, has a value at each width",
                             axes[i].option, view->value, view->column);
        if (width)
            view->by_width = false;
    }
    if (!strcmp(x, y))
        status = dp_fail(error, DP_BAD_INPUT, "--x and --y are both %s; a plane needs two coordinates", x);
    return status;
}

enum dp_status dp_view_average(const struct dp_store *store, const char *name, struct dp_view *view,
                               struct dp_error *error)
{
    if (view->averages == DP_PICKS)
        return dp_fail(error, DP_BAD_INPUT, "--average %s: more than %d of --average", name, DP_PICKS);
    view->average[view->averages] = find_coordinate(store, name);
    if (!view->average[view->averages])
        return unknown_coordinate(store, "--average", name, error);
    view->averages++;
    return DP_OK;
}

bool dp_coordinate_names(const struct dp_store *store, const char *column)
{
    // Multiplicity is a number, but it names an activation.
    return dp_store_flag(store, column, 0) || !strcmp(column, "multiplicity");
}

enum dp_status dp_view_coordinate(const struct dp_store *store, const char *option, const char *name,
                                  const char **coordinate, struct dp_error *error)
{
    *coordinate = find_coordinate(store, name);
    return *coordinate ? DP_OK : unknown_coordinate(store, option, name, error);
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
    const struct dp_key *const key = dp_key_find(column);
    if (key && key->type == DP_REAL && key->choices && value == 0) {
        snprintf(text, size, "%s", key->choices[0]);
        return text;
    }
    for (int digits = exact ? 15 : 6; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, value);
        if (!exact || strtod(text, NULL) == value)
            break;
    }
    return text;
}
