// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/samples.h"

/* Linear algebra of the data: the best linear map, its modes, and orthonormal frames.
 *
 * A two-layer linear network learns the modes of M = argmin sum |y_i - M x_i|^2 one by one (its "synaptic
 * basis" is that of the singular vectors of M). The matrices are small (o x d), and their bits are part of a
 * record, so LAPACK is not used. */

/* M [o][d] by the normal equations and Cholesky. DP_BAD_INPUT when the inputs do not span R^d. */
enum dp_status dp_linear_map(const struct dp_samples *samples, double *map, struct dp_error *error);

/* M = U diag(s) V^T with s descending: u [o][o] and v [d][d] hold the singular vectors as columns, s [min(o,
 * d)]. Computed by Jacobi rotations of M^T M, so small singular values are accurate to about 1e-8 of the
 * largest; the bases are orthogonal to rounding. */
enum dp_status dp_linear_modes(const double *map, int64_t outputs, int64_t inputs, double *u, double *s,
                               double *v, struct dp_error *error);

/* Makes the columns of a [rows][columns], columns <= rows, orthonormal by Gram-Schmidt, applied twice, which
 * is enough. */
void dp_linear_frame(double *a, int64_t rows, int64_t columns);
