// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/core/run.h"
#include "core/group.h"
#include "core/network/network.h"
#include "dewpoint/core/activations.h"
#include "dewpoint/kernels/isa.h"
#include <math.h>
#include <string.h>

int64_t dp_run_companions(const struct dp_run *run)
{
    return dp_network_stacks(run->width) ? DP_LANES : 1;
}

/* The built-in estimates, until a sweep has shown its own: fitted to runs on 3 to 200 samples of widths from
 * 4 to 10^6, most of which they meet within a factor of 3.
 *
 * A flow's evaluations grow with the number of samples n, which makes it stiff: 2.5 n^3/2 for ReLU and 25 n
 * for tanh, up to a limit, at which other smooth activations begin. A descent takes the steps that it is
 * given, unless something may end it before: then it is often given far more than it needs. To end at a drop
 * of the loss takes a third. */
static const double most_of_relu = 1000, most_of_smooth = 350, most_of_descent = 20000;
static const double part_to_drop = 1. / 3;

bool dp_run_may_end_early(const struct dp_run *run)
{
    return run->method == DP_FLOW || run->stop_loss > 0 || run->stop_drop > 0 || isfinite(run->stop_growth) ||
           isfinite(run->stop_time);
}

static double typical_evaluations(const struct dp_run *run, double n)
{
    if (run->method != DP_FLOW)
        return dp_run_may_end_early(run) ? most_of_descent : INFINITY;
    const double most = run->max_evaluations > 0 ? (double)run->max_evaluations : INFINITY;
    if (run->activation == DP_RELU)
        return fmin(most, fmin(2.5 * n * sqrt(n), most_of_relu));
    const bool is_tanh = dp_activations[run->activation].kernel == DP_TANH;
    return fmin(most, is_tanh ? fmin(25 * n, most_of_smooth) : most_of_smooth);
}

double dp_run_evaluations(const struct dp_run *run, const struct dp_samples *file)
{
    const double n = (double)dp_run_shape(run, file).points;
    const double most = fmin((double)dp_run_most_steps(run, file), typical_evaluations(run, n));
    return ceil(run->stop_drop > 0 ? part_to_drop * most : most);
}

/* Multiply-adds of an evaluation for each neuron. Flow computes a sample's contribution about four times.
 * ReLU's neurons are also followed across the lines of the samples, except where they move by sectors. */
static double per_neuron(const struct dp_run *run, const struct dp_shape *shape)
{
    const double n = (double)shape->points, d = (double)shape->inputs, o = (double)shape->outputs;
    const double activation = dp_activations[run->activation].cost;
    if (run->method != DP_FLOW)
        return n * (3 * (d + 1 + o) + activation) + 4 * d + 7;
    const bool by_sectors = shape->points <= 4 && shape->inputs == 1;
    return 4 * n * (d + 1 + o + activation) + (run->activation == DP_RELU && !by_sectors ? 300 : 0);
}

/* And besides: flow solves systems of n equations, and a batch's samples are drawn. */
static double per_evaluation(const struct dp_run *run, const struct dp_shape *shape)
{
    const double outputs = (double)(shape->points * shape->outputs);
    return run->method == DP_FLOW ? 35 * outputs * outputs : shape->batched ? 3000 * outputs : 0;
}

double dp_run_cost(const struct dp_run *run, const struct dp_samples *file)
{
    const struct dp_shape shape = dp_run_shape(run, file);
    const double evaluations = dp_run_evaluations(run, file), width = (double)run->width;
    const double evaluation = width * per_neuron(run, &shape) + per_evaluation(run, &shape);
    return evaluations * evaluation + 400 * width + 20000;
}

// Records and traces as they are before any training.
static void clear_results(const struct dp_work *work, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        memset(work[i].record, 0, sizeof *work[i].record);
        if (work[i].trace)
            work[i].trace->curve_count = 0;
    }
}

// How many of the runs, from the first on, have the first one's shape.
static int64_t count_neighbours(const struct dp_work *work, int64_t count, const struct dp_shape *shape)
{
    for (int64_t i = 1; i < count; i++) {
        const struct dp_shape other = dp_run_shape(work[i].run, work[i].file);
        if (!dp_shapes_agree(shape, &other))
            return i;
    }
    return count;
}

enum dp_status dp_runs_execute_watched(const struct dp_work *work, int64_t count, const char *isa,
                                       const struct dp_watch *watch, struct dp_error *error)
{
    const char *selected = dp_isa_select(isa);
    if (!selected)
        return dp_fail(error, DP_BAD_INPUT, "the instruction set %s is not known or not available here", isa);
    clear_results(work, count);
    enum dp_status status = DP_OK;
    int64_t together;
    bool stopped = false;
    for (int64_t first = 0; first < count && status == DP_OK && !stopped; first += together) {
        const struct dp_shape shape = dp_run_shape(work[first].run, work[first].file);
        const struct dp_kernels *kernels = dp_kernels_select(selected, (int)shape.bits);
        together = count_neighbours(work + first, count - first, &shape);
        const unsigned before = kernels->enter();
        status = dp_group_train(work, first, together, &shape, kernels, watch, &stopped, error);
        kernels->leave(before);
    }
    return status;
}

enum dp_status dp_runs_execute(const struct dp_work *work, int64_t count, const char *isa,
                               struct dp_error *error)
{
    return dp_runs_execute_watched(work, count, isa, NULL, error);
}

enum dp_status dp_run_execute(const struct dp_run *run, const struct dp_samples *file, const char *isa,
                              struct dp_record *record, struct dp_trace *trace, struct dp_error *error)
{
    const struct dp_work work = {.run = run, .file = file, .record = record, .trace = trace};
    return dp_runs_execute(&work, 1, isa, error);
}
