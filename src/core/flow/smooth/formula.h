// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* Backward differentiation formulas of orders 1 to 5 with variable steps, as polynomials in Nordsieck's form
 * with a fixed leading coefficient (Jackson, Sacks-Davis, ACM Trans. Math. Softw. 6, 1980; the arithmetic is
 * that of Brown, Byrne, Hindmarsh, VODE, SIAM J. Sci. Stat. Comput. 10, 1989).
 *
 * z_j = h^j y^(j) / j! for j = 0..q. A step predicts z by Taylor's formula, solves for the change c of y, and
 * adds l_j c to z_j. The error of the step is c times `error`. */

enum { DP_BDF_ORDERS = 5 };

struct dp_step_formula {
    double l[DP_BDF_ORDERS + 1];
    double error;        // factor of c: the error of this order
    double error_lower;  // factor of z_q: the error of the order below
    double error_higher; // factor of c minus `history` times the previous c: the error of the order above
    double history;      // still to be multiplied by (h / previous step)^(q + 1) and that step's history
};

/* steps[0] is the step to take, steps[j] the one j before it; at least order + 1 of them count. */
struct dp_step_formula dp_formula(int order, const double *steps);

/* Factors of z_order that are subtracted from z_2 .. z_(order - 1) when the order decreases by one; steps[0]
 * is the step just taken, in whose units z is. */
void dp_formula_lower(int order, const double *steps, double *factor);

/* When the order increases by one, z_(order + 1) is the returned number times the last c, and factor[j] times
 * that is added to z_j. */
double dp_formula_raise(int order, const double *steps, double *factor);
