// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/inputs/inputs.h"
#include "inputs/data.h"
#include "inputs/formulas.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum dp_status dp_inputs_list(const struct dp_sweep *sweep, struct dp_inputs *inputs, struct dp_error *error)
{
    const int starts = dp_sweep_starts(sweep, NULL, 0);
    *inputs = (struct dp_inputs){0};
    DP_TRY(dp_sweep_data(sweep, &inputs->data_runs, &inputs->data_count, error));
    inputs->data = calloc((size_t)inputs->data_count + 1, sizeof *inputs->data);
    inputs->start_names = calloc((size_t)starts + 1, sizeof *inputs->start_names);
    inputs->starts = calloc((size_t)starts + 1, sizeof *inputs->starts);
    if (!inputs->data || !inputs->start_names || !inputs->starts) {
        inputs->data_count = 0;
        dp_inputs_free(inputs);
        return dp_fail(error, DP_NO_MEMORY, "no memory for the names of the files that runs read");
    }
    inputs->start_count = dp_sweep_starts(sweep, inputs->start_names, starts);
    const enum dp_status status = dp_formulas_make(sweep, inputs, error);
    if (status != DP_OK)
        dp_inputs_free(inputs);
    return status;
}

const struct dp_samples *dp_inputs_data(const struct dp_inputs *inputs, const struct dp_run *run)
{
    for (int i = 0; run->target == DP_FILE && i < inputs->data_count; i++)
        if (dp_sweep_same_data(&inputs->data_runs[i], run))
            return &inputs->data[i];
    return run->target == DP_FORMULA ? dp_formulas_find(inputs, run) : NULL;
}

const struct dp_start *dp_inputs_start(const struct dp_inputs *inputs, const struct dp_run *run)
{
    for (int i = 0; run->path[0] && i < inputs->start_count; i++)
        if (strcmp(inputs->start_names[i], run->path) == 0)
            return &inputs->starts[i];
    return NULL;
}

const struct dp_samples *dp_inputs_shape(const struct dp_inputs *inputs)
{
    return inputs->data_count ? &inputs->data[0] : NULL;
}

/* The store has one shape for the neurons of all runs with data files. */
static enum dp_status check_shapes(const struct dp_sweep *sweep, const struct dp_inputs *inputs,
                                   struct dp_error *error)
{
    const struct dp_samples *const data = inputs->data;
    const char *key = dp_sweep_may_keep(sweep, DP_KEEP_WEIGHTS) ? "weights" : "trajectories";
    if (!dp_sweep_may_keep(sweep, DP_KEEP_WEIGHTS) && !dp_sweep_may_keep(sweep, DP_KEEP_TRAJECTORIES))
        return DP_OK;
    for (int i = 1; i < inputs->data_count; i++)
        if (data[i].inputs != data[0].inputs || data[i].outputs != data[0].outputs)
            return dp_fail(error, DP_BAD_INPUT,
                           "%s: kept neurons must have one number of inputs and outputs, but %s has %lld and "
                           "%lld, %s has %lld and %lld",
                           key, inputs->data_runs[0].file, (long long)data[0].inputs,
                           (long long)data[0].outputs, inputs->data_runs[i].file, (long long)data[i].inputs,
                           (long long)data[i].outputs);
    return DP_OK;
}

static enum dp_status check_starts(const struct dp_sweep *sweep, const struct dp_inputs *inputs,
                                   struct dp_error *error)
{
    for (int64_t row = 0; inputs->start_count && row < sweep->runs; row++) {
        struct dp_run run;
        dp_sweep_run(sweep, row, &run);
        const struct dp_start *const start = dp_inputs_start(inputs, &run);
        const struct dp_samples *const data = dp_inputs_data(inputs, &run);
        const int64_t d = dp_run_inputs(&run, data), o = dp_run_outputs(&run, data);
        if (!start)
            continue;
        if (start->width != run.width)
            return dp_fail(error, DP_BAD_INPUT,
                           "%s: it has %lld neurons, but run %lld has width %lld; set model: {width: %lld}",
                           run.path, (long long)start->width, (long long)row, (long long)run.width,
                           (long long)start->width);
        if (start->components != d + 1 + o || (start->inputs && start->inputs != d))
            return dp_fail(
                error, DP_BAD_INPUT,
                "%s: it has %lld parameters a neuron%s, but run %lld has %lld: %lld of the inputs, 1 "
                "bias, %lld of the outputs",
                run.path, (long long)start->components,
                start->components == d + 1 + o ? ", with another number of inputs" : "", (long long)row,
                (long long)(d + 1 + o), (long long)d, (long long)o);
    }
    return DP_OK;
}

