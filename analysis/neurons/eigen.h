// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdint.h>

/* The eigenvector of the largest eigenvalue of a symmetric positive semidefinite matrix a [n][n], with unit
 * length, in vector [n]. The matrix is squared until it is the projector on this vector, so a second
 * eigenvalue that is only slightly smaller costs nothing. If the largest eigenvalues are equal, the result is
 * some vector of their space. a is not changed. A zero matrix gives the first unit vector. */
enum dp_status dp_eigen_leading(const double *a, int64_t n, double *vector, struct dp_error *error);
