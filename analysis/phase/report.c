// SPDX-License-Identifier: BSD-3-Clause
#include "phase/report.h"
#include "diagram/troubles.h"
#include "phase/letter_map.h"
#include "phase/limits.h"
#include "reading/coordinates.h"
#include "refine/refined_plane.h"
#include "tables/table.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES_SHOWN = 12, LINE_ROOM = 256, STOPS_ROOM = 512 };

static const char *const ends[DP_STATUSES] = {
    [DP_PENDING] = "pending",       [DP_DONE] = "done",         [DP_DIVERGED] = "diverged",
    [DP_STEP_LIMIT] = "step limit", [DP_RUN_FAILED] = "failed",
};

/* "2 pending, 1 diverged, 1 whose loss rose"; empty when there is nothing to say about the runs. */
static const char *describe_runs(const struct dp_tally *tally, char *text, size_t size)
{
    size_t used = 0;
    text[0] = 0;
    for (int i = 0; i < DP_STATUSES; i++)
        if (i != DP_DONE && tally->ended[i] && used < size)
            used += (size_t)snprintf(text + used, size - used, "%s%lld %s", used ? ", " : "",
                                     (long long)tally->ended[i], ends[i]);
    if (tally->rose && used < size)
        used += (size_t)snprintf(text + used, size - used, "%s%lld whose loss rose", used ? ", " : "",
                                 (long long)tally->rose);
    if (tally->unusable && used < size)
        snprintf(text + used, size - used, "%s%lld without a usable value", used ? ", " : "",
                 (long long)tally->unusable);
    return text;
}

static void print_values(const struct dp_phase_report *report, const char *column,
                         const struct dp_distinct *values, FILE *out)
{
    char text[DP_TEXT];
    for (int64_t i = 0; i < values->count; i++) {
        if (values->count > VALUES_SHOWN && i == VALUES_SHOWN / 2) { // the middle of a long list is left out
            fprintf(out, " ...");
            i = values->count - VALUES_SHOWN / 2;
        }
        fprintf(out, " %s",
                dp_coordinate_text(report->store, column, values->value[i], false, text, sizeof text));
    }
}

/* Whether the column has no value because the runs of the store were told not to count directions. */
static bool is_uncounted(const struct dp_phase_report *report)
{
    static const char *const about_directions[] = {"directions",     "lines",           "uncondensed",
                                                   "active_neurons", "direction_width", "angle_error"};
    const char *const column = report->plane->column;
    struct dp_error unread = {0};
    struct dp_sweep sweep;
    bool concerned = strncmp(column, "directions_", 11) == 0 || strncmp(column, "prediction", 10) == 0;
    for (size_t i = 0; i < sizeof about_directions / sizeof *about_directions; i++)
        concerned = concerned || strcmp(column, about_directions[i]) == 0;
    if (!concerned || dp_store_sweep(report->store, &sweep, &unread) != DP_OK)
        return false;
    const bool counted = sweep.base.directions;
    dp_sweep_free(&sweep);
    return !counted;
}

static void print_runs(const struct dp_phase_report *report, FILE *out)
{
    const struct dp_diagram *const all = report->diagram;
    const struct dp_tally *const total = &all->cells.total;
    const int64_t runs = dp_tally_runs(total), done = total->ended[DP_DONE];
    char text[LINE_ROOM];
    const char *const title = dp_store_text(report->store, "title");
    fprintf(out, "%s (%s): %lld of %lld runs done", title[0] ? title : "store", report->path, (long long)done,
            (long long)runs);
    if (done < runs)
        fprintf(out, " (%.1f%%)", floor(1000.0 * (double)done / (double)runs) / 10);
    describe_runs(total, text, sizeof text);
    fprintf(out, "%s%s\n", text[0] ? "; " : "", text);
    if (is_uncounted(report))
        fprintf(out, "no values of %s: the runs did not count directions (observe: {directions: false})\n",
                report->plane->column);
    char stops[STOPS_ROOM];
    if (dp_stops_text(all->stops, stops, sizeof stops)[0])
        fprintf(out, "ended by %s\n", stops);
    if (report->plane->filter.terms)
        fprintf(out, "chosen by --at: %lld of the store's %lld runs\n", (long long)all->picked,
                (long long)all->runs);
    if (all->zeros)
        fprintf(out, "left out: %lld run%s with %s 0, which has no logarithm%s\n", (long long)all->zeros,
                all->zeros == 1 ? "" : "s", report->plane->column,
                strncmp(report->plane->column, "rd", 2) == 0
                    ? ": no step changed the parameters, as where the first loss already meets stop_loss"
                    : "");
    if (all->nowhere)
        fprintf(out, "left out: %lld run%s whose %s or %s is not a number\n", (long long)all->nowhere,
                all->nowhere == 1 ? "" : "s", report->plane->x, report->plane->y);
}