static enum dp_status read_all(const struct dp_sweep *sweep, struct dp_inputs *inputs, struct dp_notes *notes,
                               struct dp_error *error)
{
    for (int i = 0; i < inputs->data_count; i++)
        DP_TRY(dp_data_load(sweep, &inputs->data_runs[i], &inputs->data[i], notes, error));
    for (int i = 0; i < inputs->start_count; i++) {
        DP_TRY(dp_data_start(sweep, inputs->start_names[i], &inputs->starts[i], error));
        dp_note_start(notes, inputs->start_names[i], &inputs->starts[i]);
    }
    DP_TRY(dp_formulas_check(sweep, inputs, error));
    DP_TRY(check_shapes(sweep, inputs, error));
    return check_starts(sweep, inputs, error);
}

/* Reads with notes, which become the texts of inputs. */
static enum dp_status read_noting(const struct dp_sweep *sweep, struct dp_inputs *inputs,
                                  struct dp_error *error)
{
    size_t size;
    struct dp_notes notes = {.read = open_memstream(&inputs->read, &size),
                             .warned = open_memstream(&inputs->warned, &size),
                             .scaling = open_memstream(&inputs->scaling, &size)};
    FILE *const streams[] = {notes.read, notes.warned, notes.scaling};
    enum dp_status status = notes.read && notes.warned && notes.scaling ? DP_OK : DP_NO_MEMORY;
    if (status == DP_OK)
        status = read_all(sweep, inputs, &notes, error);
    else
        dp_fail(error, DP_NO_MEMORY, "no memory to tell what was read");
    for (int i = 0; i < 3; i++)
        if (streams[i] && fclose(streams[i]) != 0 && status == DP_OK)
            status = dp_fail(error, DP_NO_MEMORY, "no memory to tell what was read");
    return status;
}

enum dp_status dp_inputs_read(const struct dp_sweep *sweep, struct dp_inputs *inputs, struct dp_error *error)
{
    DP_TRY(dp_inputs_list(sweep, inputs, error));
    const enum dp_status status = read_noting(sweep, inputs, error);
    if (status != DP_OK)
        dp_inputs_free(inputs);
    return status;
}

/* Continued over doubles as little-endian bytes. */
static uint64_t digest_doubles(uint64_t digest, const double *values, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        for (int byte = 0; byte < 8; byte++)
            digest = (digest ^ (bits >> (8 * byte) & 0xff)) * UINT64_C(0x100000001b3);
    }
    return digest;
}

static uint64_t digest_samples(uint64_t digest, const struct dp_samples *samples)
{
    const double shape[3] = {(double)samples->count, (double)samples->inputs, (double)samples->outputs};
    digest = digest_doubles(digest, shape, 3);
    digest = digest_doubles(digest, samples->x, samples->count * samples->inputs);
    return digest_doubles(digest, samples->y, samples->count * samples->outputs);
}

/* Of set of data i, or of the initial parameters behind the last of these. */
static uint64_t digest_part(uint64_t digest, const struct dp_inputs *inputs, int i)
{
    if (i < inputs->data_count) {
        digest = digest_samples(digest, &inputs->data[i]);
        return inputs->data[i].test ? digest_samples(digest, inputs->data[i].test) : digest;
    }
    const struct dp_start *const start = &inputs->starts[i - inputs->data_count];
    const double shape[2] = {(double)start->width, (double)start->components};
    digest = digest_doubles(digest, shape, 2);
    return digest_doubles(digest, start->values, start->width * start->components);
}

static const uint64_t no_digest = UINT64_C(0xcbf29ce484222325);

char *dp_inputs_parts(const struct dp_inputs *inputs)
{
    enum { LINE = 17 };
    const int count = inputs->data_count + inputs->start_count;
    char *const text = calloc((size_t)count + 1, LINE);
    for (int i = 0; text && i < count; i++)
        snprintf(text + (size_t)i * LINE, LINE + 1, "%016llx\n",
                 (unsigned long long)digest_part(no_digest, inputs, i));
    return text;
}

void dp_inputs_digest(const struct dp_inputs *inputs, char text[17])
{
    uint64_t digest = no_digest;
    for (int i = 0; i < inputs->data_count + inputs->start_count; i++)
        digest = digest_part(digest, inputs, i);
    text[0] = '\0';
    if (inputs->data_count || inputs->start_count)
        snprintf(text, 17, "%016llx", (unsigned long long)digest);
}

void dp_inputs_free(struct dp_inputs *inputs)
{
    dp_formulas_free(inputs);
    for (int i = 0; i < inputs->data_count; i++)
        dp_samples_free(&inputs->data[i]);
    for (int i = 0; i < inputs->start_count; i++)
        free(inputs->starts[i].values);
    free(inputs->data_runs);
    free(inputs->data);
    free(inputs->start_names);
    free(inputs->starts);
    free(inputs->read);
    free(inputs->warned);
    free(inputs->scaling);
    *inputs = (struct dp_inputs){0};
}
