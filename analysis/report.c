// SPDX-License-Identifier: BSD-3-Clause
#include "report.h"
#include "boundary.h"
#include "map.h"
#include "table.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LISTED = 12, LINE_ROOM = 256 };

// Cells nearer to the published boundary than this may well show the other sign: widths are finite.
#define NEAR_BOUNDARY 0.25
// On it no sign is published; gamma and gamma' come from decimal steps with their rounding.
#define ON_BOUNDARY 1e-9

const struct dp_order dp_orders[] = {
    {"rd_w", "RD_w", "S_w", "w"},
    {"rd_a", "RD_a", "S_a", "a"},
    {"rd", "RD", "S", ""},
};
const int dp_order_count = sizeof dp_orders / sizeof *dp_orders;

static const char *const ends[DP_STATUSES] = {
    [DP_PENDING] = "pending",       [DP_DONE] = "done",         [DP_DIVERGED] = "diverged",
    [DP_STEP_LIMIT] = "step limit", [DP_RUN_FAILED] = "failed",
};

bool dp_report_published(const struct dp_report *report)
{
    return report->gathered->relu && !strcmp(report->order->column, "rd_w") &&
           !strcmp(report->view->x, "gamma") && !strcmp(report->view->y, "gamma_prime");
}

/* "2 pending, 1 diverged, 1 without a logarithm"; empty when every run is in use. */
static const char *describe_unfinished(const struct dp_tally *tally, char *text, size_t size)
{
    size_t used = 0;
    text[0] = 0;
    for (int i = 0; i < DP_STATUSES; i++)
        if (i != DP_DONE && tally->ended[i] && used < size)
            used += (size_t)snprintf(text + used, size - used, "%s%lld %s", used ? ", " : "",
                                     (long long)tally->ended[i], ends[i]);
    if (tally->unusable && used < size)
        snprintf(text + used, size - used, "%s%lld not positive", used ? ", " : "",
                 (long long)tally->unusable);
    return text;
}

static void print_values(const struct dp_report *report, const char *column, const struct dp_values *values,
                         FILE *out)
{
    char text[DP_TEXT];
    for (int64_t i = 0; i < values->count; i++) {
        if (values->count > LISTED && i == LISTED / 2) { // the middle of a long list is left out
            fprintf(out, " ...");
            i = values->count - LISTED / 2;
        }
        fprintf(out, " %s",
                dp_coordinate_text(report->store, column, values->value[i], false, text, sizeof text));
    }
}

/* Cells that have runs done at two widths or more. */
static int64_t sloped_cells(const struct dp_cells *cells)
{
    int64_t sloped = 0;
    for (int64_t i = 0; i < cells->count; i++)
        sloped += !isnan(cells->cell[i].slope.slope);
    return sloped;
}

static void print_summary(const struct dp_report *report, FILE *out)
{
    const struct dp_gathered *const all = report->gathered;
    const struct dp_cells *const cells = &all->cells;
    const struct dp_tally *const total = &cells->total;
    const int64_t runs = dp_tally_runs(total), done = total->ended[DP_DONE];
    char text[LINE_ROOM];
    const char *const title = dp_store_text(report->store, "title");
    fprintf(out, "%s (%s): %lld of %lld runs done", title[0] ? title : "store", report->path, (long long)done,
            (long long)runs);
    if (done < runs)
        fprintf(out, " (%.1f%%)", floor(1000.0 * (double)done / (double)runs) / 10);
    describe_unfinished(total, text, sizeof text);
    fprintf(out, "%s%s\n", text[0] ? "; " : "", text);
    if (report->view->picks) {
        fprintf(out, "chosen by --at: %lld of the store's %lld runs\n", (long long)all->picked,
                (long long)all->runs);
    }
    if (all->nowhere)
        fprintf(out, "left out: %lld runs whose %s or %s is not a number\n", (long long)all->nowhere,
                report->view->x, report->view->y);
    fprintf(out, "%lld cells (%lld %s x %lld %s), widths", (long long)cells->count, (long long)cells->x.count,
            report->view->x, (long long)cells->y.count, report->view->y);
    print_values(report, "width", &cells->width, out);
    fprintf(out, ", %lld seed%s\n", (long long)all->seeds.count, all->seeds.count == 1 ? "" : "s");
    for (int k = 0; k < all->others; k++)
        if (all->other_value[k].count > 1) {
            fprintf(out, "also varies, but not within a cell and width: %s", all->other[k]);
            print_values(report, all->other[k], &all->other_value[k], out);
            putc('\n', out);
        }
    const int64_t sloped = sloped_cells(cells);
    if (sloped < cells->count)
        fprintf(out, "no %s in %lld of %lld cells: a slope needs runs done at two widths or more\n",
                report->order->slope, (long long)(cells->count - sloped), (long long)cells->count);
}

