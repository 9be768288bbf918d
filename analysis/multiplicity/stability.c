// SPDX-License-Identifier: BSD-3-Clause
#include "multiplicity/stability.h"
#include "reading/scan.h"
#include "tables/table.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NEURONS_MOST = 1 << 24 };

const struct dp_varied dp_varied[DP_VARIED] = {
    {"resolution", " (degrees)", {3, 5, 10, 15, 20, 30}, offsetof(struct dp_direction_options, resolution)},
    {"share", "", {0.01, 0.02, 0.03, 0.05, 0.1, 0.2}, offsetof(struct dp_direction_options, share)},
    {"amplitude cut",
     "",
     {0, 0.001, 0.01, 0.03, 0.1, 0.3},
     offsetof(struct dp_direction_options, amplitude_cut)},
};

// The columns of the pass; the keys follow.
enum { KEPT_STATUS, KEPT_MEASURED, KEPT_SIZE, KEPT_OFFSET, KEPT_INPUTS, KEPT_OUTPUTS, KEPT_KEYS };

struct recount {
    const struct dp_direction_report *report;
    struct dp_recount *moved; // [groups]
    double *rows, *columns;
    int64_t room; // numbers in either
    int64_t inner;
};

static bool reserve(struct recount *r, int64_t numbers)
{
    if (numbers <= r->room)
        return true;
    free(r->rows);
    free(r->columns);
    r->rows = malloc((size_t)numbers * sizeof *r->rows);
    r->columns = malloc((size_t)numbers * sizeof *r->columns);
    r->room = r->rows && r->columns ? numbers : 0;
    return r->room > 0;
}

// The neurons of a run as columns: [inputs + 1 + outputs][width].
static enum dp_status read_neurons(struct recount *r, const struct dp_scan *scan, int64_t i,
                                   struct dp_neurons *neurons, struct dp_error *error)
{
    const int64_t width = (int64_t)scan->column[KEPT_SIZE][i];
    *neurons = (struct dp_neurons){.count = width,
                                   .inputs = (int)scan->column[KEPT_INPUTS][i],
                                   .outputs = (int)scan->column[KEPT_OUTPUTS][i]};
    if (width > NEURONS_MOST || !reserve(r, width * r->inner))
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for %lld neurons", (long long)width);
    DP_TRY(dp_store_read(r->report->store, "weights_last", (int64_t)scan->column[KEPT_OFFSET][i], width,
                         r->rows, error));
    const int64_t components = neurons->inputs + 1 + neurons->outputs;
    for (int64_t k = 0; k < width; k++)
        for (int64_t c = 0; c < components; c++)
            r->columns[c * width + k] = r->rows[k * r->inner + c];
    neurons->columns = r->columns;
    return DP_OK;
}

static enum dp_status count_again(const struct dp_direction_report *report, const struct dp_neurons *neurons,
                                  double before, struct dp_recount *moved, struct dp_error *error)
{
    const struct dp_run *const run = &report->settings;
    moved->runs++;
    for (int v = 0; v < DP_VARIED; v++)
        for (int i = 0; i < DP_VARIED_VALUES; i++) {
            struct dp_direction_options options = {run->resolution, run->amplitude_cut, run->direction_share};
            struct dp_direction_set set = {0};
            memcpy((char *)&options + dp_varied[v].offset, &dp_varied[v].value[i], sizeof(double));
            DP_TRY(dp_directions_count(neurons, &options, report->lines ? NULL : &set,
                                       report->lines ? &set : NULL, error));
            moved->sum[v][i] += (double)set.count;
            moved->same[v][i] += (double)set.count == before;
        }
    return DP_OK;
}

static enum dp_status add_row(struct recount *r, const struct dp_scan *scan, int64_t i,
                              struct dp_error *error)
{
    const struct dp_direction_report *const report = r->report;
    const double status = scan->column[KEPT_STATUS][i];
    double key[DP_COUNT_KEYS] = {0};
    struct dp_neurons neurons;
    const bool used = status == DP_DONE || (report->unfinished && status == DP_STEP_LIMIT);
    if (!used || !(scan->column[KEPT_SIZE][i] > 0) || !dp_scan_passes(scan, i))
        return DP_OK;
    for (int k = 0; k < report->keys; k++)
        key[k] = scan->column[KEPT_KEYS + k][i];
    const int64_t group = dp_counts_find(&report->counts, key);
    if (group < 0) // written since
        return DP_OK;
    DP_TRY(read_neurons(r, scan, i, &neurons, error));
    return count_again(report, &neurons, scan->column[KEPT_MEASURED][i], &r->moved[group], error);
}

