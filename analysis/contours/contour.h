// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdint.h>

/* The zero contour of values on a rectangular grid, by marching squares.
 *
 * Between two neighbouring grid points of different sign the zero is interpolated linearly. The crossings of
 * a square are joined by straight lines. If a square has four crossings (a saddle), the sign of its mean
 * decides which pairs are joined. A square with a missing (NAN) corner has no line. A value of exactly 0
 * counts as positive. The same input gives the same lines in the same order.
 *
 * Start from a zero struct; dp_contour_free releases it. */

struct dp_contour {
    int64_t lines, points;
    int64_t *
        first; // [lines + 1] line l has the points first[l]..first[l + 1]-1; a closed one ends where it began
    double *x, *y; // [points]
};

/* value[ny][nx] at the points x[nx], y[ny], both ascending. */
enum dp_status dp_contour_zero(int64_t nx, int64_t ny, const double *x, const double *y, const double *value,
                               struct dp_contour *contour, struct dp_error *error);

void dp_contour_free(struct dp_contour *contour);