static void print_axes(const struct dp_phase_report *report, FILE *out)
{
    const struct dp_diagram *const all = report->diagram;
    const struct dp_cells *const cells = &all->cells;
    const bool refined = cells->count < cells->x.count * cells->y.count;
    fprintf(out, refined ? "%lld cells (on the grid of %lld %s x %lld %s)" : "%lld cells (%lld %s x %lld %s)",
            (long long)cells->count, (long long)cells->x.count, report->plane->x, (long long)cells->y.count,
            report->plane->y);
    if (report->plane->by_width) {
        fprintf(out, ", widths");
        print_values(report, "width", &cells->width, out);
    }
    fprintf(out, ", %lld seed%s\n", (long long)all->seeds.count, all->seeds.count == 1 ? "" : "s");
    for (int k = 0; k < all->others; k++)
        if (all->other_value[k].count > 1) {
            fprintf(out,
                    dp_diagram_averages(all, k) ? "averaged over %s"
                                                : "also varies, but not within a cell and width: %s",
                    all->other[k]);
            print_values(report, all->other[k], &all->other_value[k], out);
            putc('\n', out);
        }
}

/* How many cells have how many of the widths: runs of large networks come first, so a store that is being
 * filled lacks the small ones. */
static void print_widths(const struct dp_phase_report *report, FILE *out)
{
    const struct dp_cells *const cells = &report->diagram->cells;
    int64_t short_of = 0;
    for (int64_t i = 0; i < cells->count; i++)
        short_of += cells->cell[i].slope.widths < cells->width.count;
    if (!short_of)
        return;
    fprintf(out, "widths with runs done:");
    const char *comma = "";
    for (int64_t j = cells->width.count; j >= 0; j--) {
        int64_t count = 0;
        for (int64_t i = 0; i < cells->count; i++)
            count += cells->cell[i].slope.widths == j;
        if (count)
            fprintf(out, "%s %lld of %lld in %lld cells", comma, (long long)j, (long long)cells->width.count,
                    (long long)count);
        if (count)
            comma = ",";
    }
    putc('\n', out);
}

/* What the slopes rest on. */
static void print_estimate(const struct dp_phase_report *report, FILE *out)
{
    const struct dp_cells *const cells = &report->diagram->cells;
    int64_t by_seed = 0, pooled = 0;
    for (int64_t i = 0; i < cells->count; i++) {
        const struct dp_slope *const slope = &cells->cell[i].slope;
        by_seed += slope->estimate == DP_BY_SEED;
        pooled += slope->estimate == DP_POOLED && !isnan(slope->slope);
    }
    const int64_t none = cells->count - by_seed - pooled;
    const char *const name = report->plane->order->slope;
    fprintf(out, "%s:", name);
    if (by_seed)
        fprintf(out, " mean over lines of single seeds in %lld cell%s", (long long)by_seed,
                by_seed == 1 ? "" : "s");
    if (pooled)
        fprintf(out, "%s one line through all seeds in %lld cell%s", by_seed ? "," : "", (long long)pooled,
                pooled == 1 ? "" : "s");
    if (none)
        fprintf(out, "%s none in %lld of %lld cells: a slope needs runs done at two widths or more",
                by_seed || pooled ? "," : "", (long long)none, (long long)cells->count);
    fprintf(out, "; weights runs%s; ", cells->power > 0 ? " x width" : "");
    if (report->replicates)
        fprintf(out, "intervals from a bootstrap over seeds, %lld replicates\n",
                (long long)report->replicates);
    else
        fprintf(out, "intervals from standard errors\n");
}

static bool has_second_slope(const struct dp_plane *plane)
{
    return plane->companion && !plane->shows_companion;
}

static void put_header(const struct dp_phase_report *report, struct dp_text_table *table)
{
    const struct dp_plane *const plane = report->plane;
    const struct dp_distinct *const widths = &report->diagram->cells.width;
    const bool mean = plane->kind == DP_PLANE_MEAN;
    dp_table_put(table, "%s", plane->x);
    dp_table_put(table, "%s", plane->y);
    for (int64_t j = 0; plane->by_width && j < widths->count; j++)
        dp_table_put(table, "%s(%.10g)",
                     mean                     ? plane->column
                     : plane->shows_companion ? plane->companion->symbol
                                              : plane->order->symbol,
                     widths->value[j]);
    dp_table_put(table, "%s", mean ? plane->column : plane->order->slope);
    dp_table_put(table, "+-");
    if (mean) {
        dp_table_put(table, "runs");
    } else {
        static const char *const names[] = {"drift", "chi2", "widths", "seeds", "regime"};
        if (has_second_slope(plane)) {
            dp_table_put(table, "%s", plane->companion->slope);
            dp_table_put(table, "+-");
        }
        if (plane->closed_form)
            dp_limits_header(table);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            dp_table_put(table, "%s", names[i]);
    }
    dp_table_put(table, "notes");
}

