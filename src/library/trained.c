// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/trained.h"
#include "dewpoint/inputs/inputs.h"
#include "dewpoint/sweep/sweep.h"
#include "store/format/columns.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CURVES_MOST = 32 };

struct dp_trained {
    struct dp_record record;
    struct dp_trace trace;
    int64_t width, components;
    const struct dp_column *curve_column[CURVES_MOST];
    double *curve[CURVES_MOST]; // [trace.curve_count] each
    int curves;
};

const char *dp_library_version(void)
{
    return "dewpoint " DEWPOINT_VERSION " (" DEWPOINT_REVISION ")";
}

void dp_trained_free(struct dp_trained *trained)
{
    if (!trained)
        return;
    for (int c = 0; c < trained->curves; c++)
        free(trained->curve[c]);
    free(trained->trace.curve);
    free(trained->trace.weights_first);
    free(trained->trace.weights_last);
    free(trained);
}

static enum dp_status make_room(struct dp_trained *t, const struct dp_run *run, const struct dp_samples *file,
                                struct dp_error *error)
{
    t->width = run->width;
    t->components = dp_run_inputs(run, file) + 1 + dp_run_outputs(run, file);
    t->trace.curve_capacity = dp_run_curve_capacity(run);
    const size_t weights = (size_t)(t->width * t->components) * sizeof(double);
    t->trace.curve = calloc((size_t)t->trace.curve_capacity + 1, sizeof *t->trace.curve);
    t->trace.weights_first = malloc(weights);
    t->trace.weights_last = malloc(weights);
    if (t->trace.curve && t->trace.weights_first && t->trace.weights_last)
        return DP_OK;
    return dp_fail(error, DP_NO_MEMORY, "no memory for the parameters of %lld neurons",
                   (long long)run->width);
}

/* The points of a curve are consecutive in the trace; each of their members becomes an array. */
static enum dp_status split_curves(struct dp_trained *t, struct dp_error *error)
{
    const struct dp_column *column;
    for (int i = 0; t->trace.curve_count > 0 && (column = dp_column_row(i)); i++) {
        if (column->source != DP_FROM_CURVE || t->curves == CURVES_MOST)
            continue;
        double *const values = malloc((size_t)t->trace.curve_count * sizeof *values);
        if (!values)
            return dp_fail(error, DP_NO_MEMORY, "no memory for a curve");
        for (int64_t p = 0; p < t->trace.curve_count; p++)
            memcpy(&values[p], (const char *)&t->trace.curve[p] + column->offset, sizeof *values);
        t->curve_column[t->curves] = column;
        t->curve[t->curves++] = values;
    }
    return DP_OK;
}

static enum dp_status train(const struct dp_sweep *sweep, int64_t row, struct dp_trained *t,
                            struct dp_error *error)
{
    struct dp_inputs inputs = {0};
    struct dp_run run;
    if (row < 0 || row >= sweep->runs)
        return dp_fail(error, DP_BAD_INPUT, "row must be a whole number from 0 to %lld, not %lld",
                       (long long)sweep->runs - 1, (long long)row);
    dp_sweep_run(sweep, row, &run);
    enum dp_status status = dp_inputs_read(sweep, &inputs, error);
    if (status == DP_OK)
        status = dp_inputs_fit(sweep, &inputs, error);
    const struct dp_samples *const file = status == DP_OK ? dp_inputs_data(&inputs, &run) : NULL;
    if (status == DP_OK)
        status = make_room(t, &run, file, error);
    if (status == DP_OK)
        status = dp_runs_execute(&(struct dp_work){.run = &run,
                                                   .file = file,
                                                   .start = dp_inputs_start(&inputs, &run),
                                                   .record = &t->record,
                                                   .trace = &t->trace},
                                 1, NULL, error);
    t->record.wall_time = NAN;
    dp_inputs_free(&inputs);
    return status == DP_OK ? split_curves(t, error) : status;
}

static enum dp_status parse(const char *text, struct dp_sweep *sweep, struct dp_error *error)
{
    return dp_sweep_parse("sweep", text, strlen(text), NULL, 0, sweep, error);
}

static void say(const struct dp_error *error, char *message, size_t size)
{
    if (message && size > 0)
        snprintf(message, size, "%s", error->text);
}

struct dp_trained *dp_train_row(const char *sweep_text, int64_t row, char *message, size_t size)
{
    struct dp_error error = {0};
    struct dp_sweep sweep = {0};
    struct dp_trained *trained = calloc(1, sizeof *trained);
    enum dp_status status = trained ? DP_OK : dp_fail(&error, DP_NO_MEMORY, "no memory for a run");
    if (status == DP_OK)
        status = parse(sweep_text, &sweep, &error);
    if (status == DP_OK)
        status = train(&sweep, row, trained, &error);
    dp_sweep_free(&sweep);
    if (status == DP_OK)
        return trained;
    say(&error, message, size);
    dp_trained_free(trained);
    return NULL;
}

int64_t dp_train_row_count(const char *sweep_text, char *message, size_t size)
{
    struct dp_error error = {0};
    struct dp_sweep sweep = {0};
    int64_t runs = -1;
    if (parse(sweep_text, &sweep, &error) == DP_OK)
        runs = sweep.runs;
    else
        say(&error, message, size);
    dp_sweep_free(&sweep);
    return runs;
}

double dp_trained_number(const struct dp_trained *trained, const char *name)
{
    const struct dp_column *const column = dp_column_find(name);
    if (!column || column->source != DP_FROM_RECORD)
        return NAN;
    const char *const place = (const char *)&trained->record + column->offset;
    double number;
    int64_t whole;
    if (column->type == DP_COLUMN_F64) {
        memcpy(&number, place, sizeof number);
        return number;
    }
    memcpy(&whole, place, sizeof whole);
    return (double)whole;
}

const double *dp_trained_array(const struct dp_trained *trained, const char *name, int64_t shape[2])
{
    const bool first = strcmp(name, "weights_first") == 0;
    shape[0] = trained->width;
    shape[1] = trained->components;
    if (first || strcmp(name, "weights_last") == 0)
        return first ? trained->trace.weights_first : trained->trace.weights_last;
    shape[0] = trained->trace.curve_count;
    shape[1] = 1;
    for (int c = 0; c < trained->curves; c++)
        if (strcmp(name, trained->curve_column[c]->name) == 0)
            return trained->curve[c];
    return NULL;
}
