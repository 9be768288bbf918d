// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The published boundary between the linear and the condensed regime of ReLU networks (arXiv 2007.07497):
 *
 *     condensed   gamma > 1 and gamma' < gamma - 1
 *     critical    gamma = 1, gamma' <= 0   and   gamma' = gamma - 1, gamma >= 1
 *     linear      elsewhere
 *
 * Two half-lines that meet at (1, 0). Pure. */

enum { DP_BOUNDARY_LINES = 2 };

/* Distance of a point of the plane from the boundary, negative on the linear side. */
double dp_boundary_distance(double gamma, double gamma_prime);

/* The parts of the two half-lines within [x0, x1] x [y0, y1]: fills line[k] = {x, y, x, y}, returns how many. */
int dp_boundary_clip(double x0, double x1, double y0, double y1, double line[DP_BOUNDARY_LINES][4]);
