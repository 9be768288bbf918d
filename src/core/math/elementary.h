// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* Elementary functions whose bits do not depend on the C library. Data, initial weights and scales are part
 * of a record, and the functions of libm differ between machines. They use IEEE operations only; errors are
 * below 2 units in the last place on the given ranges. These are for single values; the kernels have their
 * own for blocks of 16. */

/* e^x, |x| <= 700. */
double dp_exp(double x);

/* Natural logarithm of a positive normal number. */
double dp_log(double x);

/* sin(2 pi t) and cos(2 pi t), |t| <= 2^40. */
void dp_sincos_turns(double t, double *sine, double *cosine);

/* sin x, x in radians, |x| <= 10^6. */
double dp_sin(double x);

/* The angle of the point (x, y), -pi to pi, from 1e-300 to 1e300 in size; 0 for the origin, and positive on
 * the negative x axis whatever the sign of its zero. */
double dp_atan2(double y, double x);
