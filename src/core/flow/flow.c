// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/flow.h"
#include "core/flow/relaxation.h"
#include "core/flow/sector_flow.h"
#include "core/flow/smooth.h"
#include <math.h>
#include <stdlib.h>

static const double LEAST = 1e-4; // what landing a little below stop_loss leaves open

// The first that serves takes the runs; the last serves all.
static const struct dp_integrator *const integrators[] = {&dp_by_sectors, &dp_by_relaxation, &dp_by_stages};

struct dp_flow {
    struct dp_flow_state state[DP_LANES];
    const struct dp_integrator *by;
    void *memory;
};

enum dp_status dp_flow_acquire(const struct dp_network *net, struct dp_flow **result, struct dp_error *error)
{
    struct dp_flow *flow = calloc(1, sizeof *flow);
    if (!flow)
        return dp_fail(error, DP_NO_MEMORY, "no memory for method flow (%zu bytes)", sizeof *flow);
    int choice = 0;
    while (!integrators[choice]->serves(net))
        choice++;
    flow->by = integrators[choice];
    const enum dp_status status = flow->by->acquire(net, &flow->memory, error);
    if (status != DP_OK)
        free(flow);
    else
        *result = flow;
    return status;
}

void dp_flow_place(struct dp_flow *flow, int lane, const struct dp_run *run)
{
    flow->state[lane] = (struct dp_flow_state){.tolerance = run->tolerance,
                                               .stop_time = run->stop_time,
                                               .creeps = isfinite(run->stop_growth),
                                               .error = LEAST};
    flow->by->place(flow->memory, lane);
}

void dp_flow_step(struct dp_flow *flow, struct dp_network *net, const bool *live, const double *goal)
{
    struct dp_flow_state *state = flow->state;
    for (int l = 0; l < net->lanes; l++)
        state[l].stop_loss = goal[l];
    flow->by->step(flow->memory, net, live, state);
    for (int l = 0; l < net->lanes; l++)
        if (state[l].flat && isfinite(state[l].stop_time)) { // and will be until then
            state[l].flat = false;
            state[l].time = state[l].stop_time;
        }
}

const struct dp_flow_state *dp_flow_state(const struct dp_flow *flow, int lane)
{
    return &flow->state[lane];
}

void dp_flow_release(struct dp_flow *flow, struct dp_network *net)
{
    flow->by->release(flow->memory, net);
    free(flow);
}
