// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/curvature.h"

/* learning_rate: auto, a rate that the curvature of the loss at the start allows.
 *
 * Descent by a step eta lowers the loss while eta < 2 / lambda, where lambda is the largest eigenvalue of the
 * Hessian. gd and sgd take 1 / (2 lambda), with lambda the Gauss-Newton part plus the bound on the residual's
 * part (curvature.h); both may therefore be estimates. lambda grows in training, a hundredfold from a small
 * start, so a stable rate does not stay stable. It is estimated again whenever neurons may have grown by an
 * eighth, and every 100 steps. The rate is lowered to what the new estimate allows, and never raised. With
 * minibatches, lambda is the curvature on the present batch.
 *
 * Adam's first step moves every parameter by the rate against the sign of its gradient. This lowers the loss
 * by at least rate |g|_1 - rate^2 lambda P / 2, where P is the number of parameters with a gradient; the
 * maximum is at rate = |g|_1 / (lambda P). Adam takes 1 - beta1 of this rate, because its mean gradient
 * persists for 1 / (1 - beta1) steps, and keeps it. This is the step that the curvature allows at the start.
 * It does not ensure that the loss never rises: later every fixed rate of Adam reaches the edge of
 * stability. */

struct dp_rates {
    struct dp_curvature curvature[DP_LANES];
    double known[DP_LANES]; // flow time since the last estimate of the curvature
    int steps[DP_LANES];    // steps since then
};

/* A new run in a place. */
void dp_rates_place(struct dp_rates *rates, int lane);

/* For the next step of gd and sgd: lowers rate[lane] of every place with wanted[lane], whose net->residual is
 * up to date. INFINITY means that there is no rate yet; it stays INFINITY where the loss is flat. */
void dp_rates_descend(struct dp_rates *rates, struct dp_network *net, const bool *wanted, double *rate);

/* Adam's rate for the places with wanted[lane]; INFINITY without a gradient. room: an array like
 * layer.moved. */
void dp_rates_adam(struct dp_rates *rates, struct dp_network *net, const bool *wanted, const double *beta1,
                   void *room, double *rate);
