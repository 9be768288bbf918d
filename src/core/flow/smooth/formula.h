// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* Backward differentiation formulas of orders 1 to 5 on steps of changing length, as polynomials in
 * Nordsieck's form with a fixed leading coefficient (Jackson, Sacks-Davis, ACM Trans. Math. Softw. 6, 1980;
 * the arithmetic is that of Brown, Byrne, Hindmarsh, VODE, SIAM J. Sci. Stat. Comput. 10, 1989).
 *
 * z_j = h^j y^(j) / j! for j = 0..q. A step predicts z by Taylor's formula, solves for the change c of y, and
 * takes z_j += l_j c. What c times error is, that is the step's error. */

enum { DP_BDF_ORDERS = 5 };

struct dp_step_formula {
    double l[DP_BDF_ORDERS + 1];
    double error;        // of this order, by c
    double error_lower;  // of the order below, by z_q
    double error_higher; // of the order above, by c less `history` times the c of the step before
    double history;      // without h / (step before) to the power q + 1 and the history of that step
};

/* steps[0] is the step to take, steps[j] the one j before it; at least order + 1 of them count. */
struct dp_step_formula dp_formula(int order, const double *steps);

/* Factors by which z_order is subtracted from z_2 .. z_(order - 1) when the order goes down by one; steps[0]
 * is the step just taken, in which z is scaled. */
void dp_formula_lower(int order, const double *steps, double *factor);

/* When it goes up, z_(order + 1) is the returned number times the last c, and factor[j] times that is added
 * to z_j. */
double dp_formula_raise(int order, const double *steps, double *factor);
