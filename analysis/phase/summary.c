// SPDX-License-Identifier: BSD-3-Clause
#include "phase/report.h"
#include "reading/coordinates.h"
#include <math.h>
#include <string.h>

enum { VALUES_SHOWN = 12, LINE_ROOM = 256, STOPS_ROOM = 512 };

static const char *const ends[DP_STATUSES] = {
    [DP_PENDING] = "pending",       [DP_DONE] = "done",         [DP_DIVERGED] = "diverged",
    [DP_STEP_LIMIT] = "step limit", [DP_RUN_FAILED] = "failed",
};

const char *dp_tally_text(const struct dp_tally *tally, char *text, size_t size)
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
        fprintf(out, " (%.1f%%)", dp_percent_done(done, runs, .1));
    dp_tally_text(total, text, sizeof text);
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
    int64_t by_seed = 0, pooled = 0, rough = 0;
    for (int64_t i = 0; i < cells->count; i++) {
        const struct dp_slope *const slope = &cells->cell[i].slope;
        by_seed += slope->estimate == DP_BY_SEED;
        pooled += slope->estimate == DP_POOLED && !isnan(slope->slope);
        rough += isnan(slope->seed_error) && !isnan(slope->misfit_error);
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
    if (rough && rough == by_seed + pooled)
        fprintf(out, "rough intervals, from the misfit of lines, as there is one run at a width\n");
    else if (report->replicates)
        fprintf(out, "intervals from a bootstrap over seeds, %lld replicates\n",
                (long long)report->replicates);
    else
        fprintf(out, "intervals from standard errors\n");
}

void dp_phase_summary(const struct dp_phase_report *report, FILE *out)
{
    print_runs(report, out);
    print_axes(report, out);
    if (report->plane->kind != DP_PLANE_MEAN) {
        print_widths(report, out);
        print_estimate(report, out);
    }
    putc('\n', out);
}
