// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* Eigenvalues and eigenvectors of a small symmetric matrix by Jacobi rotations: no library, because its bits
 * have to be the same on every machine. */

/* matrix [n][stride] becomes diagonal, with the eigenvalues; vectors [n][stride], unless NULL, gets the
 * eigenvectors as its columns. Of a positive semidefinite matrix small eigenvalues are right relative to
 * themselves. */
void dp_eigen(int n, int stride, double *matrix, double *vectors);