static void put_header(const struct dp_report *report, struct dp_table *table)
{
    const struct dp_values *const widths = &report->gathered->cells.width;
    dp_table_put(table, "%s", report->view->x);
    dp_table_put(table, "%s", report->view->y);
    for (int64_t j = 0; j < widths->count; j++)
        dp_table_put(table, "%s(%.10g)", report->order->symbol, widths->value[j]);
    dp_table_put(table, "%s", report->order->slope);
    dp_table_put(table, "+-");
    dp_table_put(table, "regime");
    dp_table_put(table, "unfinished");
}

/* A number, or a dash for none. */
static void put_number(struct dp_table *table, const char *format, double value)
{
    char text[LINE_ROOM];
    snprintf(text, sizeof text, format, value);
    dp_table_put(table, "%s", isnan(value) ? "-" : text);
}

static void put_cell(const struct dp_report *report, const struct dp_cell *cell, struct dp_table *table)
{
    const struct dp_cells *const cells = &report->gathered->cells;
    char text[DP_TEXT];
    dp_table_put(table, "%s",
                 dp_coordinate_text(report->store, report->view->x, cell->x, false, text, sizeof text));
    dp_table_put(table, "%s",
                 dp_coordinate_text(report->store, report->view->y, cell->y, false, text, sizeof text));
    for (int64_t j = 0; j < cells->width.count; j++) {
        const struct dp_group *const group = dp_cells_group(cells, cell, cells->width.value[j]);
        put_number(table, "%.4g", group ? dp_tally_value(&group->tally) : NAN);
    }
    put_number(table, "%+.3f", cell->slope.slope);
    put_number(table, "%.3f", cell->slope.error);
    dp_table_put(table, "%s", dp_regime_name(cell->regime));
    dp_table_put(table, "%s", describe_unfinished(&cell->total, text, sizeof text));
}

static enum dp_status print_table(const struct dp_report *report, FILE *out, struct dp_error *error)
{
    const struct dp_cells *const cells = &report->gathered->cells;
    struct dp_table table = {.columns = (int)cells->width.count + 6};
    put_header(report, &table);
    for (int64_t i = 0; i < cells->count; i++)
        put_cell(report, &cells->cell[i], &table);
    char *const align = malloc((size_t)table.columns + 1);
    if (!align) {
        dp_table_free(&table);
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for a table");
    }
    memset(align, 'r', (size_t)table.columns);
    align[table.columns - 2] = align[table.columns - 1] = 'l'; // the words
    const enum dp_status status = dp_table_print(&table, align, out, error);
    free(align);
    dp_table_free(&table);
    return status;
}

/* How often the sign of S is the published one. */
static void print_agreement(const struct dp_report *report, FILE *out)
{
    const struct dp_cells *const cells = &report->gathered->cells;
    int64_t all = 0, right = 0, far = 0, far_right = 0;
    for (int64_t i = 0; i < cells->count; i++) {
        const struct dp_cell *const cell = &cells->cell[i];
        const double distance = dp_boundary_distance(cell->x, cell->y);
        if (isnan(cell->slope.slope) || fabs(distance) < ON_BOUNDARY)
            continue;
        const bool agrees = (cell->slope.slope > 0) == (distance > 0) && cell->slope.slope != 0;
        const bool is_far = fabs(distance) > NEAR_BOUNDARY;
        all++;
        right += agrees;
        far += is_far;
        far_right += is_far && agrees;
    }
    if (all)
        fprintf(out,
                "the sign of %s agrees with the published boundary in %lld of %lld cells off it, and in %lld "
                "of %lld "
                "farther than %g from it\n",
                report->order->slope, (long long)right, (long long)all, (long long)far_right, (long long)far,
                NEAR_BOUNDARY);
}

enum dp_status dp_report_print(const struct dp_report *report, FILE *out, struct dp_error *error)
{
    print_summary(report, out);
    if (dp_map_fits(&report->gathered->cells)) {
        putc('\n', out);
        DP_TRY(dp_map_print(report->store, &report->gathered->cells, report->view->x, report->view->y, out,
                            error));
    }
    putc('\n', out);
    DP_TRY(print_table(report, out, error));
    if (dp_report_published(report)) {
        putc('\n', out);
        print_agreement(report, out);
    }
    if (fflush(out) || ferror(out))
        return dp_fail(error, DP_IO, "cannot write the table: %s", strerror(errno));
    return DP_OK;
}
