// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The published boundary between the linear and the condensed regime of ReLU networks (arXiv 2007.07497):
 *
 *     condensed   gamma > 1 and gamma' < gamma - 1
 *     critical    gamma = 1, gamma' <= 0   and   gamma' = gamma - 1, gamma >= 1
 *     linear      elsewhere
 *
 * Two half-lines that meet at (1, 0). The slope S_w that follows from the same scaling argument, for ReLU and
 * for activations of multiplicity 1 that stay in their linear part, with a target of order 1 and large
 * widths:
 *
 *     gamma' <= min(0, 1 - gamma)                  gamma - 1
 *     gamma <= 1, gamma' >= 0                      gamma - 1 - 2 gamma'
 *     gamma >= 1, gamma' >= gamma - 1              2 (gamma - 1 - gamma')
 *     gamma >= 1, 1 - gamma <= gamma' <= gamma - 1   (gamma - 1 - gamma') / 2
 *
 * It is continuous, and zero on the boundary. Pure. */

enum { DP_BOUNDARY_LINES = 2 };

/* Distance of a point of the plane from the boundary, negative on the linear side. */
double dp_boundary_distance(double gamma, double gamma_prime);

/* The parts of the two half-lines within [x0, x1] x [y0, y1]: fills line[k] = {x, y, x, y} and returns their
 * number. */
int dp_boundary_clip(double x0, double x1, double y0, double y1, double line[DP_BOUNDARY_LINES][4]);

/* The slope S_w of the table above. */
double dp_predicted_slope(double gamma, double gamma_prime);

/* The slope d log (G - 1) / d log width at the end of the initial stage, G = (D - 1) C^2 / (1 - C^2) of the
 * alignment C of w with D components, for multiplicity 1 (src/core/prediction/initial_stage.h): zero on the
 * same boundary, and
 *
 *     |gamma'| < gamma - 1               gamma - 1 - gamma'
 *     gamma' < 0 elsewhere               2 (gamma - 1)
 *     gamma' >= 0 elsewhere              2 (gamma - 1 - gamma') */
double dp_predicted_gain_slope(double gamma, double gamma_prime);

/* Named initialisations as points of the plane (arXiv 2007.07497, figure 3; exponents re-derived). Those of E
 * et al. 2020 lie on the line gamma' = gamma. */
struct dp_named_init {
    const char *name;
    double gamma, gamma_prime;
};
extern const struct dp_named_init dp_named_inits[];
extern const int dp_named_init_count;
