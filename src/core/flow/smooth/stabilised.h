// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/state/flow_state.h"
#include "core/network/archive.h"
#include "core/network/curvature.h"
#include "core/network/network.h"

/* Gradient flow by a stabilised explicit method: Runge-Kutta-Chebyshev of second order (Sommeijer, Shampine,
 * Verwer, J. Comput. Appl. Math. 88, 1997), whose s stages are stable up to .65 s^2 / lambda.
 *
 * The Jacobian of a gradient flow is symmetric, so its eigenvalues are real, and the ones of training spread
 * over many decades: an ordinary method crawls at 2 / lambda long after everything fast has settled. Here
 * twice the stages go four times as far. The step follows from its error, .8 (y0 - y1) + .4 h (F0 + F1),
 * relative to the displacements of w and a so far; the number of stages from the step and a bound on lambda;
 * and near stop_loss the step from the rate at which the loss falls, |grad L|^2, so that it lands there. */
struct dp_stabilised {
    struct dp_stages room; // allocated here, with what follows
    double *f;             // [n][o][lanes] outputs at the beginning of the step
    void *memory;
    double share; // of `tolerance` that a step may be wrong by; its error counts as 1 / share times that
    struct dp_curvature curvature[DP_LANES];
    struct dp_stabilised_place {
        bool fresh;    // its slope is not known yet
        double taken;  // 1: slope_next is where its next step begins; 0: its last step was refused
        double length; // flow time of the next step; 0: none known yet
        double known;  // flow time since its curvature was estimated
        int steps;     // and steps
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
