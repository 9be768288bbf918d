// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The two functions of mathematical statistics that error bars need. Pure. */

/* Half-width of a central 95 % interval in standard errors: Student's t at .975 with `freedom` degrees of
 * freedom (which need not be whole: between tabulated numbers log t is interpolated in 1/freedom, within 3 %
 * below two degrees and 0.1 % above). 1.96 for many degrees, 12.7 for one; NAN below one. Table: Abramowitz
 * and Stegun 26.10; beyond 30 degrees their expansion 26.7.5. */
double dp_student_95(double freedom);

/* Probability that a standard normal number is below x. */
double dp_normal_below(double x);

/* The normal quantile for a central 95 % interval. */
#define DP_NORMAL_95 1.959963984540054
