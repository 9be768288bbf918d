// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/methods.h"

/* Gradient descent, theta -= rate grad L for every place with its own rate: on all samples (gd) or on the
 * batch at hand (sgd). */

static void choose(struct dp_training *t)
{
    dp_rates_descend(&t->rates, t->net, t->chosen, t->base);
}

static void step(struct dp_training *t)
{
    struct dp_network *net = t->net;
    for (int64_t i = 0; i < net->now.batch.count * net->layer.outputs; i++)
        for (int l = 0; l < net->lanes; l++)
            net->residual[i * net->lanes + l] *= t->rate[l];
    net->kernels->descend(&net->layer, &net->now.batch, &net->next->batch, net->residual, net->f);
    for (int l = 0; l < net->lanes; l++)
        t->time[l] += t->rate[l];
}

const struct dp_method dp_descent = {.choose = choose, .step = step};
