// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/prediction/objective.h"

/* Climbing F(w) = mean_i y_i (w.x_i)^p on the unit sphere to a local maximum of side F, side = +-1: conjugate
 * gradients (Polak and Ribiere's, never turned back), each step to the first maximum on the great circle
 * ahead, which the roots of a form of degree p tell exactly. */

/* Maxima of side F that are known already. */
struct dp_maxima {
    int count;
    double near;         // cosine within which another ascent is taken to end here
    const double *unit;  // [count][rows]; for even powers the opposites are maxima too
    const double *value; // [count] side F
};

/* Moves w, [rows], to a maximum, and returns side F there; or until it is near a known one without being
 * higher, and *met is that one's index (else -1). room: [3 rows + 2 count]. */
double dp_ascend(const struct dp_objective *objective, double side, const struct dp_maxima *known, double *w,
                 double *room, int *met);
