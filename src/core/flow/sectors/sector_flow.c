// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/sectors/sector_flow.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TRIES = 60, MOST_SAMPLES = 4 }; // with more, neurons cross lines all the time
static const double FIRST = 3;              // length of the first step, in times of the fastest neuron
static const double MISS = 3;               // error of the residuals allowed in a step, in tolerances
static const double FADE = 60;              // evaluations after which half of that is allowed: errors add up
static const double SMALL_PART = 0.1;       // part of that allowed in a substep of the small system
static const double SURE = 2;               // bound on the error of a step, over that of its residuals
static const double LANDING = 0.998;        // aim at this part of stop_loss, so as to end below it

static enum dp_status acquire(const struct dp_network *net, void **result, struct dp_error *error)
{
    const size_t bytes = (dp_network_block_bytes(net) + 63) / 64 * 64;
    struct dp_sector_flow *flow = calloc(1, sizeof *flow);
    void *spare = aligned_alloc(64, bytes);
    if (!flow || !spare) {
        free(flow);
        free(spare);
        return dp_fail(error, DP_NO_MEMORY, "no memory for a step of method flow (%zu bytes)", bytes);
    }
    memset(spare, 0, bytes);
    flow->owned = flow->spare = spare;
    *result = flow;
    return DP_OK;
}

static void place(void *memory, int lane)
{
    struct dp_sector_flow *flow = memory;
    (void)lane;
    flow->fresh = true;
}

static void begin(struct dp_sector_flow *flow, const struct dp_network *net, struct dp_flow_state *state)
{
    dp_sectors_begin(&flow->sectors, net);
    const double rate = dp_sectors_rate(&flow->sectors);
    flow->fresh = false;
    flow->length = FIRST / rate;
    state->flat = !(rate > 0);
    state->evaluations++;
}

// Makes the neurons that a step has moved those of the network.
static void take(struct dp_sector_flow *flow, struct dp_network *net, const struct dp_moments *moments,
                 const double *pull)
{
    struct dp_sectors *s = &flow->sectors;
    void *moved = net->layer.moved;
    net->layer.moved = flow->spare;
    flow->spare = moved;
    dp_sectors_advance(s, moments, pull);
    for (int i = 0; i < s->n; i++)
        net->f[i] = s->alpha * (s->e[i] + s->y[i]);
}

static void step_one(struct dp_sector_flow *flow, struct dp_network *net, struct dp_flow_state *state)
{
    struct dp_sectors *s = &flow->sectors;
    struct dp_sector_step step;
    struct dp_moments moments;
    double miss[DP_SECTOR_SAMPLES], e[DP_SECTOR_SAMPLES];
    if (flow->fresh)
        begin(flow, net, state);
    const double bound = MISS * state->tolerance * FADE / (FADE + (double)state->evaluations);
    for (int tries = 1; !state->flat; tries++) {
        double length = fmin(flow->length, state->stop_time - state->time);
        if (state->creeps)
            length = fmin(length, dp_flow_growth_time(state, 2 * dp_sectors_rate(s)));
        const double taken =
            dp_sectors_plan(s, length, LANDING * state->stop_loss, SMALL_PART * bound, &step, miss);
        net->kernels->sectors(&net->layer, &net->now.batch, &step, flow->spare, &moments.sum[0][0]);
        state->evaluations++;
        dp_sectors_residuals(s, &moments, e);
        for (int i = 0; i < s->n; i++)
            miss[i] -= e[i];
        const double error = dp_sectors_error(s, miss, taken, step.pull);
        const double factor = fmin(fmax(0.8 * bound / (error + 1e-9 * bound), 0.1), 4);
        if (error > 1.5 * bound && tries < MOST_TRIES) {
            flow->length = taken * factor;
            continue;
        }
        if (taken == flow->length)
            flow->length *= factor;
        state->time += taken;
        dp_flow_add_error(state, SURE * (error + s->error));
        state->flat = !(state->time < 1e300);
        take(flow, net, &moments, step.pull);
        return;
    }
}

// Whether samples have the same input: neurons meet both of their lines at once, and sectors cannot tell what
// then becomes of them.
static bool has_repeats(const struct dp_network *net)
{
    for (int64_t i = 0; i < net->now.batch.count; i++)
        for (int64_t j = 0; j < i; j++)
            if (dp_network_same_input(net, 0, i, j))
                return true;
    return false;
}

static void step(void *memory, struct dp_network *net, const bool *live, struct dp_flow_state *state)
{
    struct dp_sector_flow *flow = memory;
    if (!live[0])
        return;
    state->leaves = state->refused = flow->fresh && has_repeats(net);
    if (!state->leaves)
        step_one(flow, net, state);
}

static void archive(void *memory, const struct dp_network *net, int lane, struct dp_archive *to)
{
    struct dp_sector_flow *flow = memory;
    (void)net;
    (void)lane;
    DP_ARCHIVE(to, flow->sectors);
    DP_ARCHIVE(to, flow->fresh);
    DP_ARCHIVE(to, flow->length);
}

static void release(void *memory, struct dp_network *net)
{
    struct dp_sector_flow *flow = memory;
    if (net->layer.moved == flow->owned) {
        memcpy(flow->spare, flow->owned, dp_network_block_bytes(net));
        net->layer.moved = flow->spare;
    }
    free(flow->owned);
    free(flow);
}

static bool serves(const struct dp_network *net)
{
    return dp_sectors_serve(net) && net->now.batch.count <= MOST_SAMPLES;
}

const struct dp_integrator dp_by_sectors = {serves, acquire, place, step, archive, release};
