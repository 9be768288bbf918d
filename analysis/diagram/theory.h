// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "diagram/diagram.h"

/* Which published and derived facts (boundary.h) speak about the cells at hand.
 *
 * The plane must be gamma against gamma_prime and the order parameter RD of the input weights. The boundary
 * was published for ReLU. The slopes hold for ReLU and linear networks, which are homogeneous: the scale that
 * gamma and gamma' leave open only changes their clock. For tanh (multiplicity 1) they hold while w stays in
 * the linear part, which alpha = 1 sees to where gamma' < gamma: beta2 = width^-((gamma - gamma') / 2) is
 * small there. Sigmoid and softplus are not 0 at 0, so a alone can fit a constant: no slope is derived for
 * them. For the gain G - 1 of the alignment at the end of the initial stage the same holds, with slopes of
 * its own and the same boundary. */

enum dp_reach { DP_NOWHERE, DP_BELOW_DIAGONAL, DP_EVERYWHERE };

struct dp_theory {
    bool plane;           // gamma against gamma_prime: named initialisations have a place
    bool published;       // the boundary is the published one; else, with slopes, the predicted zero
    enum dp_reach slopes; // where S_w is predicted
    double (*slope)(double gamma, double gamma_prime); // and how; NULL with DP_NOWHERE
};

struct dp_theory dp_theory_of(const struct dp_store *store, const struct dp_plane *plane,
                              const struct dp_diagram *diagram);

/* The slope predicted for the cell at (gamma, gamma_prime), NAN where nothing is. */
double dp_theory_slope(const struct dp_theory *theory, double gamma, double gamma_prime);