static enum dp_status recount(struct recount *r, struct dp_error *error)
{
    const struct dp_direction_report *const report = r->report;
    const char *names[KEPT_KEYS + DP_COUNT_KEYS] = {
        "status",           report->lines ? "lines" : "directions",
        "weights_row_size", "weights_offset",
        "weights_inputs",   "weights_outputs"};
    struct dp_scan scan;
    int64_t neurons;
    memcpy(names + KEPT_KEYS, report->key, sizeof report->key);
    dp_store_shape(report->store, "weights_last", &neurons, &r->inner);
    enum dp_status status =
        dp_scan_open(report->store, names, KEPT_KEYS + report->keys, &report->filter, &scan, error);
    while (status == DP_OK && scan.first < scan.runs) {
        status = dp_scan_next(&scan, error);
        for (int64_t i = 0; i < scan.count && status == DP_OK; i++)
            status = add_row(r, &scan, i, error);
    }
    dp_scan_close(&scan);
    return status;
}

static enum dp_status print_varied(const struct dp_direction_report *report, const struct dp_recount *moved,
                                   int v, FILE *out, struct dp_error *error)
{
    struct dp_text_table table = {.columns = report->keys + 1 + DP_VARIED_VALUES};
    char text[DP_TEXT], align[DP_COUNT_KEYS + DP_VARIED_VALUES + 2];
    memset(align, 'r', sizeof align);
    memset(align, 'l', (size_t)report->keys);
    for (int k = 0; k < report->keys; k++)
        dp_table_put(&table, "%s", report->key[k]);
    dp_table_put(&table, "runs");
    for (int i = 0; i < DP_VARIED_VALUES; i++)
        dp_table_put(&table, "%g", dp_varied[v].value[i]);
    for (int64_t g = 0; g < report->counts.count; g++) {
        const double runs = (double)moved[g].runs;
        if (moved[g].runs == 0)
            continue;
        for (int k = 0; k < report->keys; k++)
            dp_table_put(
                &table, "%s",
                dp_direction_report_value(report, &report->counts.group[g], k, false, text, sizeof text));
        dp_table_put(&table, "%lld", (long long)moved[g].runs);
        for (int i = 0; i < DP_VARIED_VALUES; i++)
            dp_table_put(&table, "%.2f (%.0f %%)", moved[g].sum[v][i] / runs,
                         100 * (double)moved[g].same[v][i] / runs);
    }
    fprintf(out, "\nmean number of %s by %s (runs whose number stays)\n", dp_direction_report_noun(report),
            dp_varied[v].name);
    const enum dp_status status = dp_table_print(&table, align, out, error);
    dp_text_table_free(&table);
    return status;
}

enum dp_status dp_stability_count(const struct dp_direction_report *report, const char *option,
                                  struct dp_recount **recounts, struct dp_error *error)
{
    if (!dp_store_has(report->store, "weights_last"))
        return dp_fail(error, DP_BAD_INPUT,
                       "%s: %s keeps no neurons to count again; run the sweep with store: {weights: all}",
                       option, report->path);
    struct recount r = {.report = report};
    *recounts = r.moved = calloc((size_t)report->counts.count + 1, sizeof *r.moved);
    if (!r.moved)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory to count again");
    const enum dp_status status = recount(&r, error);
    free(r.rows);
    free(r.columns);
    return status;
}

enum dp_status dp_stability_print(const struct dp_direction_report *report, const struct dp_recount *recounts,
                                  FILE *out, struct dp_error *error)
{
    for (int v = 0; v < DP_VARIED; v++)
        DP_TRY(print_varied(report, recounts, v, out, error));
    return DP_OK;
}