/* A number, or a dash for none. */
static void put_number(struct dp_text_table *table, const char *format, double value)
{
    char text[LINE_ROOM];
    snprintf(text, sizeof text, format, value);
    dp_table_put(table, "%s", !isnan(value) ? text : strchr(format, '!') ? "-!" : "-");
}

static void put_slopes(const struct dp_phase_report *report, const struct dp_cell *cell,
                       struct dp_text_table *table)
{
    const struct dp_diagram *const all = report->diagram;
    const struct dp_slope *const slope = &cell->slope;
    put_number(table, "%+.3f", slope->slope);
    put_number(table, "%.3f", slope->error);
    if (has_second_slope(report->plane)) {
        const struct dp_slope *const beside = &all->companion.cell[cell - all->cells.cell].slope;
        put_number(table, "%+.3f", beside->slope);
        put_number(table, "%.3f", beside->error);
    }
    if (report->plane->closed_form)
        dp_limits_put(&(struct dp_limits){NULL, all, &report->theory}, cell, table);
    put_number(table, "%+.3f", slope->drift);
    put_number(table, "%.3g", slope->chi2);
    dp_table_put(table, "%lld/%lld", (long long)slope->widths, (long long)all->cells.width.count);
    if (slope->estimate == DP_BY_SEED)
        dp_table_put(table, "%lld", (long long)slope->seeds);
    else
        dp_table_put(table, "%s", isnan(slope->slope) ? "-" : "pooled");
    dp_table_put(table, "%s", dp_regime_name(cell->regime));
}

/* The value at one width; marked where runs of that width diverged or their loss rose. */
static void put_at_width(const struct dp_phase_report *report, const struct dp_cell *cell, double width,
                         struct dp_text_table *table)
{
    const struct dp_cells *const cells = &report->diagram->cells;
    const struct dp_group *const group = dp_cells_group(cells, cell, width);
    const bool doubtful = group && dp_tally_is_doubtful(&group->tally);
    const struct dp_cells *const beside = &report->diagram->companion;
    const double value =
        report->plane->shows_companion
            ? dp_diagram_at_width(report->plane, beside, &beside->cell[cell - cells->cell], width)
            : dp_diagram_at_width(report->plane, cells, cell, width);
    put_number(table, doubtful ? "%.4g!" : "%.4g", value);
}

static void put_cell(const struct dp_phase_report *report, const struct dp_cell *cell,
                     struct dp_text_table *table)
{
    const struct dp_cells *const cells = &report->diagram->cells;
    const struct dp_plane *const plane = report->plane;
    char text[DP_TEXT];
    dp_table_put(table, "%s", dp_coordinate_text(report->store, plane->x, cell->x, false, text, sizeof text));
    dp_table_put(table, "%s", dp_coordinate_text(report->store, plane->y, cell->y, false, text, sizeof text));
    for (int64_t j = 0; plane->by_width && j < cells->width.count; j++)
        put_at_width(report, cell, cells->width.value[j], table);
    if (plane->kind == DP_PLANE_MEAN) {
        put_number(table, "%.6g", dp_tally_mean(&cell->total));
        put_number(table, "%.2g", dp_cell_mean_error(cells, cell));
        dp_table_put(table, "%lld", (long long)cell->total.used);
    } else {
        put_slopes(report, cell, table);
    }
    dp_table_put(table, "%s", describe_runs(&cell->total, text, sizeof text));
}

/* Numbers to the right, words at the end to the left. */
static char *alignment(const struct dp_phase_report *report, int columns)
{
    char *const align = malloc((size_t)columns + 1);
    if (!align)
        return NULL;
    memset(align, 'r', (size_t)columns);
    align[columns - 1] = 'l';
    if (report->plane->kind != DP_PLANE_MEAN)
        align[columns - 2] = 'l';
    return align;
}

