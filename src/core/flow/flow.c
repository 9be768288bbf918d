// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/flow.h"
#include "core/flow/sector_flow.h"
#include "core/flow/stabilised.h"
#include <math.h>
#include <stdlib.h>

static const double LEAST = 1e-4; // what landing a little below stop_loss leaves open

struct dp_flow {
    struct dp_flow_state state[DP_LANES];
    bool by_sectors;
    struct dp_sector_flow sectors;
    struct dp_stabilised stages;
};

enum dp_status dp_flow_acquire(const struct dp_network *net, struct dp_flow **result, struct dp_error *error)
{
    struct dp_flow *flow = calloc(1, sizeof *flow);
    if (!flow)
        return dp_fail(error, DP_NO_MEMORY, "no memory for method flow (%zu bytes)", sizeof *flow);
    flow->by_sectors = dp_sectors_serve(net);
    const enum dp_status status = flow->by_sectors ? dp_sector_flow_acquire(net, &flow->sectors, error)
                                                   : dp_stabilised_acquire(net, &flow->stages, error);
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
    if (flow->by_sectors)
        dp_sector_flow_place(&flow->sectors);
    else
        dp_stabilised_place(&flow->stages, lane);
}

void dp_flow_step(struct dp_flow *flow, struct dp_network *net, const bool *live, const double *goal)
{
    struct dp_flow_state *state = flow->state;
    for (int l = 0; l < net->lanes; l++)
        state[l].stop_loss = goal[l];
    if (flow->by_sectors)
        dp_sector_flow_step(&flow->sectors, net, state);
    else
        dp_stabilised_step(&flow->stages, net, live, state);
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
    if (flow->by_sectors)
        dp_sector_flow_release(&flow->sectors, net);
    else
        dp_stabilised_release(&flow->stages);
    free(flow);
}
