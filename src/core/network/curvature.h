// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/network.h"

/* The largest eigenvalue of the Hessian of the loss, which bounds every explicit step.
 *
 * It is at most the sum of two parts: that of 2 c J J^T / alpha^2 (the Gauss-Newton part, by power iteration
 * in the space of the n o outputs), and that of the curvature of the residual, which is block-diagonal over
 * neurons. While weights are tiny, the second part is the larger one. It also bounds the rate at which the
 * weights grow, and so tells how long an estimate stays valid. */
struct dp_curvature {
    double gauss_newton; // largest eigenvalue of the first part
    double residual;     // bound on the second
    int64_t passes;      // over all neurons, for the estimates so far
    bool started;        // the next power iteration has a vector to start from; false for a new run
    bool settling;       // an estimate is in progress
};

/* Makes a new estimate for every place with due[lane], whose net->residual is up to date. A place that is not
 * due is not changed, so its numbers do not depend on its neighbours. */
void dp_curvature_estimate(struct dp_curvature *curvature, struct dp_network *net, const bool *due);
