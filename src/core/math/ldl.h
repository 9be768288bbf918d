// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdint.h>

/* Linear systems with symmetric matrices of up to a few hundred unknowns: A = U^T D U with U upper triangular
 * and 1 on its diagonal. There is no pivoting. The result is exact to rounding for positive definite
 * matrices; for others it is as good as their pivots. Products and sums are taken one by one in one order, so
 * the bits are the same whatever the compiler vectorises. */

/* The upper triangle of a [n][n] becomes U, with D on its diagonal. Returns the number of negative entries of
 * D, which is the number of negative eigenvalues of A; -1 if an entry is zero or not finite. */
int64_t dp_ldl(int64_t n, double *a);

/* x <- A^-1 x */
void dp_ldl_solve(int64_t n, const double *u, double *x);
