// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stdint.h>

/* The eigenvector of the largest eigenvalue of a symmetric matrix a [n][n] without negative ones, to unit
 * length in vector [n]. By squaring the matrix until it is the projector on that vector, so an eigenvalue
 * that is only a little smaller costs nothing; of equal ones it is some vector of their space. Leaves a as it
 * was. A zero matrix has the first unit vector. */
enum dp_status dp_eigen_leading(const double *a, int64_t n, double *vector, struct dp_error *error);
