// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/state/flow_state.h"
#include "core/network/archive.h"
#include "core/network/curvature.h"
#include "core/network/network.h"

/* Gradient flow by a stabilised explicit method: Runge-Kutta-Chebyshev of second order (Sommeijer, Shampine,
 * Verwer, J. Comput. Appl. Math. 88, 1997), whose s stages are stable for steps up to .65 s^2 / lambda.
 *
 * The Jacobian of a gradient flow is symmetric, so its eigenvalues are real, and in training they spread over
 * many decades. An ordinary explicit method is limited to 2 / lambda long after the fast modes have decayed.
 * Here, twice the stages allow four times the step. The step length follows from its error, .8 (y0 - y1) + .4
 * h (F0 + F1), relative to how far w and a have moved; the number of stages follows from the step and a bound
 * on lambda. Near stop_loss, the step follows from the rate at which the loss falls, |grad L|^2, so that it
 * ends there. */
struct dp_stabilised {
    struct dp_stages room; // allocated here
    double *f;             // [n][o][lanes] outputs at the beginning of the step
    void *memory;
    double share; // part of `tolerance` that the error of a step may be; the reported error is 1 / share
                  // times as large
    struct dp_curvature curvature[DP_LANES];
    struct dp_stabilised_place {
        bool fresh;    // slope is not known yet
        double taken;  // 1: the next step begins at slope_next; 0: the last step was refused
        double length; // flow time of the next step; 0: not known yet
        double known;  // flow time since the curvature was estimated
        int steps;     // steps since then
        int refusals;  // in a row
        double slope;  // |grad L|^2 at the beginning of the step
        double loss;   // there
        double time;   // length of the step being taken
        int stages;    // of it
    } place[DP_LANES];
};

enum dp_status dp_stabilised_acquire(const struct dp_network *net, struct dp_stabilised *flow,
                                     struct dp_error *error);
void dp_stabilised_place(struct dp_stabilised *flow, int lane);

/* One step, taken or refused, of every place with live[lane]. */
void dp_stabilised_step(struct dp_stabilised *flow, struct dp_network *net, const bool *live,
                        struct dp_flow_state *state);

void dp_stabilised_archive(struct dp_stabilised *flow, const struct dp_network *net, int lane,
                           struct dp_archive *archive);
void dp_stabilised_release(struct dp_stabilised *flow);
