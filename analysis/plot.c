// SPDX-License-Identifier: BSD-3-Clause
#include "figure.h"
#include "report.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The report as a figure. */

/* The names of a flagged coordinate's values, for ticks; NULL when it has numbers (or memory is short). */
static const char **flag_ticks(const struct dp_store *store, const char *column,
                               const struct dp_values *values)
{
    if (!values->count || !dp_store_flag(store, column, (int64_t)values->value[0]))
        return NULL;
    const char **const ticks = malloc(sizeof *ticks * (size_t)values->count);
    for (int64_t i = 0; ticks && i < values->count; i++) {
        const char *const flag = dp_store_flag(store, column, (int64_t)values->value[i]);
        ticks[i] = flag ? flag : "";
    }
    return ticks;
}

/* Cells of an undecided regime as a grid; NULL when memory is short. */
static bool *undecided(const struct dp_cells *cells)
{
    bool *const marked = calloc((size_t)(cells->x.count * cells->y.count) + 1, sizeof *marked);
    for (int64_t i = 0; marked && i < cells->count; i++) {
        const struct dp_cell *const cell = &cells->cell[i];
        if (cell->regime == DP_UNDECIDED)
            marked[dp_values_place(&cells->y, cell->y) * cells->x.count +
                   dp_values_place(&cells->x, cell->x)] = true;
    }
    return marked;
}

/* What the cells are drawn by. */
static double shown(const struct dp_cells *cells, const struct dp_cell *cell, const void *context)
{
    (void)cells;
    const enum dp_kind kind = ((const struct dp_report *)context)->view->kind;
    return kind == DP_VIEW_MEAN    ? dp_tally_mean(&cell->total)
           : kind == DP_VIEW_SLOPE ? cell->slope.slope
                                   : cell->slope.drift;
}

/* One end of the cells' intervals. context: its place in struct dp_cell. */
static double end_of_interval(const struct dp_cells *cells, const struct dp_cell *cell, const void *context)
{
    (void)cells;
    return *(const double *)(const void *)((const char *)cell + *(const size_t *)context);
}

static void write_title(const struct dp_report *report, char *text, size_t size)
{
    const struct dp_values *const widths = &report->gathered->cells.width;
    const long long seeds = (long long)report->gathered->seeds.count;
    const char *const title = dp_store_text(report->store, "title");
    char range[64] = "";
    if (widths->count == 1)
        snprintf(range, sizeof range, "width %.10g", widths->value[0]);
    else if (widths->count)
        snprintf(range, sizeof range, "widths %.10g to %.10g", widths->value[0],
                 widths->value[widths->count - 1]);
    snprintf(text, size, "%.60s: %s, %lld seed%s", title[0] ? title : "store", range, seeds,
             seeds == 1 ? "" : "s");
}

enum { LABEL_ROOM = 256 };

/* A name as gnuplot's enhanced text shows it. */
static void escape(const char *name, char *text, size_t size)
{
    size_t used = 0;
    for (; *name && used + 2 < size; name++) {
        if (strchr("_^@&~{}\\", *name))
            text[used++] = '\\';
        text[used++] = *name;
    }
    text[used] = 0;
}

/* The order parameter's letters in italics, its index upright. */
static void write_label(const struct dp_report *report, char *label, size_t size)
{
    const struct dp_view *const view = report->view;
    if (view->kind == DP_VIEW_MEAN) {
        char name[LABEL_ROOM / 2];
        const char *const unit = dp_store_unit(report->store, view->column);
        escape(view->column, name, sizeof name);
        snprintf(label, size, strcmp(unit, "1") && unit[0] ? "%s (%s)" : "%s", name, unit);
        return;
    }
    const char *const index = view->order->subscript;
    if (view->kind == DP_VIEW_DRIFT)
        snprintf(label, size, "{/:Italic S}_{%s} of the larger widths less that of all", index);
    else
        snprintf(label, size, "{/:Italic S}_{%s} = d log RD_{%s} / d log {/:Italic m}", index, index);
}

struct grids {
    double *value, *low, *high;
    bool *marked;
    const char **x_ticks, **y_ticks;
};

static enum dp_status draw(const struct dp_report *report, const char *path, const struct grids *grids,
                           struct dp_error *error)
{
    const struct dp_cells *const cells = &report->gathered->cells;
    const struct dp_view *const view = report->view;
    const bool slope = view->kind == DP_VIEW_SLOPE;
    char title[LABEL_ROOM], label[LABEL_ROOM], contour[64];
    write_title(report, title, sizeof title);
    write_label(report, label, sizeof label);
    snprintf(contour, sizeof contour, "{/:Italic S}_{%s} = 0", slope ? view->order->subscript : "");
    return dp_figure_draw(
        path,
        &(struct dp_heat_map){.title = title,
                              .x_name = view->x,
                              .y_name = view->y,
                              .label = label,
                              .colours = view->kind == DP_VIEW_MEAN ? DP_SEQUENTIAL : DP_DIVERGING,
                              .nx = cells->x.count,
                              .ny = cells->y.count,
                              .x = cells->x.value,
                              .y = cells->y.value,
                              .value = grids->value,
                              .low = slope ? grids->low : NULL,
                              .high = slope ? grids->high : NULL,
                              .marked = slope ? grids->marked : NULL,
                              .x_ticks = grids->x_ticks,
                              .y_ticks = grids->y_ticks,
                              .contour = slope ? contour : NULL,
                              .boundary = !report->theory.slopes     ? NULL
                                          : report->theory.published ? "published boundary"
                                                                     : "predicted boundary",
                              .named = report->theory.plane && view->kind != DP_VIEW_MEAN},
        error);
}

enum dp_status dp_report_plot(const struct dp_report *report, const char *path, struct dp_error *error)
{
    const struct dp_cells *const cells = &report->gathered->cells;
    if (!cells->count)
        return dp_fail(error, DP_IO, "%s: the store has no cell to draw", path);
    static const size_t low = offsetof(struct dp_cell, slope.low),
                        high = offsetof(struct dp_cell, slope.high);
    const struct grids grids = {.value = dp_cells_grid(cells, shown, report),
                                .low = dp_cells_grid(cells, end_of_interval, &low),
                                .high = dp_cells_grid(cells, end_of_interval, &high),
                                .marked = undecided(cells),
                                .x_ticks = flag_ticks(report->store, report->view->x, &cells->x),
                                .y_ticks = flag_ticks(report->store, report->view->y, &cells->y)};
    enum dp_status status;
    if (!grids.value || !grids.low || !grids.high || !grids.marked)
        status = dp_fail(error, DP_NO_MEMORY, "not enough memory for a figure");
    else
        status = draw(report, path, &grids, error);
    free(grids.value);
    free(grids.low);
    free(grids.high);
    free(grids.marked);
    free(grids.x_ticks);
    free(grids.y_ticks);
    return status;
}
