// SPDX-License-Identifier: BSD-3-Clause
#include "contours/gaps.h"
#include "figures/heat_map.h"
#include "figures/line_plot.h"
#include "phase/report.h"
#include "reading/coordinates.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The report as a figure. */

enum { LABEL_ROOM = 256, TITLE_ROOM = 1024 };

/* The names of a flagged coordinate's values, for ticks; NULL when it has numbers (or memory is short). */
static const char **flag_ticks(const struct dp_store *store, const char *column,
                               const struct dp_distinct *values)
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

/* What a map shows of its cells beside their values, as grids. */
struct notes {
    bool *undecided, *doubtful, *diverged, *pending;
    signed char *side; // -1 linear, 1 condensed
};

static void free_notes(struct notes *notes)
{
    free(notes->undecided);
    free(notes->doubtful);
    free(notes->diverged);
    free(notes->pending);
    free(notes->side);
}

/* Returns whether there was memory. Of a column, doubtful cells are those with doubtful runs. */
static bool read_notes(const struct dp_phase_report *report, struct notes *notes)
{
    const struct dp_cells *const cells = &report->diagram->cells;
    const size_t size = (size_t)(cells->x.count * cells->y.count) + 1;
    notes->undecided = calloc(size, sizeof *notes->undecided);
    notes->doubtful = calloc(size, sizeof *notes->doubtful);
    notes->diverged = calloc(size, sizeof *notes->diverged);
    notes->pending = calloc(size, sizeof *notes->pending);
    notes->side = calloc(size, sizeof *notes->side);
    if (!notes->undecided || !notes->doubtful || !notes->diverged || !notes->pending || !notes->side)
        return false;
    for (int64_t i = 0; i < cells->count; i++) {
        const struct dp_cell *const cell = &cells->cell[i];
        const int64_t at =
            dp_distinct_index(&cells->y, cell->y) * cells->x.count + dp_distinct_index(&cells->x, cell->x);
        notes->undecided[at] = cell->regime == DP_UNDECIDED;
        notes->doubtful[at] = dp_tally_is_doubtful(&cell->total) && !report->plane->doubtful;
        notes->diverged[at] = cell->total.ended[DP_DIVERGED] > 0;
        notes->pending[at] = cell->total.ended[DP_PENDING] > 0;
        notes->side[at] =
            (signed char)((cell->regime == DP_REGIME_CONDENSED) - (cell->regime == DP_REGIME_LINEAR));
    }
    return true;
}

/* What the cells are drawn by. */
static double shown(const struct dp_cells *cells, const struct dp_cell *cell, const void *context)
{
    (void)cells;
    const enum dp_plane_kind kind = ((const struct dp_phase_report *)context)->plane->kind;
    return kind == DP_PLANE_MEAN    ? dp_tally_mean(&cell->total)
           : kind == DP_PLANE_SLOPE ? cell->slope.slope
                                    : cell->slope.drift;
}

/* One end of the cells' error bars: -1 the lower, 1 the upper. */
struct end {
    enum dp_plane_kind kind;
    int side;
};

/* A slope has its interval, the others a standard error to either side. */
static double end_of_bar(const struct dp_cells *cells, const struct dp_cell *cell, const void *context)
{
    const struct end *const end = context;
    const struct dp_slope *const slope = &cell->slope;
    if (end->kind == DP_PLANE_SLOPE)
        return end->side < 0 ? slope->low : slope->high;
    if (end->kind == DP_PLANE_DRIFT)
        return slope->drift + end->side * slope->drift_error;
    return dp_tally_mean(&cell->total) + end->side * dp_cell_mean_error(cells, cell);
}

/* The sweep, what --at chose, over what the cells average. */
static void write_title(const struct dp_phase_report *report, char *text, size_t size)
{
    const struct dp_diagram *const all = report->diagram;
    const struct dp_distinct *const widths = &all->cells.width;
    const char *const title = dp_store_text(report->store, "title");
    char chosen[400], symbol[64];
    bool chosen_width = false; // by --at, which is told behind
    for (int k = 0; k < report->plane->filter.terms; k++)
        chosen_width = chosen_width || strcmp(report->plane->filter.term[k].column, "width") == 0;
    snprintf(text, size, "%.200s: ", title[0] ? title : "store");
    if (report->plane->by_width && widths->count == 1 && !chosen_width)
        snprintf(text + strlen(text), size - strlen(text), "width %.10g, ", widths->value[0]);
    else if (report->plane->by_width && widths->count > 1)
        snprintf(text + strlen(text), size - strlen(text), "widths %.10g to %.10g, ", widths->value[0],
                 widths->value[widths->count - 1]);
    snprintf(text + strlen(text), size - strlen(text), "%lld seed%s%s", (long long)all->seeds.count,
             all->seeds.count == 1 ? "" : "s",
             dp_filter_title(report->store, &report->plane->filter, chosen, sizeof chosen));
    for (int k = 0; k < all->others; k++)
        if (all->other_value[k].count > 1 && dp_diagram_averages(all, k))
            snprintf(text + strlen(text), size - strlen(text), ", mean over %s",
                     dp_symbol_plain(all->other[k], symbol, sizeof symbol));
}

