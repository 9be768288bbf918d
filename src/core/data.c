// SPDX-License-Identifier: BSD-3-Clause
#include "core/data.h"
#include "core/elementary.h"
#include "core/rng.h"
#include <math.h>
#include <string.h>

static double positive_part(double x)
{
    return x > 0 ? x : 0;
}

static double two_kinks(const double *x, int64_t inputs)
{
    (void)inputs;
    return 0.2 * positive_part(x[0] - 1.0 / 3) + 0.2 * positive_part(-x[0] - 1.0 / 3);
}

static double sine_mix(const double *x, int64_t inputs)
{
    (void)inputs;
    return dp_sin(3 * x[0]) + dp_sin(6 * x[0]) / 2;
}

static double three_points(const double *x, int64_t inputs)
{
    (void)inputs;
    return x[0] > 0 ? 2 * x[0] : x[0];
}

static double sine_sum(const double *x, int64_t inputs)
{
    double y = 0;
    for (int64_t j = 0; j < inputs; j++)
        y += 3.5 * dp_sin(5 * x[j] + 1);
    return y;
}

/* The targets in the order of enum dp_target, with the protocol that each is known by. */
static const struct target {
    double (*y)(const double *x, int64_t inputs); // NULL: labels are drawn or read
    int64_t inputs, samples;
    bool one_input; // not defined for more
    enum dp_points points;
    double low, high;
} targets[] = {
    [DP_TWO_KINKS] = {two_kinks, 1, 4, true, DP_EQUISPACED, -1, 1},
    [DP_SINE_MIX] = {sine_mix, 1, 40, true, DP_EQUISPACED, -1, 1.5},
    [DP_THREE_POINTS] = {three_points, 1, 3, true, DP_EQUISPACED, -0.5, 0.5},
    [DP_SINE_SUM] = {sine_sum, 5, 80, false, DP_UNIFORM, -4, 2},
    [DP_RANDOM] = {NULL, 1, 10, false, DP_UNIFORM, -1, 1},
    [DP_FILE] = {NULL, 0, 0, false, DP_POINTS_AUTO, 0, 0},
};

int64_t dp_data_inputs(const struct dp_run *run, const struct dp_samples *file)
{
    if (run->target == DP_FILE)
        return file ? file->inputs : 1;
    return run->inputs > 0 ? run->inputs : targets[run->target].inputs;
}

int64_t dp_data_count(const struct dp_run *run, const struct dp_samples *file)
{
    if (run->target == DP_FILE)
        return file ? file->count : 1;
    return run->samples > 0 ? run->samples : targets[run->target].samples;
}

static enum dp_points points_of(const struct dp_run *run)
{
    return run->points != DP_POINTS_AUTO ? (enum dp_points)run->points : targets[run->target].points;
}

static double low_of(const struct dp_run *run)
{
    return isnan(run->low) ? targets[run->target].low : run->low;
}

static double high_of(const struct dp_run *run)
{
    return isnan(run->high) ? targets[run->target].high : run->high;
}

enum dp_status dp_data_check(const struct dp_run *run, struct dp_error *error)
{
    const char *name = dp_target_names[run->target];
    if (run->target == DP_FILE && !run->file[0])
        return dp_fail(error, DP_BAD_INPUT, "target file needs the key file (a CSV or HDF5 path)");
    if (run->target != DP_FILE && run->file[0])
        return dp_fail(error, DP_BAD_INPUT, "the key file needs target file, not %s", name);
    if (run->target == DP_FILE) {
        if (run->samples || run->inputs || run->points || !isnan(run->low) || !isnan(run->high))
            return dp_fail(error, DP_BAD_INPUT,
                           "target file takes all samples as they are in the file: samples, "
                           "inputs, points, low and high do not apply");
        return DP_OK;
    }
    if (targets[run->target].one_input && run->inputs > 1)
        return dp_fail(error, DP_BAD_INPUT, "target %s has 1 input, not %lld", name, (long long)run->inputs);
    if (points_of(run) == DP_EQUISPACED && dp_data_inputs(run, NULL) > 1)
        return dp_fail(error, DP_BAD_INPUT, "points equispaced needs 1 input, not %lld",
                       (long long)dp_data_inputs(run, NULL));
    if (points_of(run) == DP_NORMAL && (!isnan(run->low) || !isnan(run->high)))
        return dp_fail(error, DP_BAD_INPUT, "points normal are standard normal: low and high do not apply");
    if (low_of(run) >= high_of(run))
        return dp_fail(error, DP_BAD_INPUT, "low (%g) must be below high (%g)", low_of(run), high_of(run));
    return DP_OK;
}

// count points on [low, high], both ends included; a single one at the middle.
static void equispaced(double low, double high, int64_t count, double *x)
{
    for (int64_t i = 0; i < count; i++)
        x[i] = count == 1 ? (low + high) / 2
                          : (low * (double)(count - 1 - i) + high * (double)i) / (double)(count - 1);
}

static void drawn(const struct dp_run *run, enum dp_stream stream, struct dp_samples *samples)
{
    const double low = low_of(run), high = high_of(run);
    for (int64_t i = 0; i < samples->count; i++)
        for (int64_t j = 0; j < samples->inputs; j++)
            samples->x[i * samples->inputs + j] =
                points_of(run) == DP_NORMAL ? dp_normal(run->data_seed, stream, i, j)
                                            : low + (high - low) * dp_uniform(run->data_seed, stream, i, j);
}

static void label(const struct dp_run *run, struct dp_samples *samples)
{
    const struct target *target = &targets[run->target];
    for (int64_t i = 0; i < samples->count; i++)
        samples->y[i] = target->y ? target->y(samples->x + i * samples->inputs, samples->inputs)
                                  : dp_normal(run->data_seed, DP_STREAM_TARGETS, i, 0);
}

static enum dp_status make_test(const struct dp_run *run, struct dp_samples *test, struct dp_error *error)
{
    *test = (struct dp_samples){0};
    if (!targets[run->target].y || run->test_samples == 0)
        return DP_OK;
    DP_TRY(dp_samples_alloc(test, run->test_samples, dp_data_inputs(run, NULL), 1, error));
    const double low = low_of(run), high = high_of(run), beyond = (high - low) / 4;
    if (points_of(run) == DP_EQUISPACED)
        equispaced(low - beyond, high + beyond, test->count, test->x);
    else
        drawn(run, DP_STREAM_TEST, test);
    label(run, test);
    return DP_OK;
}

enum dp_status dp_data_make(const struct dp_run *run, const struct dp_samples *file, struct dp_samples *train,
                            struct dp_samples *test, struct dp_error *error)
{
    *test = (struct dp_samples){0};
    DP_TRY(dp_samples_alloc(train, dp_data_count(run, file), dp_data_inputs(run, file), 1, error));
    if (run->target == DP_FILE) {
        memcpy(train->x, file->x, (size_t)(file->count * file->inputs) * sizeof *file->x);
        memcpy(train->y, file->y, (size_t)file->count * sizeof *file->y);
        return DP_OK;
    }
    if (points_of(run) == DP_EQUISPACED)
        equispaced(low_of(run), high_of(run), train->count, train->x);
    else
        drawn(run, DP_STREAM_INPUTS, train);
    label(run, train);
    const enum dp_status status = make_test(run, test, error);
    if (status != DP_OK)
        dp_samples_free(train);
    return status;
}
