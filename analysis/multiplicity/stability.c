// SPDX-License-Identifier: BSD-3-Clause
#include "multiplicity/stability.h"
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
enum { STATUS, MEASURED, SIZE, OFFSET, INPUTS, OUTPUTS, FIXED };

struct recount {
    const struct dp_survey *survey;
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
static enum dp_status read_neurons(struct recount *r, const struct dp_rows *rows, int64_t i,
                                   struct dp_neurons *neurons, struct dp_error *error)
{
    const int64_t width = (int64_t)rows->column[SIZE][i];
    *neurons = (struct dp_neurons){
        .count = width, .inputs = (int)rows->column[INPUTS][i], .outputs = (int)rows->column[OUTPUTS][i]};
    if (width > NEURONS_MOST || !reserve(r, width * r->inner))
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for %lld neurons", (long long)width);
    DP_TRY(dp_store_read(r->survey->store, "weights_last", (int64_t)rows->column[OFFSET][i], width, r->rows,
                         error));
    const int64_t components = neurons->inputs + 1 + neurons->outputs;
    for (int64_t k = 0; k < width; k++)
        for (int64_t c = 0; c < components; c++)
            r->columns[c * width + k] = r->rows[k * r->inner + c];
    neurons->columns = r->columns;
    return DP_OK;
}

static enum dp_status count_again(const struct dp_survey *survey, const struct dp_neurons *neurons,
                                  double before, struct dp_recount *moved, struct dp_error *error)
{
    const struct dp_run *const run = &survey->settings;
    moved->runs++;
    for (int v = 0; v < DP_VARIED; v++)
        for (int i = 0; i < DP_VARIED_VALUES; i++) {
            struct dp_direction_options options = {run->resolution, run->amplitude_cut, run->direction_share};
            struct dp_direction_set set = {0};
            memcpy((char *)&options + dp_varied[v].offset, &dp_varied[v].value[i], sizeof(double));
            DP_TRY(dp_directions_count(neurons, &options, survey->lines ? NULL : &set,
                                       survey->lines ? &set : NULL, error));
            moved->sum[v][i] += (double)set.count;
            moved->same[v][i] += (double)set.count == before;
        }
    return DP_OK;
}

static enum dp_status add_row(struct recount *r, const struct dp_rows *rows, int64_t i,
                              struct dp_error *error)
{
    const struct dp_survey *const survey = r->survey;
    const double status = rows->column[STATUS][i];
    double key[DP_COUNT_KEYS] = {0};
    struct dp_neurons neurons;
    const bool used = status == DP_DONE || (survey->unfinished && status == DP_STEP_LIMIT);
    if (!used || !(rows->column[SIZE][i] > 0) || !dp_rows_pass(rows, i))
        return DP_OK;
    for (int k = 0; k < survey->keys; k++)
        key[k] = rows->column[FIXED + k][i];
    const int64_t group = dp_counts_find(&survey->counts, key);
    if (group < 0) // written since
        return DP_OK;
    DP_TRY(read_neurons(r, rows, i, &neurons, error));
    return count_again(survey, &neurons, rows->column[MEASURED][i], &r->moved[group], error);
}

static enum dp_status recount(struct recount *r, struct dp_error *error)
{
    const struct dp_survey *const survey = r->survey;
    const char *names[FIXED + DP_COUNT_KEYS] = {"status",           survey->lines ? "lines" : "directions",
                                                "weights_row_size", "weights_offset",
                                                "weights_inputs",   "weights_outputs"};
    struct dp_rows rows;
    int64_t neurons;
    memcpy(names + FIXED, survey->key, sizeof survey->key);
    dp_store_shape(survey->store, "weights_last", &neurons, &r->inner);
    enum dp_status status = dp_rows_open(survey->store, names, FIXED + survey->keys, survey->view.pick,
                                         survey->view.picks, &rows, error);
    while (status == DP_OK && rows.first < rows.runs) {
        status = dp_rows_next(&rows, error);
        for (int64_t i = 0; i < rows.count && status == DP_OK; i++)
            status = add_row(r, &rows, i, error);
    }
    dp_rows_close(&rows);
    return status;
}

static enum dp_status print_varied(const struct dp_survey *survey, const struct dp_recount *moved, int v,
                                   FILE *out, struct dp_error *error)
{
    struct dp_table table = {.columns = survey->keys + 1 + DP_VARIED_VALUES};
    char text[DP_TEXT], align[DP_COUNT_KEYS + DP_VARIED_VALUES + 2];
    memset(align, 'r', sizeof align);
    memset(align, 'l', (size_t)survey->keys);
    for (int k = 0; k < survey->keys; k++)
        dp_table_put(&table, "%s", survey->key[k]);
    dp_table_put(&table, "runs");
    for (int i = 0; i < DP_VARIED_VALUES; i++)
        dp_table_put(&table, "%g", dp_varied[v].value[i]);
    for (int64_t g = 0; g < survey->counts.count; g++) {
        const double runs = (double)moved[g].runs;
        if (moved[g].runs == 0)
            continue;
        for (int k = 0; k < survey->keys; k++)
            dp_table_put(&table, "%s",
                         dp_survey_value(survey, &survey->counts.group[g], k, false, text, sizeof text));
        dp_table_put(&table, "%lld", (long long)moved[g].runs);
        for (int i = 0; i < DP_VARIED_VALUES; i++)
            dp_table_put(&table, "%.2f (%.0f %%)", moved[g].sum[v][i] / runs,
                         100 * (double)moved[g].same[v][i] / runs);
    }
    fprintf(out, "\nmean number of %s by %s (runs whose number stays)\n", dp_survey_what(survey),
            dp_varied[v].name);
    const enum dp_status status = dp_table_print(&table, align, out, error);
    dp_table_free(&table);
    return status;
}

enum dp_status dp_stability_count(const struct dp_survey *survey, const char *option,
                                  struct dp_recount **recounts, struct dp_error *error)
{
    if (!dp_store_has(survey->store, "weights_last"))
        return dp_fail(error, DP_BAD_INPUT,
                       "%s: %s keeps no neurons to count again; run the sweep with store: {weights: all}",
                       option, survey->path);
    struct recount r = {.survey = survey};
    *recounts = r.moved = calloc((size_t)survey->counts.count + 1, sizeof *r.moved);
    if (!r.moved)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory to count again");
    const enum dp_status status = recount(&r, error);
    free(r.rows);
    free(r.columns);
    return status;
}

enum dp_status dp_stability_print(const struct dp_survey *survey, const struct dp_recount *recounts,
                                  FILE *out, struct dp_error *error)
{
    for (int v = 0; v < DP_VARIED; v++)
        DP_TRY(print_varied(survey, recounts, v, out, error));
    return DP_OK;
}
