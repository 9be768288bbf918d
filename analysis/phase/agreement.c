// SPDX-License-Identifier: BSD-3-Clause
#include "contours/agreement.h"
#include "contours/boundary.h"
#include "contours/gaps.h"
#include "phase/report.h"
#include "reading/coordinates.h"
#include "tables/table.h"
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

/* The widths, by their places in the sorted set, whose slopes are judged; or a replicate of the bootstrap. */
struct stretch {
    const struct dp_phase_report *report;
    int64_t from, to;
    bool all;         // of the widths: the cells' own slopes
    const int *draws; // NULL: none
};

static double slope_between(const struct dp_cells *cells, const struct dp_cell *cell,
                            const struct stretch *stretch)
{
    const double a = cells->width.value[stretch->from], b = cells->width.value[stretch->to];
    const struct dp_group *const low = dp_cells_group(cells, cell, a), *const high =
                                                                           dp_cells_group(cells, cell, b);
    if (!low || !high)
        return NAN;
    return (dp_tally_mean(&high->tally) - dp_tally_mean(&low->tally)) / log(b / a);
}

static double slope_of(const struct dp_cells *cells, const struct dp_cell *cell, const void *context)
{
    const struct stretch *const stretch = context;
    const struct dp_cell_seeds *const seeds = &stretch->report->diagram->seed_lines;
    const int64_t c = cell - cells->cell;
    if (cell->regime == DP_WITHHELD)
        return NAN;
    if (stretch->draws && cell->slope.estimate == DP_BY_SEED)
        return dp_bootstrap_slope(seeds->line + c * seeds->lots, seeds->lots, &seeds->design[c],
                                  stretch->draws);
    return stretch->all ? cell->slope.slope : slope_between(cells, cell, stretch);
}

/* How the slopes of a stretch agree with theory. */
struct agreement {
    struct dp_contour_distance distance;
    double missed;
    struct dp_residuals residuals;
};

static void judge_slopes(const struct stretch *stretch, const double *slope, const struct dp_contour *contour,
                         struct agreement *agreement)
{
    const struct dp_cells *const cells = &stretch->report->diagram->cells;
    const int64_t nx = cells->x.count, ny = cells->y.count;
    const double window[] = {cells->x.value[0], cells->x.value[nx - 1], cells->y.value[0],
                             cells->y.value[ny - 1]};
    agreement->distance = dp_contour_distance(contour);
    if (stretch->draws) // of a replicate only the distance is asked for
        return;
    agreement->missed = contour->lines ? dp_contour_missed(contour, window) : (double)NAN;
    for (int64_t k = 0; k < nx * ny; k++) {
        const double x = cells->x.value[k % nx], y = cells->y.value[k / nx];
        dp_residuals_add(&agreement->residuals, x, y,
                         slope[k] - dp_theory_slope(&stretch->report->theory, x, y));
    }
}

/* Zero contour and slopes of a stretch. agreement is zero before. */
static enum dp_status judge(const struct stretch *stretch, struct agreement *agreement,
                            struct dp_error *error)
{
    const struct dp_cells *const cells = &stretch->report->diagram->cells;
    const int64_t nx = cells->x.count, ny = cells->y.count;
    struct dp_contour contour;
    double *const slope = dp_cells_grid(cells, slope_of, stretch);
    if (!slope)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for a grid of slopes");
    double *const filled = dp_cells_grid(cells, slope_of, stretch);
    bool *const there = dp_cells_there(cells);
    contour = (struct dp_contour){0};
    enum dp_status status = filled && there
                                ? dp_gaps_fill(nx, ny, cells->x.value, cells->y.value, there, filled, error)
                                : dp_fail(error, DP_NO_MEMORY, "not enough memory for a grid of slopes");
    if (status == DP_OK)
        status = dp_contour_zero(nx, ny, cells->x.value, cells->y.value, filled, &contour, error);
    if (status == DP_OK)
        judge_slopes(stretch, slope, &contour, agreement);
    dp_contour_free(&contour);
    free(there);
    free(filled);
    free(slope);
    return status;
}

static void put(struct dp_text_table *table, const char *format, double value)
{
    if (isnan(value))
        dp_table_put(table, "-");
    else
        dp_table_put(table, format, value);
}

static enum dp_status put_stretch(const struct stretch *stretch, struct dp_text_table *table,
                                  struct dp_error *error)
{
    const struct dp_distinct *const width = &stretch->report->diagram->cells.width;
    struct agreement agreement = {0};
    DP_TRY(judge(stretch, &agreement, error));
    const struct dp_residuals *const residuals = &agreement.residuals;
    dp_table_put(table, "%.10g to %.10g", width->value[stretch->from], width->value[stretch->to]);
    put(table, "%.3f", agreement.distance.mean);
    put(table, "%.3f", agreement.distance.worst);
    put(table, "%+.3f", agreement.distance.shift);
    put(table, "%.3f", agreement.missed);
    put(table, "%.3f", dp_residuals_rms(residuals));
    put(table, "%+.3f", residuals->count ? residuals->worst : (double)NAN);
    if (residuals->count)
        dp_table_put(table, "(%.4g, %.4g)", residuals->x, residuals->y);
    else
        dp_table_put(table, "-");
    return DP_OK;
}

