// SPDX-License-Identifier: BSD-3-Clause
#include "boundary.h"
#include "figure.h"
#include "report.h"
#include "table.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The files that a report can be written to: CSV and figure. */

static void put_csv_header(const struct dp_report *report, struct dp_table *table)
{
    static const char *const counts[] = {"widths",   "runs",       "regime", "pending",
                                         "diverged", "step_limit", "failed", "not_positive"};
    const struct dp_values *const widths = &report->gathered->cells.width;
    dp_table_put(table, "%s", report->view->x);
    dp_table_put(table, "%s", report->view->y);
    for (int64_t j = 0; j < widths->count; j++) {
        dp_table_put(table, "%s_%.17g", report->order->column, widths->value[j]);
        dp_table_put(table, "runs_%.17g", widths->value[j]);
    }
    dp_table_put(table, "%s", report->order->slope);
    dp_table_put(table, "%s_error", report->order->slope);
    dp_table_put(table, "%s_error_seeds", report->order->slope);
    dp_table_put(table, "%s_error_misfit", report->order->slope);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        dp_table_put(table, "%s", counts[i]);
    if (dp_report_published(report))
        dp_table_put(table, "published_distance");
}

static void put_csv_cell(const struct dp_report *report, const struct dp_cell *cell, struct dp_table *table)
{
    const struct dp_cells *const cells = &report->gathered->cells;
    const struct dp_tally *const total = &cell->total;
    char text[DP_TEXT];
    dp_table_put(table, "%s",
                 dp_coordinate_text(report->store, report->view->x, cell->x, true, text, sizeof text));
    dp_table_put(table, "%s",
                 dp_coordinate_text(report->store, report->view->y, cell->y, true, text, sizeof text));
    for (int64_t j = 0; j < cells->width.count; j++) {
        const struct dp_group *const group = dp_cells_group(cells, cell, cells->width.value[j]);
        dp_table_number(table, group ? dp_tally_value(&group->tally) : NAN);
        dp_table_number(table, group ? (double)group->tally.used : 0);
    }
    const struct dp_slope *const slope = &cell->slope;
    const double errors[] = {slope->slope, slope->error, slope->seed_error, slope->misfit_error};
    for (int i = 0; i < 4; i++)
        dp_table_number(table, errors[i]);
    dp_table_number(table, (double)slope->widths);
    dp_table_number(table, (double)slope->runs);
    dp_table_put(table, "%s", dp_regime_name(cell->regime));
    for (int i = 0; i < DP_STATUSES; i++)
        if (i != DP_DONE)
            dp_table_number(table, (double)total->ended[i]);
    dp_table_number(table, (double)total->unusable);
    if (dp_report_published(report))
        dp_table_number(table, dp_boundary_distance(cell->x, cell->y));
}

enum dp_status dp_report_csv(const struct dp_report *report, const char *path, struct dp_error *error)
{
    const struct dp_cells *const cells = &report->gathered->cells;
    struct dp_table table = {.columns =
                                 2 * (int)cells->width.count + (dp_report_published(report) ? 15 : 14)};
    FILE *const out = fopen(path, "wb"); // binary: the lines end in CR LF everywhere
    if (!out)
        return dp_fail(error, DP_IO, "%s: %s", path, strerror(errno));
    put_csv_header(report, &table);
    for (int64_t i = 0; i < cells->count; i++)
        put_csv_cell(report, &cells->cell[i], &table);
    const enum dp_status status = dp_table_csv(&table, out, error);
    dp_table_free(&table);
    const int broken = ferror(out);
    if ((fclose(out) || broken) && status == DP_OK)
        return dp_fail(error, DP_IO, "%s: cannot write: %s", path, strerror(errno));
    return status;
}

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

enum dp_status dp_report_plot(const struct dp_report *report, const char *path, struct dp_error *error)
{
    const struct dp_cells *const cells = &report->gathered->cells;
    if (!cells->count)
        return dp_fail(error, DP_IO, "%s: the store has no cell to draw", path);
    char title[256];
    write_title(report, title, sizeof title);
    double *const slope = dp_cells_slopes(cells);
    bool *const marked = undecided(cells);
    const char **const x_ticks = flag_ticks(report->store, report->view->x, &cells->x);
    const char **const y_ticks = flag_ticks(report->store, report->view->y, &cells->y);
    enum dp_status status;
    if (!slope || !marked)
        status = dp_fail(error, DP_NO_MEMORY, "not enough memory for a figure");
    else
        status = dp_figure_draw(path,
                                &(struct dp_heat_map){.title = title,
                                                      .x_name = report->view->x,
                                                      .y_name = report->view->y,
                                                      .subscript = report->order->subscript,
                                                      .nx = cells->x.count,
                                                      .ny = cells->y.count,
                                                      .x = cells->x.value,
                                                      .y = cells->y.value,
                                                      .value = slope,
                                                      .marked = marked,
                                                      .x_ticks = x_ticks,
                                                      .y_ticks = y_ticks,
                                                      .published = dp_report_published(report)},
                                error);
    free(slope);
    free(marked);
    free(x_ticks);
    free(y_ticks);
    return status;
}
