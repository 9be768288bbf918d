// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdint.h>

/* Linear systems with symmetric matrices of some hundred unknowns, A = U^T D U with U upper triangular, 1 on
 * its diagonal. Without exchanges: exact to rounding for positive definite matrices, and for others as good
 * as their pivots. Products and sums one by one, in one order: the bits are the same whatever the compiler
 * vectorises. */

/* The upper triangle of a [n][n] becomes U, and D on its diagonal. Returns how many of D are negative, which
 * is how many eigenvalues of A are; -1 where one is zero or not finite. */
int64_t dp_ldl(int64_t n, double *a);

/* x <- A^-1 x */
void dp_ldl_solve(int64_t n, const double *u, double *x);