/* The bootstrap's interval of the contour's mean distance. */
static enum dp_status print_bootstrap(const struct dp_phase_report *report, FILE *out, struct dp_error *error)
{
    const struct dp_cell_seeds *const seeds = &report->diagram->seed_lines;
    double *const means = malloc(sizeof *means * (size_t)report->replicates);
    int draws[DP_LOTS];
    enum dp_status status = means ? DP_OK : dp_fail(error, DP_NO_MEMORY, "not enough memory to bootstrap");
    for (int64_t r = 0; r < report->replicates && status == DP_OK; r++) {
        struct agreement agreement = {0};
        dp_bootstrap_draw(r, seeds->lots, draws);
        status = judge(&(struct stretch){.report = report, .all = true, .draws = draws}, &agreement, error);
        means[r] = agreement.distance.mean;
    }
    double low = NAN, high = NAN;
    if (status == DP_OK)
        dp_bootstrap_interval(means, report->replicates, seeds->lots, &low, &high);
    if (!isnan(low))
        fprintf(out, "bootstrap over the seeds: mean distance %.3f to %.3f (95 %%)\n", low, high);
    free(means);
    return status;
}

/* Where the first zero of an end of the intervals lies in a row, NAN without one. */
static double first_zero(const struct dp_cells *cells, const double *value)
{
    double zero = NAN;
    dp_zeros(cells->x.value, value, cells->x.count, &zero, 1);
    return zero;
}

/* Zeros of S along x in row j, the first with the interval in which the band holds 0. */
static void print_row(const struct dp_phase_report *report, int64_t j, const double *value, const double *low,
                      const double *high, FILE *out)
{
    enum { ZEROS = 8 };
    const struct dp_cells *const cells = &report->diagram->cells;
    const struct dp_plane *const plane = report->plane;
    const int64_t first = j * cells->x.count;
    double zero[ZEROS];
    char text[DP_TEXT];
    bool any = false;
    for (int64_t i = 0; i < cells->x.count; i++)
        any = any || !isnan(value[first + i]);
    if (!any) // without slopes it is not known whether there is a zero
        return;
    const int count = dp_zeros(cells->x.value, value + first, cells->x.count, zero, ZEROS);
    fprintf(out, "%s = 0 at %s =", plane->order->slope, plane->x);
    for (int i = 0; i < count && i < ZEROS; i++)
        fprintf(out, "%s %.4g", i ? "," : "", zero[i]);
    fprintf(out, count ? "" : " (nowhere)");
    // The upper end of the interval is the first to reach 0 where S rises.
    const double a = first_zero(cells, high + first), b = first_zero(cells, low + first);
    if (count == 1 && !isnan(a) && !isnan(b))
        fprintf(out, " (95 %%: %.4g to %.4g)", fmin(a, b), fmax(a, b));
    fprintf(out, ", %s %s\n", plane->y,
            dp_coordinate_text(report->store, plane->y, cells->y.value[j], false, text, sizeof text));
}

static double own_slope(const struct dp_cells *cells, const struct dp_cell *cell, const void *context)
{
    (void)cells;
    return cell->regime == DP_WITHHELD
               ? (double)NAN
               : *(const double *)(const void *)((const char *)cell + *(const size_t *)context);
}

/* Zeros along x where y is no axis along which a contour could run: a single value, or names. */
static enum dp_status print_zeros(const struct dp_phase_report *report, FILE *out, struct dp_error *error)
{
    static const size_t places[] = {offsetof(struct dp_cell, slope.slope),
                                    offsetof(struct dp_cell, slope.low),
                                    offsetof(struct dp_cell, slope.high)};
    const struct dp_cells *const cells = &report->diagram->cells;
    double *grid[3];
    bool room = true;
    for (int i = 0; i < 3; i++) {
        grid[i] = dp_cells_grid(cells, own_slope, &places[i]);
        room = room && grid[i];
    }
    if (room)
        putc('\n', out);
    for (int64_t j = 0; room && j < cells->y.count; j++)
        print_row(report, j, grid[0], grid[1], grid[2], out);
    for (int i = 0; i < 3; i++)
        free(grid[i]);
    return room ? DP_OK : dp_fail(error, DP_NO_MEMORY, "not enough memory for a grid of slopes");
}

enum dp_status dp_agreement_print(const struct dp_phase_report *report, FILE *out, struct dp_error *error)
{
    const struct dp_cells *const cells = &report->diagram->cells;
    const int64_t widths = cells->width.count;
    if (report->plane->kind == DP_PLANE_SLOPE && cells->x.count > 1 &&
        (cells->y.count == 1 || dp_coordinate_is_named(report->store, report->plane->y)) &&
        !dp_coordinate_is_named(report->store, report->plane->x))
        return print_zeros(report, out, error);
    if (!report->theory.slopes || cells->x.count < 2 || cells->y.count < 2 || widths < 2)
        return DP_OK;
    struct dp_text_table table = {.columns = 8};
    const char *const name = report->plane->order->slope;
    char rms[32];
    snprintf(rms, sizeof rms, "%s: RMS", name);
    const char *const header[] = {"widths", "contour: mean",        "worst", "shift", "missed", rms,
                                  "worst",  "at gamma, gamma_prime"};
    for (int i = 0; i < table.columns; i++)
        dp_table_put(&table, "%s", header[i]);
    enum dp_status status =
        put_stretch(&(struct stretch){.report = report, .to = widths - 1, .all = true}, &table, error);
    for (int64_t j = 1; widths > 2 && j < widths && status == DP_OK; j++)
        status = put_stretch(&(struct stretch){.report = report, .from = j - 1, .to = j}, &table, error);
    fprintf(
        out,
        "\nzero contour of %s: its distance from the %s boundary (mean and worst along it, mean shift < 0\n"
        "towards linear; what it misses of that boundary), and %s less its predicted value\n",
        name, report->theory.published ? "published" : "predicted", name);
    if (status == DP_OK)
        status = dp_table_print(&table, "lrrrrrrl", out, error);
    dp_text_table_free(&table);
    return status == DP_OK && report->replicates ? print_bootstrap(report, out, error) : status;
}
