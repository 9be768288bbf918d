// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/prediction/extrema/ascent.h"

/* The pull of an extremum of F: how fast the neurons near it approach it.
 *
 * Near an extremum u with a F > 0, the angle d between a neuron and u obeys dd / dt = a |w|^(p-2) (l - p
 * F(u)) d along an eigenvector of the Hessian of F across u with eigenvalue l, while d|w| / dt = a |w|^(p-1)
 * p F(u). So d falls as |w|^-pull with pull = 1 - l / (p F). It is 1 for p = 1. Where it is near 0, a neuron
 * must grow for a long time before it has visibly arrived. */

enum { DP_PULL_ROWS = 33 }; // beyond, the matrix is not worth its cost

/* The smallest pull over all directions across the extremum `unit`, [rows], of value F; NAN above
 * DP_PULL_ROWS. */
double dp_pull(const struct dp_objective *objective, const double *unit, double value);