/* The order parameter's letters in italics, its index upright. */
static void write_label(const struct dp_phase_report *report, char *label, size_t size)
{
    const struct dp_plane *const plane = report->plane;
    if (plane->kind == DP_PLANE_MEAN) {
        char name[LABEL_ROOM / 2];
        const char *const unit = dp_store_unit(report->store, plane->column);
        dp_symbol_label(plane->column, name, sizeof name);
        snprintf(label, size, strcmp(unit, "1") && unit[0] ? "%s (%s)" : "%s", name, unit);
        return;
    }
    const char *const index = plane->order->subscript;
    if (plane->kind == DP_PLANE_DRIFT)
        snprintf(label, size, "drift of {/:Italic S}_{%s}", index);
    else
        snprintf(label, size, "{/:Italic S}_{%s} = d log %s / d log {/:Italic m}", index,
                 plane->order->quantity);
}

struct grids {
    double *value, *low, *high;
    struct notes notes;
    const char **x_ticks, **y_ticks;
    char title[TITLE_ROOM], label[LABEL_ROOM];
};

static enum dp_status draw_map(const struct dp_phase_report *report, const char *path,
                               const struct grids *grids, struct dp_error *error)
{
    const struct dp_cells *const cells = &report->diagram->cells;
    const struct dp_plane *const plane = report->plane;
    const bool slope = plane->kind == DP_PLANE_SLOPE && !grids->x_ticks && !grids->y_ticks;
    char contour[64] = "";
    if (slope)
        snprintf(contour, sizeof contour, "measured {/:Italic S}_{%s} = 0", plane->order->subscript);
    return dp_figure_draw(
        path, dp_heat_map_write,
        &(struct dp_heat_map){.title = grids->title,
                              .x_name = plane->x,
                              .y_name = plane->y,
                              .label = grids->label,
                              .colours = plane->kind == DP_PLANE_MEAN ? DP_SEQUENTIAL : DP_DIVERGING,
                              .nx = cells->x.count,
                              .ny = cells->y.count,
                              .x = cells->x.value,
                              .y = cells->y.value,
                              .value = grids->value,
                              .low = slope ? grids->low : NULL,
                              .high = slope ? grids->high : NULL,
                              .crossed = grids->notes.doubtful,
                              .diverged = grids->notes.diverged,
                              .pending = grids->notes.pending,
                              .side = grids->notes.side,
                              .negative = slope ? "linear" : NULL,
                              .positive = slope ? "condensed" : NULL,
                              .band = report->replicates ? "95 % band (bootstrap)" : "95 % band",
                              .marked = plane->kind == DP_PLANE_SLOPE ? grids->notes.undecided : NULL,
                              .x_ticks = grids->x_ticks,
                              .y_ticks = grids->y_ticks,
                              .contour = slope ? contour : NULL,
                              .boundary = !report->theory.slopes     ? NULL
                                          : report->theory.published ? "published boundary"
                                                                     : "predicted boundary",
                              .named = report->theory.plane && plane->kind != DP_PLANE_MEAN},
        error);
}

