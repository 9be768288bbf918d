// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network.h"

/* Gradient flow, d theta / dt = -grad L(theta), stepped at the speed that the curvature allows.
 *
 * A fixed small rate wastes almost every step: the stable rate changes a thousandfold in training and between
 * cells of a sweep. We step by flow_step / lambda, where lambda bounds the largest eigenvalue of the Hessian of
 * L = c sum (f - y)^2: 2 c lambda_max(J J^T) / alpha^2 by power iteration in the space of the n o outputs, plus
 * the residual's own curvature, which is block-diagonal over neurons. While weights are tiny the second part
 * rules, and it bounds the rate at which they grow; so it also tells how many steps the estimate stays good. */

/* What the flow knows of one run; zero at its start. */
struct dp_flow {
    double gauss_newton; // largest eigenvalue of the first part
    double residual;     // bound on the second
    int64_t steps_left;  // before both must be estimated again
    bool started;
    bool settling; // in the midst of an estimate
};

/* The next step of every run in net with live[lane], whose residual (2 c e / alpha) is up to date:
 * rate[lane] = flow_step[lane] / lambda, INFINITY where L is flat. */
void dp_flow_rates(struct dp_flow *flow, struct dp_network *net, const bool *live, const double *flow_step,
                   double *rate);
