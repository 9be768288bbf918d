// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/prediction/extrema/objective.h"

/* Climbs F(w) = mean_i y_i (w.x_i)^p on the unit sphere to a local maximum of side F, side = +-1. The method
 * is conjugate gradients (Polak-Ribiere, restarted when they turn back). Each step goes to the first maximum
 * on the great circle ahead, which the roots of a form of degree p give exactly. */

/* Known maxima of side F. */
struct dp_maxima {
    int count;
    double near;         // cosine above which an ascent is taken to end here
    const double *unit;  // [count][rows]; for even powers the opposites are maxima too
    const double *value; // [count] side F
};

/* Moves w, [rows], to a maximum and returns side F there. It stops early when it is near a known maximum
 * without being higher; *met is then the index of that maximum (else -1). room: [3 rows + 2 count]. */
double dp_ascend(const struct dp_objective *objective, double side, const struct dp_maxima *known, double *w,
                 double *room, int *met);
