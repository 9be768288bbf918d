// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/relaxation/rest.h"
#include "core/math/elementary.h"
#include <math.h>

static const double NO_RANK = 1e-13; // eigenvalues below this part of the largest count as 0
static const double TRIFLE = 3e-3;   // of the loss and the tolerated motion: may be left at a floor
static const double LEFT = 0.1;      // of the whole motion, in tolerances: may be left at a floor
static const double AT_REST = 0.5;   // of both, for a step that is to end at a floor
static const double LATER = 1.5;     // steps of the search for when all is at rest
static const double GROWING = 1e-2;  // |G| above which a neuron will grow, relative to the largest possible

// Whether a neuron grows under the part of e in the null space of K.
static bool grows(struct dp_relaxed *p, double none)
{
    const int n = p->points.n;
    double *const modes = p->path.last, *const rho = p->pull;
    for (int m = 0; m < n; m++)
        modes[m] = p->values[m] < none ? p->path.first[m] : 0;
    dp_path_residuals(&p->path, modes, rho);
    double most = 0;
    for (int i = 0; i < n; i++)
        most += fabs(rho[i]) * sqrt(p->points.square[i]);
    return p->kernels->growth(&p->points, &p->now, rho, p->room) > GROWING * most;
}

// What is left to happen after a time with constant K: of the loss, and how far parameters still move.
struct rest {
    double loss, motion;
};

static struct rest rest_after(const struct dp_relaxed *p, double time)
{
    const double none = NO_RANK * dp_relaxed_largest(p);
    struct rest rest = {0};
    for (int m = 0; m < p->points.n; m++) {
        const double value = p->values[m], x = value * time, c = x < 350 ? p->path.first[m] * dp_exp(-x) : 0;
        if (value >= none) {
            rest.loss += p->scale * c * c;
            rest.motion += 2 * p->scale * c * c / value;
        }
    }
    rest.motion = sqrt(rest.motion);
    return rest;
}

// The loss that stays with constant K.
static double loss_that_stays(const struct dp_relaxed *p)
{
    const double none = NO_RANK * dp_relaxed_largest(p);
    double stays = p->seen.apart;
    for (int m = 0; m < p->points.n; m++)
        stays += p->values[m] < none ? p->scale * p->path.first[m] * p->path.first[m] : 0;
    return stays;
}

// The motion to compare with what is left of it: how far parameters have moved, or their size.
struct sizes {
    double theta, moved;
};

static struct sizes sizes_of(const struct dp_relaxed *p)
{
    const struct dp_relaxed_sizes theta = dp_relaxed_sizes_of(p, p->start, 1, p->now.moved),
                                  moved = dp_relaxed_sizes_of(p, p->now.moved, 0, p->now.moved);
    return (struct sizes){fmax(theta.w, theta.a), fmax(moved.w, moved.a)};
}

double dp_rest_time(const struct dp_relaxed *p, const struct dp_flow_state *state, double most)
{
    const double stays = loss_that_stays(p), least = 1 / dp_relaxed_largest(p);
    if (!(stays > state->stop_loss))
        return most;
    const struct sizes now = sizes_of(p);
    for (double time = 0; time < most; time = fmax(least, LATER * time)) {
        const struct rest rest = rest_after(p, time);
        const double moved = now.moved + dp_relaxed_motion(p, time);
        if (rest.loss <= AT_REST * TRIFLE * stays &&
            rest.motion <= AT_REST * LEFT * state->tolerance * fmin(now.theta, moved))
            return time > 0 ? time : most;
    }
    return most;
}

bool dp_rest_is_reached(struct dp_relaxed *p, const struct dp_flow_state *state)
{
    const double largest = dp_relaxed_largest(p);
    if (largest == 0 || p->loss <= p->rounding)
        return true;
    const struct rest rest = rest_after(p, 0);
    if (!(loss_that_stays(p) > state->stop_loss && rest.loss <= TRIFLE * p->loss)) // the usual case
        return false;
    const struct sizes now = sizes_of(p);
    return rest.motion <= LEFT * state->tolerance * fmin(now.theta, now.moved) &&
           !grows(p, NO_RANK * largest);
}
