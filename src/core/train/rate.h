// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/curvature.h"

/* learning_rate: auto, a rate that the curvature of the loss where a run starts allows.
 *
 * Descent by a step eta lowers the loss while eta < 2 / lambda, lambda the largest eigenvalue of its Hessian.
 * gd and sgd take 1 / (2 lambda), with lambda the Gauss-Newton part plus the bound on the residual's
 * (curvature.h), which leaves room for both to be estimates. But lambda grows in training, a hundredfold from
 * a small start, and a rate that was stable does not stay so. So it is estimated again whenever neurons may
 * have grown by an eighth since, and every 100 steps, and the rate lowered to what it then allows; never
 * raised. With minibatches it is the curvature on the batch at hand.
 *
 * Adam's first step moves every parameter by the rate against its gradient's sign, which lowers the loss by
 * at least rate |g|_1 - rate^2 lambda P / 2, P the number of parameters with a gradient: most at rate = |g|_1
 * / (lambda P). It takes 1 - beta1 of that, because the mean gradient goes on for 1 / (1 - beta1) steps, and
 * keeps it. That is the size of the step which curvature allows at the start, no promise that the loss never
 * rises: later on every fixed rate of Adam's ends at the edge of stability. */

struct dp_rates {
    struct dp_curvature curvature[DP_LANES];
    double known[DP_LANES]; // flow time since the curvature was estimated
    int steps[DP_LANES];    // and steps
};

/* A new run in a place. */
void dp_rates_place(struct dp_rates *rates, int lane);

/* For the next step of gd and sgd: lowers rate[lane] of every place with wanted[lane], whose net->residual is
 * up to date. INFINITY: none yet, and it stays so where the loss is flat. */
void dp_rates_descend(struct dp_rates *rates, struct dp_network *net, const bool *wanted, double *rate);

/* Adam's rate, for the places with wanted[lane]; INFINITY where there is no gradient. room: an array like
 * layer.moved. */
void dp_rates_adam(struct dp_rates *rates, struct dp_network *net, const bool *wanted, const double *beta1,
                   void *room, double *rate);
