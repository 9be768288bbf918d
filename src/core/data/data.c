// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/data.h"
#include "core/math/elementary.h"
#include "core/math/linear.h"
#include "core/math/rng.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t dp_run_inputs(const struct dp_run *run, const struct dp_samples *file)
{
    if (run->target == DP_FILE)
        return file ? file->inputs : 1;
    return run->inputs > 0 ? run->inputs : dp_target_protocol(run->target)->inputs;
}

int64_t dp_run_outputs(const struct dp_run *run, const struct dp_samples *file)
{
    if (run->target == DP_FILE)
        return file ? file->outputs : 1;
    return run->outputs > 0 ? run->outputs : dp_target_protocol(run->target)->outputs;
}

void dp_run_teacher(const struct dp_run *run, double *rows)
{
    dp_teacher_draw(run, dp_run_inputs(run, NULL), rows);
}

int64_t dp_data_frame_count(const struct dp_run *run, const struct dp_samples *file, int64_t epoch)
{
    if (run->target == DP_FILE)
        return file ? file->count : 1;
    const int64_t samples = run->samples > 0 ? run->samples : dp_target_protocol(run->target)->samples;
    return run->streaming == DP_GROWING_SETS ? samples * (int64_t)dp_log(10 + 10 * (double)epoch) : samples;
}

int64_t dp_data_count(const struct dp_run *run, const struct dp_samples *file)
{
    return dp_data_frame_count(run, file, 0);
}

enum dp_points dp_data_points(const struct dp_run *run)
{
    if (run->points != DP_POINTS_AUTO)
        return (enum dp_points)run->points;
    const enum dp_points own = dp_target_protocol(run->target)->points;
    return own == DP_EQUISPACED && dp_run_inputs(run, NULL) > 1 ? DP_UNIFORM
                                                                : own; // formulas of several inputs
}

double dp_data_low(const struct dp_run *run)
{
    return isnan(run->low) ? dp_target_protocol(run->target)->low : run->low;
}

double dp_data_high(const struct dp_run *run)
{
    return isnan(run->high) ? dp_target_protocol(run->target)->high : run->high;
}

static bool is_normal(const struct dp_run *run)
{
    return dp_data_points(run) == DP_NORMAL || dp_data_points(run) == DP_DECORRELATED;
}

// count points on [low, high], both ends included; a single one at the middle.
static void equispaced(double low, double high, int64_t count, double *x)
{
    for (int64_t i = 0; i < count; i++)
        x[i] = count == 1 ? (low + high) / 2
                          : (low * (double)(count - 1 - i) + high * (double)i) / (double)(count - 1);
}

// Standard deviation of input j: the second half varies less by input_ratio.
static double spread_of(const struct dp_run *run, int64_t j, int64_t inputs)
{
    return j < (inputs + 1) / 2 ? 1 : 1 / sqrt(run->input_ratio);
}

// Each frame has counters of its own.
static void drawn(const struct dp_run *run, enum dp_stream stream, int64_t frame, struct dp_samples *samples)
{
    const double low = dp_data_low(run), high = dp_data_high(run);
    const int64_t d = samples->inputs;
    for (int64_t i = 0; i < samples->count; i++)
        for (int64_t j = 0; j < d; j++) {
            const int64_t index = (frame << 32) + i;
            samples->x[i * d + j] = is_normal(run)
                                        ? spread_of(run, j, d) * dp_normal(run->data_seed, stream, index, j)
                                        : low + (high - low) * dp_uniform(run->data_seed, stream, index, j);
        }
}

// Makes the sample covariance (about 0) exactly the diagonal that the points were drawn from.
static void decorrelate(const struct dp_run *run, struct dp_samples *samples)
{
    const int64_t n = samples->count, d = samples->inputs;
    dp_linear_frame(samples->x, n, d);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < d; j++)
            samples->x[i * d + j] *= sqrt((double)n) * spread_of(run, j, d);
}

static void label(const struct dp_run *run, const struct dp_labels *labels, struct dp_samples *samples)
{
    const int64_t d = samples->inputs, o = samples->outputs;
    for (int64_t i = 0; i < samples->count; i++) {
        if (dp_target_has_function(run->target))
            dp_label(labels, samples->x + i * d, samples->y + i * o);
        else
            for (int64_t c = 0; c < o; c++)
                samples->y[i * o + c] = dp_normal(run->data_seed, DP_STREAM_TARGETS, i, c);
    }
}

// Noise on the labels of a frame; the test samples have none.
static void disturb(const struct dp_run *run, int64_t frame, struct dp_samples *samples)
{
    const int64_t o = samples->outputs;
    for (int64_t i = 0; run->noise > 0 && i < samples->count; i++)
        for (int64_t c = 0; c < o; c++)
            samples->y[i * o + c] +=
                run->noise * dp_normal(run->data_seed, DP_STREAM_NOISE, (frame << 32) + i, c);
}

void dp_data_frame(const struct dp_run *run, int64_t epoch, const struct dp_labels *labels,
                   struct dp_samples *samples)
{
    samples->count = dp_data_frame_count(run, NULL, epoch);
    drawn(run, DP_STREAM_INPUTS, epoch, samples);
    label(run, labels, samples);
    disturb(run, epoch, samples);
}

