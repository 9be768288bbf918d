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

double dp_run_evaluations(const struct dp_run *run, const struct dp_samples *file)
{
    // a flow ends by its stop, usually after a hundred evaluations; gd and adam are often given a number of
    // them
    const double typical = run->method == DP_FLOW ? 100 : 20000;
    return fmin((double)dp_run_most_steps(run, file), typical);
}

double dp_run_cost(const struct dp_run *run, const struct dp_samples *file)
{
    const struct dp_shape shape = dp_run_shape(run, file);
    const double n = (double)shape.points, d = (double)shape.inputs, o = (double)shape.outputs;
    const double steps = dp_run_evaluations(run, file);
    const double step = n * (3 * (d + 1 + o) + dp_activations[run->activation].cost) + 4 * d + 7;
    return (double)run->width * (steps * step + 400) + 20000;
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
