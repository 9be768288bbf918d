// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/methods/methods.h"

/* Normalized flow: every neuron moves at unit relative speed. Each neuron stops at the growth of its own
 * amplitude; the run is over when no neuron moves. */

static void step(struct dp_training *t)
{
    struct dp_network *net = t->net;
    struct dp_normalized_step constants;
    double moving[DP_LANES];
    for (int l = 0; l < DP_LANES; l++) {
        const int lane = l < net->lanes ? l : 0;
        constants.size[l] = t->rate[lane];
        constants.growth[l] = t->live[lane] ? t->run[lane]->stop_growth : 1;
    }
    net->kernels->normalized(&net->layer, &net->now.batch, net->residual, &constants, moving);
    net->kernels->output(&net->layer, &net->now.batch, net->f);
    for (int l = 0; l < net->lanes; l++) {
        t->time[l] += constants.size[l];
        t->flat[l] = t->live[l] && moving[l] == 0;
    }
}

const struct dp_method dp_normalized_flow = {.step = step};
