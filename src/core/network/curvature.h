// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/network.h"

/* The largest eigenvalue of the Hessian of the loss, which bounds every explicit step.
 *
 * It is at most that of 2 c J J^T / alpha^2 (the Gauss-Newton part, by power iteration in the space of the n
 * o outputs) plus that of the residual's own curvature, which is block-diagonal over neurons. While weights
 * are tiny the second part rules, and it bounds the rate at which they grow; so it also tells how long an
 * estimate stays good. */
struct dp_curvature {
    double gauss_newton; // largest eigenvalue of the first part
    double residual;     // bound on the second
    int64_t passes;      // over all neurons, for the estimates so far
    bool started;        // the next power iteration has a vector to start from; false for a new run
    bool settling;       // in the midst of an estimate
};

/* Estimates anew for every place with due[lane], whose net->residual is up to date. A place that is not due
 * takes nothing from it, so its numbers do not depend on its neighbours. */
void dp_curvature_estimate(struct dp_curvature *curvature, struct dp_network *net, const bool *due);