static void make_train(const struct dp_run *run, const struct dp_samples *file,
                       const struct dp_labels *labels, struct dp_samples *train)
{
    const double *list = dp_target_protocol(run->target)->list;
    if (run->target == DP_FILE) {
        memcpy(train->x, file->x, (size_t)(file->count * file->inputs) * sizeof *file->x);
        memcpy(train->y, file->y, (size_t)(file->count * file->outputs) * sizeof *file->y);
        return;
    }
    for (int64_t i = 0; list && i < train->count; i++) {
        train->x[i] = list[2 * i];
        train->y[i] = list[2 * i + 1];
    }
    if (list)
        return;
    if (dp_data_points(run) == DP_EQUISPACED)
        equispaced(dp_data_low(run), dp_data_high(run), train->count, train->x);
    else
        drawn(run, DP_STREAM_INPUTS, 0, train);
    if (dp_data_points(run) == DP_DECORRELATED)
        decorrelate(run, train);
    label(run, labels, train);
}

/* The samples of the test loss that come with the file. */
static enum dp_status copy_test(const struct dp_samples *from, struct dp_samples *test,
                                struct dp_error *error)
{
    DP_TRY(dp_samples_alloc(test, from->count, from->inputs, from->outputs, error));
    memcpy(test->x, from->x, (size_t)(from->count * from->inputs) * sizeof *from->x);
    memcpy(test->y, from->y, (size_t)(from->count * from->outputs) * sizeof *from->y);
    return DP_OK;
}

static enum dp_status make_test(const struct dp_run *run, const struct dp_samples *file,
                                const struct dp_labels *labels, struct dp_samples *test,
                                struct dp_error *error)
{
    if (run->test_samples == 0)
        return DP_OK;
    if (run->target == DP_FILE && file && file->test)
        return copy_test(file->test, test, error);
    if (!dp_target_has_function(run->target))
        return DP_OK;
    DP_TRY(dp_samples_alloc(test, run->test_samples, labels->inputs, labels->outputs, error));
    const double low = dp_data_low(run), high = dp_data_high(run), beyond = (high - low) / 4;
    if (dp_data_points(run) == DP_EQUISPACED)
        equispaced(low - beyond, high + beyond, test->count, test->x);
    else
        drawn(run, DP_STREAM_TEST, 0, test);
    label(run, labels, test);
    return DP_OK;
}

// A formula can divide by zero, or take the logarithm of a negative number, at one of the points.
static enum dp_status check_labels(const struct dp_samples *train, struct dp_error *error)
{
    char point[128] = "";
    for (int64_t i = 0; i < train->count * train->outputs; i++) {
        if (isfinite(train->y[i]))
            continue;
        const double *x = train->x + i / train->outputs * train->inputs;
        for (int64_t j = 0; j < train->inputs && j < 4; j++)
            snprintf(point + strlen(point), sizeof point - strlen(point), "%s%.6g", j ? ", " : "", x[j]);
        return dp_fail(error, DP_BAD_INPUT, "the label of sample %lld, at x = %s%s, is not finite",
                       (long long)(i / train->outputs) + 1, point, train->inputs > 4 ? ", ..." : "");
    }
    return DP_OK;
}

// rows [count][size] <- rows basis, basis [size][size]: coordinates along its columns
static void rotate(double *rows, int64_t count, int64_t size, const double *basis, double *row)
{
    for (int64_t i = 0; i < count; i++) {
        memcpy(row, rows + i * size, (size_t)size * sizeof *row);
        for (int64_t c = 0; c < size; c++) {
            double sum = 0;
            for (int64_t j = 0; j < size; j++)
                sum += row[j] * basis[j * size + c];
            rows[i * size + c] = sum;
        }
    }
}

// Turns both sets into the basis of the training set's modes.
static enum dp_status to_synaptic(struct dp_samples *train, struct dp_samples *test, struct dp_error *error)
{
    const int64_t d = train->inputs, o = train->outputs;
    double *memory = malloc((size_t)(o * d + o * o + d * d + 2 * o + 2 * d) * sizeof *memory);
    if (!memory)
        return dp_fail(error, DP_NO_MEMORY, "no memory for a basis of %lld inputs", (long long)d);
    double *map = memory, *u = map + o * d, *v = u + o * o, *s = v + d * d, *row = s + o;
    enum dp_status status = dp_linear_map(train, map, error);
    if (status == DP_OK)
        status = dp_linear_modes(map, o, d, u, s, v, error);
    for (struct dp_samples *set = train; status == DP_OK && set; set = set == train ? test : NULL) {
        rotate(set->x, set->count, d, v, row);
        rotate(set->y, set->count, o, u, row);
    }
    free(memory);
    return status;
}

enum dp_status dp_data_make(const struct dp_run *run, const struct dp_samples *file, struct dp_samples *train,
                            struct dp_samples *test, struct dp_error *error)
{
    const int64_t d = dp_run_inputs(run, file), o = dp_run_outputs(run, file);
    struct dp_labels labels;
    *train = *test = (struct dp_samples){0};
    DP_TRY(dp_labels_make(run, file, d, o, &labels, error));
    enum dp_status status = dp_samples_alloc(train, dp_data_count(run, file), d, o, error);
    if (status == DP_OK) {
        train->function = labels.function;
        make_train(run, file, &labels, train);
        status = check_labels(train, error);
        disturb(run, 0, train);
    }
    if (status == DP_OK)
        status = make_test(run, file, &labels, test, error);
    if (status == DP_OK && run->basis == DP_BASIS_SYNAPTIC)
        status = to_synaptic(train, test, error);
    dp_labels_free(&labels);
    if (status != DP_OK) {
        dp_samples_free(train);
        dp_samples_free(test);
    }
    return status;
}
