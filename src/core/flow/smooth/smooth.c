// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/smooth/smooth.h"
#include "core/flow/smooth/stabilised.h"
#include <stdlib.h>

static bool serves(const struct dp_network *net)
{
    (void)net;
    return true;
}

static enum dp_status acquire(const struct dp_network *net, void **memory, struct dp_error *error)
{
    struct dp_stabilised *stages = calloc(1, sizeof *stages);
    if (!stages)
        return dp_fail(error, DP_NO_MEMORY, "no memory for method flow (%zu bytes)", sizeof *stages);
    const enum dp_status status = dp_stabilised_acquire(net, stages, error);
    if (status != DP_OK)
        free(stages);
    else
        *memory = stages;
    return status;
}

static void place(void *memory, int lane)
{
    dp_stabilised_place(memory, lane);
}

static void step(void *memory, struct dp_network *net, const bool *live, struct dp_flow_state *state)
{
    dp_stabilised_step(memory, net, live, state);
}

static void archive(void *memory, const struct dp_network *net, int lane, struct dp_archive *to)
{
    dp_stabilised_archive(memory, net, lane, to);
}

static void release(void *memory, struct dp_network *net)
{
    (void)net;
    dp_stabilised_release(memory);
    free(memory);
}

const struct dp_integrator dp_by_stages = {serves, acquire, place, step, archive, release};
