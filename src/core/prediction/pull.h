// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/prediction/ascent.h"

/* How firmly an extremum of F holds the neurons near it.
 *
 * Near an extremum u with a F > 0 the angle d between a neuron and u obeys dd / dt = a |w|^(p-2) (l - p F(u))
 * d along an eigenvector of the Hessian of F across u with eigenvalue l, while d|w| / dt = a |w|^(p-1) p
 * F(u). So d falls as |w|^-pull with pull = 1 - l / (p F): 1 for p = 1, and where it is near 0 a neuron grows
 * for long before it is seen to have arrived. */

enum { DP_PULL_ROWS = 33 }; // beyond, the matrix is not worth its cost

/* The smallest pull over all directions across the extremum `unit`, [rows], of value F; NAN above
 * DP_PULL_ROWS. */
double dp_pull(const struct dp_objective *objective, const double *unit, double value);
