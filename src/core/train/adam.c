// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/methods.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Adam: Kingma and Ba, arXiv 1412.6980, algorithm 1, with the corrections in PyTorch's order. */

struct adam {
    struct dp_adam_state kernel;               // moments, and the constants of a step
    void *gradient;                            // like the moments: room to choose a rate by
    double power1[DP_LANES], power2[DP_LANES]; // beta1^t and beta2^t
};

static enum dp_status begin(struct dp_training *t, struct dp_error *error)
{
    const size_t bytes = (dp_network_block_bytes(t->net) + 63) / 64 * 64;
    struct adam *adam = t->state = calloc(1, sizeof *adam);
    char *memory = adam ? aligned_alloc(64, 3 * bytes) : NULL;
    if (!memory) {
        free(adam);
        return dp_fail(error, DP_NO_MEMORY, "no memory for the moments of adam (%zu bytes)", 3 * bytes);
    }
    memset(memory, 0, 2 * bytes);
    adam->kernel.mean = memory;
    adam->kernel.square = memory + bytes;
    adam->gradient = memory + 2 * bytes; // not touched unless a rate is to be chosen
    for (int l = 0; l < DP_LANES; l++)
        adam->kernel.epsilon[l] = adam->kernel.root[l] = 1; // of an empty place: 0 / epsilon
    return DP_OK;
}

static void place(struct dp_training *t, int lane)
{
    struct adam *adam = t->state;
    const struct dp_run *run = t->run[lane];
    dp_network_clear_lane(t->net, lane, adam->kernel.mean);
    dp_network_clear_lane(t->net, lane, adam->kernel.square);
    adam->power1[lane] = adam->power2[lane] = 1;
    // one run fills all lanes of a network that is not stacked
    for (int l = lane; l < (t->net->lanes == 1 ? DP_LANES : lane + 1); l++) {
        adam->kernel.beta1[l] = run->adam_beta1;
        adam->kernel.beta2[l] = run->adam_beta2;
        adam->kernel.epsilon[l] = run->adam_epsilon;
    }
    t->time[lane] = NAN;
}

static void choose(struct dp_training *t)
{
    const struct adam *adam = t->state;
    bool due[DP_LANES], any = false;
    for (int l = 0; l < t->net->lanes; l++) {
        due[l] = t->chosen[l] && !isfinite(t->base[l]);
        any = any || due[l];
    }
    if (any)
        dp_rates_adam(&t->rates, t->net, due, adam->kernel.beta1, adam->gradient, t->base);
}

static void step(struct dp_training *t)
{
    struct dp_network *net = t->net;
    struct adam *adam = t->state;
    struct dp_adam_state *kernel = &adam->kernel;
    for (int l = 0; l < net->lanes; l++) {
        if (!t->live[l])
            continue;
        adam->power1[l] *= kernel->beta1[l];
        adam->power2[l] *= kernel->beta2[l];
        kernel->rate[l] = t->rate[l] / (1 - adam->power1[l]);
        kernel->root[l] = 1 / sqrt(1 - adam->power2[l]);
    }
    for (int l = net->lanes; l < DP_LANES; l++) {
        kernel->rate[l] = kernel->rate[0];
        kernel->root[l] = kernel->root[0];
    }
    net->kernels->adam(&net->layer, &net->now.batch, &net->next->batch, net->residual, kernel, net->f);
}

static void archive(struct dp_training *t, int lane, struct dp_archive *to)
{
    struct adam *adam = t->state;
    dp_archive_blocks(to, t->net, lane, adam->kernel.mean);
    dp_archive_blocks(to, t->net, lane, adam->kernel.square);
    DP_ARCHIVE(to, adam->power1[lane]);
    DP_ARCHIVE(to, adam->power2[lane]);
}

static void end(struct dp_training *t)
{
    struct adam *adam = t->state;
    free(adam->kernel.mean);
    free(adam);
}

const struct dp_method dp_adam = {
    .begin = begin, .place = place, .choose = choose, .step = step, .archive = archive, .end = end};
