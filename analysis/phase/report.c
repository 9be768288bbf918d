// SPDX-License-Identifier: BSD-3-Clause
#include "phase/report.h"
#include "diagram/troubles.h"
#include "phase/letter_map.h"
#include "phase/limits.h"
#include "reading/coordinates.h"
#include "refine/refined_plane.h"
#include "statistics/student.h"
#include "tables/table.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_ROOM = 256, ENOUGH_SEEDS = 5 };

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
    dp_table_put(table, "%s", dp_tally_text(&cell->total, text, sizeof text));
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

/* Whether the cell would have a regime if enough seeds gave the same errors. *reach: the half-width of its
 * interval in standard errors from seeds. */
static bool needs_seeds(const struct dp_cell *cell, double *reach)
{
    struct dp_slope slope = cell->slope;
    *reach = (slope.high - slope.slope) / slope.seed_error;
    dp_slope_bound(&slope, ENOUGH_SEEDS - 1);
    return cell->regime == DP_UNDECIDED && dp_regime_of(&slope) != DP_UNDECIDED;
}

/* Says why small errors leave cells undecided where seeds are few. */
static void print_few_seeds(const struct dp_phase_report *report, FILE *out)
{
    const struct dp_cells *const cells = &report->diagram->cells;
    const int64_t seeds = report->diagram->seeds.count;
    int64_t undecided = 0, few = 0;
    double least = INFINITY, most = 0, reach;
    if (seeds < 2 || seeds >= ENOUGH_SEEDS || report->replicates)
        return;
    for (int64_t i = 0; i < cells->count; i++) {
        undecided += cells->cell[i].regime == DP_UNDECIDED;
        if (!needs_seeds(&cells->cell[i], &reach))
            continue;
        few++;
        least = fmin(least, reach);
        most = fmax(most, reach);
    }
    if (!few)
        return;
    char span[LINE_ROOM];
    snprintf(span, sizeof span, most - least < 0.05 ? "%.1f" : "%.1f to %.1f", least, most);
    fprintf(out,
            "\n%lld of %lld undecided cell%s lack%s only seeds: with %lld seeds a 95 %% interval reaches %s\n"
            "standard errors to each side (Student's t), with %d seeds %.1f\n",
            (long long)few, (long long)undecided, undecided == 1 ? "" : "s", few == 1 ? "s" : "",
            (long long)seeds, span, ENOUGH_SEEDS, dp_student_95(ENOUGH_SEEDS - 1));
}

static void print_unsure(const struct dp_phase_report *report, FILE *out)
{
    char text[DP_UNSURE_TEXT];
    if (report->diagram->unsure)
        fprintf(out, "\n%s\n", dp_unsure_text(report->diagram->unsure, text));
}

enum dp_status dp_phase_print(const struct dp_phase_report *report, FILE *out, struct dp_error *error)
{
    const struct dp_plane *const plane = report->plane;
    dp_phase_summary(report, out);
    DP_TRY(print_table(report, out, error));
    if (plane->closed_form)
        dp_limits_print(&(struct dp_limits){plane->order->slope, report->diagram, &report->theory}, out);
    DP_TRY(print_doubts(report, out, error));
    if (plane->kind == DP_PLANE_SLOPE)
        DP_TRY(print_refined(report, out, error));
    DP_TRY(dp_agreement_print(report, out, error));
    if (plane->kind != DP_PLANE_MEAN)
        DP_TRY(print_map(report, out, error));
    if (plane->kind == DP_PLANE_SLOPE)
        print_few_seeds(report, out);
    print_unsure(report, out);
    if (fflush(out) || ferror(out))
        return dp_fail(error, DP_IO, "cannot write the table: %s", strerror(errno));
    return DP_OK;
}