/* One series for each value of y. */
static enum dp_status draw_lines(const struct dp_phase_report *report, const char *path,
                                 const struct grids *grids, struct dp_error *error)
{
    const struct dp_cells *const cells = &report->diagram->cells;
    const struct dp_plane *const plane = report->plane;
    const int64_t series = cells->y.count;
    char(*const text)[2 * LABEL_ROOM] = malloc(sizeof *text * (size_t)series);
    const char **const names = malloc(sizeof *names * (size_t)series);
    enum dp_status status;
    for (int64_t j = 0; text && names && j < series; j++) {
        char value[DP_TEXT], symbol[64];
        dp_coordinate_text(report->store, plane->y, cells->y.value[j], false, value, sizeof value);
        if (grids->y_ticks)
            snprintf(text[j], sizeof text[j], "%s", value);
        else
            snprintf(text[j], sizeof text[j], "%s = %s", dp_symbol_plain(plane->y, symbol, sizeof symbol),
                     value);
        names[j] = text[j];
    }
    if (text && names)
        status = dp_figure_draw(
            path, dp_line_plot_write,
            &(struct dp_line_plot){.title = grids->title,
                                   .x_name = plane->x,
                                   .label = grids->label,
                                   .series = series,
                                   .points = cells->x.count,
                                   .names = names,
                                   .x = cells->x.value,
                                   .value = grids->value,
                                   .low = grids->low,
                                   .high = grids->high,
                                   .bars = plane->kind == DP_PLANE_SLOPE ? "95 % interval" : "standard error",
                                   .crossed = grids->notes.doubtful},
            error);
    else
        status = dp_fail(error, DP_NO_MEMORY, "not enough memory for a figure");
    free(text);
    free(names);
    return status;
}

/* Of a plane that was refined somewhere, the values between its cells. */
static enum dp_status fill_gaps(const struct dp_cells *cells, const struct grids *grids,
                                struct dp_error *error)
{
    double *const values[] = {grids->value, grids->low, grids->high};
    bool *const there = dp_cells_there(cells);
    enum dp_status status = there ? DP_OK : dp_fail(error, DP_NO_MEMORY, "not enough memory for a figure");
    for (int i = 0; i < 3 && status == DP_OK && cells->count < cells->x.count * cells->y.count; i++)
        status = dp_gaps_fill(cells->x.count, cells->y.count, cells->x.value, cells->y.value, there,
                              values[i], error);
    free(there);
    return status;
}

/* A figure of a single cell, or of slopes without two widths, would show nothing. */
static enum dp_status check_drawable(const struct dp_phase_report *report, const char *path,
                                     struct dp_error *error)
{
    const struct dp_cells *const cells = &report->diagram->cells;
    if (!cells->count)
        return dp_fail(error, DP_IO, "%s: the store has no cell to draw", path);
    if (cells->count == 1)
        return dp_fail(
            error, DP_BAD_INPUT,
            "--plot %s: the plane of %s and %s has a single cell, so there is nothing to draw; choose "
            "keys that the sweep varies with --x and --y",
            path, report->plane->x, report->plane->y);
    if (report->plane->kind != DP_PLANE_MEAN && cells->width.count == 1)
        return dp_fail(
            error, DP_BAD_INPUT,
            "--plot %s: %s needs two widths, and all runs have width %.10g; draw a column instead, such "
            "as --value %s",
            path, report->plane->value, cells->width.value[0], report->plane->column);
    for (int64_t i = 0; i < cells->count; i++)
        if (isfinite(shown(cells, &cells->cell[i], report)))
            return DP_OK;
    return dp_fail(
        error, DP_BAD_INPUT,
        "--plot %s: no cell has a value of %s, so there is nothing to draw; `dewpoint status` tells how "
        "the runs ended",
        path, report->plane->value);
}

enum dp_status dp_phase_plot(const struct dp_phase_report *report, const char *path, struct dp_error *error)
{
    const struct dp_cells *const cells = &report->diagram->cells;
    DP_TRY(check_drawable(report, path, error));
    struct grids grids = {.value = dp_cells_grid(cells, shown, report),
                          .low = dp_cells_grid(cells, end_of_bar, &(struct end){report->plane->kind, -1}),
                          .high = dp_cells_grid(cells, end_of_bar, &(struct end){report->plane->kind, 1}),
                          .x_ticks = flag_ticks(report->store, report->plane->x, &cells->x),
                          .y_ticks = flag_ticks(report->store, report->plane->y, &cells->y)};
    const bool line = (cells->y.count == 1 || grids.y_ticks) && cells->x.count > 1 && !grids.x_ticks;
    write_title(report, grids.title, sizeof grids.title);
    write_label(report, grids.label, sizeof grids.label);
    enum dp_status status;
    if (!grids.value || !grids.low || !grids.high || !read_notes(report, &grids.notes))
        status = dp_fail(error, DP_NO_MEMORY, "not enough memory for a figure");
    else
        status = line ? DP_OK : fill_gaps(cells, &grids, error);
    if (status == DP_OK)
        status = (line ? draw_lines : draw_map)(report, path, &grids, error);
    free(grids.value);
    free(grids.low);
    free(grids.high);
    free_notes(&grids.notes);
    free(grids.x_ticks);
    free(grids.y_ticks);
    return status;
}