static enum dp_status print_table(const struct dp_phase_report *report, FILE *out, struct dp_error *error)
{
    const struct dp_cells *const cells = &report->diagram->cells;
    const struct dp_plane *const plane = report->plane;
    struct dp_text_table table = {
        .columns = (plane->by_width ? (int)cells->width.count : 0) +
                   (plane->kind == DP_PLANE_MEAN
                        ? 6
                        : 10 + (has_second_slope(plane) ? 2 : 0) + (plane->closed_form ? 2 : 0))};
    put_header(report, &table);
    for (int64_t i = 0; i < cells->count; i++)
        put_cell(report, &cells->cell[i], &table);
    char *const align = alignment(report, table.columns);
    const enum dp_status status = align ? dp_table_print(&table, align, out, error)
                                        : dp_fail(error, DP_NO_MEMORY, "not enough memory for a table");
    free(align);
    dp_text_table_free(&table);
    return status;
}

/* The map comes last, so that it stays on the screen after a long table; a sentence where there is none. */
static enum dp_status print_map(const struct dp_phase_report *report, FILE *out, struct dp_error *error)
{
    const struct dp_cells *const cells = &report->diagram->cells;
    const struct dp_plane *const plane = report->plane;
    putc('\n', out);
    if (cells->count == 1)
        return fprintf(out, "no map: the plane has a single cell\n"), DP_OK;
    if (cells->width.count == 1)
        return fprintf(out, "no map: a slope needs two widths, and all runs have width %.10g\n",
                       cells->width.value[0]),
               DP_OK;
    if (!dp_letter_map_fits(cells))
        return fprintf(out, "no map: the plane is too large for a terminal; --plot draws it\n"), DP_OK;
    return dp_letter_map_print(report->store, cells, plane->x, plane->y, out, error);
}

/* Says below the table how many cells are doubtful, and why. */
static enum dp_status print_doubts(const struct dp_phase_report *report, FILE *out, struct dp_error *error)
{
    const struct dp_cells *const cells = &report->diagram->cells;
    struct dp_troubles troubles = {0};
    int64_t doubtful = 0, withheld = 0;
    for (int64_t i = 0; i < cells->count; i++) {
        doubtful += dp_tally_is_doubtful(&cells->cell[i].total);
        withheld += cells->cell[i].regime == DP_WITHHELD;
    }
    if (!doubtful && !cells->total.ended[DP_RUN_FAILED])
        return DP_OK;
    putc('\n', out);
    if (doubtful)
        fprintf(out, "! marks widths at which runs diverged or their loss rose; %lld of %lld cells have one",
                (long long)doubtful, (long long)cells->count);
    if (withheld)
        fprintf(out, ",\nand the regime of %s withheld (--doubtful shows it)",
                doubtful == 1 ? "that one is" : "those is");
    if (doubtful)
        putc('\n', out);
    const enum dp_status status = dp_troubles_read(report->store, &report->plane->filter, &troubles, error);
    if (status == DP_OK)
        dp_troubles_print(report->store, &troubles, out);
    dp_troubles_free(&troubles);
    return status;
}

/* How well the zero contour of a plane that was refined is known. */
static enum dp_status print_refined(const struct dp_phase_report *report, FILE *out, struct dp_error *error)
{
    struct dp_refined_plane refined;
    struct dp_square *square = NULL;
    int64_t count = 0;
    enum dp_status status =
        dp_refined_plane_open(report->store, report->plane, report->diagram, 0, &refined, error);
    if (status == DP_OK && dp_refined_plane_is_refined(&refined)) {
        status = dp_squares_find(&refined.squares, &square, &count, error);
        if (status == DP_OK)
            dp_refined_plane_print(&refined, square, count, out);
    }
    free(square);
    dp_refined_plane_close(&refined);
    return status;
}

enum dp_status dp_phase_print(const struct dp_phase_report *report, FILE *out, struct dp_error *error)
{
    const struct dp_plane *const plane = report->plane;
    print_runs(report, out);
    print_axes(report, out);
    if (plane->kind != DP_PLANE_MEAN) {
        print_widths(report, out);
        print_estimate(report, out);
    }
    putc('\n', out);
    DP_TRY(print_table(report, out, error));
    if (plane->closed_form)
        dp_limits_print(&(struct dp_limits){plane->order->slope, report->diagram, &report->theory}, out);
    DP_TRY(print_doubts(report, out, error));
    if (plane->kind == DP_PLANE_SLOPE)
        DP_TRY(print_refined(report, out, error));
    DP_TRY(dp_agreement_print(report, out, error));
    if (plane->kind != DP_PLANE_MEAN)
        DP_TRY(print_map(report, out, error));
    if (fflush(out) || ferror(out))
        return dp_fail(error, DP_IO, "cannot write the table: %s", strerror(errno));
    return DP_OK;
}
