// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/methods.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

// The rates of this step, where they change with the steps.
static void set_rates(struct dp_training *t)
{
    for (int l = 0; l < t->net->lanes && t->changes; l++)
        if (t->live[l])
            t->rate[l] = isfinite(t->base[l]) ? t->base[l] / (1 + t->decay[l] * t->steps[l]) : 0;
}

// theta -= rate grad L for every place with its own rate
static void descend(struct dp_training *t)
{
    struct dp_network *net = t->net;
    for (int64_t i = 0; i < net->now.batch.count * net->layer.outputs; i++)
        for (int l = 0; l < net->lanes; l++)
            net->residual[i * net->lanes + l] *= t->rate[l];
    net->kernels->descend(&net->layer, &net->now.batch, &net->next->batch, net->residual, net->f);
    for (int l = 0; l < net->lanes; l++)
        t->time[l] += t->rate[l];
}

static void gd_place(struct dp_training *t, int lane)
{
    t->rate[lane] = t->run[lane]->learning_rate;
}

static void gd_choose(struct dp_training *t)
{
    dp_rates_descend(&t->rates, t->net, t->chosen, t->base);
}

static void gd_step(struct dp_training *t)
{
    set_rates(t);
    descend(t);
}

static enum dp_status flow_begin(struct dp_training *t, struct dp_error *error)
{
    return dp_flow_acquire(t->net, &t->flow, error);
}

static void flow_place(struct dp_training *t, int lane)
{
    dp_flow_place(t->flow, lane, t->run[lane]);
}

static void flow_step(struct dp_training *t)
{
    dp_flow_step(t->flow, t->net, t->live, t->goal);
    for (int l = 0; l < t->net->lanes; l++)
        if (t->live[l]) {
            const struct dp_flow_state *state = dp_flow_state(t->flow, l);
            t->time[l] = state->time;
            t->flat[l] = state->flat;
            t->refused[l] = state->refused;
        }
}

static void flow_end(struct dp_training *t)
{
    dp_flow_release(t->flow, t->net);
}

static enum dp_status adam_begin(struct dp_training *t, struct dp_error *error)
{
    const size_t bytes = (dp_network_block_bytes(t->net) + 63) / 64 * 64;
    char *memory = aligned_alloc(64, 3 * bytes);
    if (!memory)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the moments of adam (%zu bytes)", 3 * bytes);
    memset(memory, 0, 2 * bytes);
    t->adam.mean = memory;
    t->adam.square = memory + bytes;
    t->gradient = memory + 2 * bytes; // not touched unless a rate is to be chosen
    for (int l = 0; l < DP_LANES; l++)
        t->adam.epsilon[l] = t->adam.root[l] = 1; // of an empty place: 0 / epsilon
    return DP_OK;
}

static void adam_place(struct dp_training *t, int lane)
{
    struct dp_adam_state *adam = &t->adam;
    dp_network_clear_lane(t->net, lane, adam->mean);
    dp_network_clear_lane(t->net, lane, adam->square);
    t->power1[lane] = t->power2[lane] = 1;
    // one run fills all lanes of a network that is not stacked
    for (int l = lane; l < (t->net->lanes == 1 ? DP_LANES : lane + 1); l++) {
        adam->beta1[l] = t->run[lane]->adam_beta1;
        adam->beta2[l] = t->run[lane]->adam_beta2;
        adam->epsilon[l] = t->run[lane]->adam_epsilon;
    }
    t->rate[lane] = t->run[lane]->learning_rate;
    t->time[lane] = NAN;
}

static void adam_choose(struct dp_training *t)
{
    bool due[DP_LANES], any = false;
    for (int l = 0; l < t->net->lanes; l++) {
        due[l] = t->chosen[l] && !isfinite(t->base[l]);
        any = any || due[l];
    }
    if (any)
        dp_rates_adam(&t->rates, t->net, due, t->adam.beta1, t->gradient, t->base);
}

// Kingma and Ba, arXiv 1412.6980, algorithm 1, with the corrections in PyTorch's order.
static void adam_step(struct dp_training *t)
{
    struct dp_network *net = t->net;
    struct dp_adam_state *adam = &t->adam;
    set_rates(t);
    for (int l = 0; l < net->lanes; l++) {
        if (!t->live[l])
            continue;
        t->power1[l] *= adam->beta1[l];
        t->power2[l] *= adam->beta2[l];
        adam->rate[l] = t->rate[l] / (1 - t->power1[l]);
        adam->root[l] = 1 / sqrt(1 - t->power2[l]);
    }
    for (int l = net->lanes; l < DP_LANES; l++) {
        adam->rate[l] = adam->rate[0];
        adam->root[l] = adam->root[0];
    }
    net->kernels->adam(&net->layer, &net->now.batch, &net->next->batch, net->residual, adam, net->f);
}

static void adam_end(struct dp_training *t)
{
    free(t->adam.mean);
}

/* Neurons stop one by one, at the growth of their own amplitude; when none moves the run is over. */
static void normalized_step(struct dp_training *t)
{
    struct dp_network *net = t->net;
    struct dp_normalized_step step;
    double moving[DP_LANES];
    for (int l = 0; l < DP_LANES; l++) {
        const int lane = l < net->lanes ? l : 0;
        step.size[l] = t->rate[lane];
        step.growth[l] = t->live[lane] ? t->run[lane]->stop_growth : 1;
    }
    net->kernels->normalized(&net->layer, &net->now.batch, net->residual, &step, moving);
    net->kernels->output(&net->layer, &net->now.batch, net->f);
    for (int l = 0; l < net->lanes; l++) {
        t->time[l] += step.size[l];
        t->flat[l] = t->live[l] && moving[l] == 0;
    }
}

static void normalized_place(struct dp_training *t, int lane)
{
    t->rate[lane] = t->run[lane]->learning_rate;
}

// In the order of enum dp_method_id.
const struct dp_method dp_methods[] = {
    [DP_GD] = {NULL, gd_place, gd_choose, gd_step, NULL},
    [DP_SGD] = {NULL, gd_place, gd_choose, gd_step, NULL},
    [DP_ADAM] = {adam_begin, adam_place, adam_choose, adam_step, adam_end},
    [DP_FLOW] = {flow_begin, flow_place, NULL, flow_step, flow_end},
    [DP_NORMALIZED_FLOW] = {NULL, normalized_place, NULL, normalized_step, NULL},
};
