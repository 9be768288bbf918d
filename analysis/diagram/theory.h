// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "diagram/diagram.h"

/* Which published and derived results (boundary.h) apply to the present cells.
 *
 * The plane must be gamma against gamma_prime, and the order parameter the RD of the input weights. The
 * boundary was published for ReLU. The slopes hold for ReLU and linear networks, which are homogeneous: the
 * scale that gamma and gamma' leave free only changes their time scale. For tanh (multiplicity 1) they hold
 * while w stays in the linear part. With alpha = 1 this is so where gamma' < gamma, because beta2 =
 * width^-((gamma - gamma') / 2) is small there. Sigmoid and softplus are not 0 at 0, so a alone can fit a
 * constant, and no slope is derived for them. The gain G - 1 of the alignment at the end of the initial stage
 * has the same conditions and the same boundary, but slopes of its own. */

enum dp_reach { DP_NOWHERE, DP_BELOW_DIAGONAL, DP_EVERYWHERE };

struct dp_theory {
    bool plane;           // gamma against gamma_prime: named initialisations have a place
    bool published;       // the boundary is the published one; else, with slopes, the predicted zero
    enum dp_reach slopes; // where S_w is predicted
    double (*slope)(double gamma, double gamma_prime); // and how; NULL with DP_NOWHERE
};

struct dp_theory dp_theory_of(const struct dp_store *store, const struct dp_plane *plane,
                              const struct dp_diagram *diagram);

/* The slope predicted for the cell at (gamma, gamma_prime), NAN without a prediction. */
double dp_theory_slope(const struct dp_theory *theory, double gamma, double gamma_prime);
