// SPDX-License-Identifier: BSD-3-Clause
#include "diagram/plane.h"
#include "dewpoint/sweep/keys.h"
#include "reading/coordinates.h"
#include <stdio.h>
#include <string.h>

enum { RESULTS_MOST = 160, VALUES_ROOM = 3072 };

static const struct dp_order_parameter
    order_w = {"rd_w", "RD_w", "S_w", "w", "RD_{w}", NULL},
    order_a = {"rd_a", "RD_a", "S_a", "a", "RD_{a}", NULL}, order_all = {"rd", "RD", "S", "", "RD", NULL},
    gain = {"stage_gain", "G-1", "S_G", "G", "({/:Italic G}/{/:Italic G}_0 - 1)", "gain_predicted"},
    alignment = {"stage_alignment", "C", "S_C", "C", "{/:Italic C}", NULL};

/* THE table of derived values. */
static const struct derived {
    const char *name;
    enum dp_plane_kind kind;
    const struct dp_order_parameter *order, *companion;
} derived[] = {
    {"s_w", DP_PLANE_SLOPE, &order_w, &order_a},     {"s_a", DP_PLANE_SLOPE, &order_a, &order_w},
    {"s", DP_PLANE_SLOPE, &order_all, NULL},         {"drift", DP_PLANE_DRIFT, &order_w, &order_a},
    {"drift_a", DP_PLANE_DRIFT, &order_a, &order_w}, {"alignment", DP_PLANE_SLOPE, &gain, &alignment},
};
enum { DERIVED = sizeof derived / sizeof *derived };

/* Whether the column is a result with one number per run. */
static bool is_result(const struct dp_store *store, const char *column)
{
    int64_t rows, inner;
    dp_store_shape(store, column, &rows, &inner);
    return rows == dp_store_runs(store) && inner == 1 && !dp_coordinate_name(store, column) &&
           strcmp(column, "run") && !strstr(column, "checksum") && strcmp(column, "status");
}

static bool has_column(const struct dp_store *store, const char *column)
{
    int64_t rows, inner;
    dp_store_shape(store, column, &rows, &inner);
    return rows > 0;
}

enum dp_status dp_plane_value(const struct dp_store *store, const char *value, struct dp_plane *plane,
                              struct dp_error *error)
{
    const char *names[DERIVED + RESULTS_MOST];
    int count = 0;
    plane->value = value;
    for (int i = 0; i < DERIVED; i++) {
        names[count++] = derived[i].name;
        if (strcmp(value, derived[i].name))
            continue;
        if (derived[i].order == &gain && !has_column(store, gain.column))
            return dp_fail(error, DP_BAD_INPUT,
                           "--value %s: the runs of this store did not measure it; set observe: {alignment: "
                           "true} and run again into a new store",
                           value);
        plane->kind = derived[i].kind;
        plane->order = derived[i].order;
        plane->companion = derived[i].companion;
        plane->column = plane->order->column;
        if (plane->order->closed_form && has_column(store, plane->order->closed_form))
            plane->closed_form = plane->order->closed_form;
        plane->shows_companion = plane->companion == &alignment;
        return DP_OK;
    }
    const char *columns[RESULTS_MOST];
    const int all = dp_store_columns(store, columns, RESULTS_MOST);
    for (int i = 0; i < all && i < RESULTS_MOST; i++)
        if (is_result(store, columns[i])) {
            names[count++] = columns[i];
            if (!strcmp(value, columns[i])) {
                plane->kind = DP_PLANE_MEAN;
                plane->column = columns[i];
                return DP_OK;
            }
        }
    const char *const near = dp_nearest_name(value, names, count);
    if (near)
        return dp_fail(error, DP_BAD_INPUT, "--value %s: no such value; did you mean %s?", value, near);
    char list[VALUES_ROOM] = "";
    for (int i = 0; i < count; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? " " : "", names[i]);
    return dp_fail(error, DP_BAD_INPUT, "--value %s: no such value (there are %s)", value, list);
}

enum dp_status dp_plane_axes(const struct dp_store *store, const char *x, const char *y,
                             struct dp_plane *plane, struct dp_error *error)
{
    enum dp_status status = DP_OK;
    const struct {
        const char *option, *name;
    } axes[] = {{"--x", x}, {"--y", y}};
    plane->x = x;
    plane->y = y;
    plane->by_width = true;
    for (int i = 0; i < 2; i++) {
        const bool width = !strcmp(axes[i].name, "width");
        const char *known;
        const enum dp_status found = dp_coordinate_find(store, axes[i].option, axes[i].name, &known, error);
        if (found != DP_OK)
            status = found;
        else if (width && plane->kind != DP_PLANE_MEAN)
            status = dp_fail(error, DP_BAD_INPUT,
                             "%s width: %s is a slope over widths, so width is no axis of its plane; --value "
                             "with a column of the store, such as %s, has a value at each width",
                             axes[i].option, plane->value, plane->column);
        if (width)
            plane->by_width = false;
    }
    if (!strcmp(x, y))
        status = dp_fail(error, DP_BAD_INPUT, "--x and --y are both %s; a plane needs two coordinates", x);
    return status;
}

enum dp_status dp_plane_average(const struct dp_store *store, const char *name, struct dp_plane *plane,
                                struct dp_error *error)
{
    if (plane->averages == DP_PLANE_AVERAGES)
        return dp_fail(error, DP_BAD_INPUT, "--average %s: more than %d of --average", name,
                       DP_PLANE_AVERAGES);
    DP_TRY(dp_coordinate_find(store, "--average", name, &plane->average[plane->averages], error));
    plane->averages++;
    return DP_OK;
}
