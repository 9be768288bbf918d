// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/data.h"
#include "core/network/network.h"
#include "core/prediction/condensed.h"
#include "dewpoint/core/run.h"
#include <math.h>

/* What a run takes while it trains: its network; the arrays that a rule keeps from step to step; a copy of
 * the parameters for what is observed, and one of the first if directions are predicted; its samples. */

/* Arrays of parameters beside those of the network. Adam has moments, flow at least the state before a step.
 */
static int arrays_of(const struct dp_run *run)
{
    return run->method == DP_ADAM ? 2 : run->method == DP_FLOW ? 1 : 0;
}

static double parameters_of(const struct dp_shape *shape)
{
    return (double)shape->width * (double)(shape->inputs + 1 + shape->outputs);
}

double dp_run_memory(const struct dp_run *run, const struct dp_samples *file)
{
    const struct dp_shape shape = dp_run_shape(run, file);
    const double samples = (double)dp_data_count(run, file) + (double)run->test_samples;
    const int copies = dp_condensed_predicts(run) ? 2 : 1;
    return dp_network_memory(&shape) +
           parameters_of(&shape) *
               (arrays_of(run) * (double)(shape.bits / 8) + copies * (double)sizeof(double)) +
           samples * (double)(shape.inputs + shape.outputs) * sizeof(double);
}

/* What the steps of flow take beside that, and the state at the end of a run that is repeated
 * (train/state/repetition.h). Implicit steps keep the values and derivatives of all residuals, and earlier
 * steps; relaxation keeps the neurons four times, and which side of each sample they are on. */
static double flow_memory(const struct dp_run *run, const struct dp_shape *shape)
{
    const double parameters = parameters_of(shape) * sizeof(double), width = (double)shape->width,
                 points = (double)shape->points;
    const double implicit = points * (width * sizeof(double) + parameters * (double)shape->outputs);
    const double sides = width * ceil(points / 8) * 8;
    return run->activation == DP_RELU ? 10 * parameters + 5 * sides : 8 * parameters + implicit;
}

double dp_run_memory_at_most(const struct dp_run *run, const struct dp_samples *file)
{
    const struct dp_shape shape = dp_run_shape(run, file);
    return dp_run_memory(run, file) + (run->method == DP_FLOW ? flow_memory(run, &shape) : 0);
}
