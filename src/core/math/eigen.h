// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* Eigenvalues and eigenvectors of a small symmetric matrix by Jacobi rotations. No library is used, because
 * the bits must be the same on every machine. */

/* matrix [n][stride] becomes diagonal, with the eigenvalues. vectors [n][stride], unless NULL, gets the
 * eigenvectors as its columns. For a positive semidefinite matrix, small eigenvalues are accurate relative to
 * themselves. */
void dp_eigen(int n, int stride, double *matrix, double *vectors);
