// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stdbool.h>
#include <stdint.h>

/* The grid of a plane that was refined along a contour has gaps: its lines are as dense everywhere as they
 * are at the contour, but there are cells on few of their crossings. Contours and figures need the values
 * between.
 *
 * Crossings without a cell are interpolated linearly between their neighbours in the row or in the column,
 * whichever are nearer, the shortest distances first, and never over more than the distance between the lines
 * of the plane before it was refined: the median over rows (columns) of their largest distance between
 * neighbours. So a plane on which every crossing has a cell stays as it is, and a cell whose value is missing
 * stays a gap. Pure. */

/* value[ny][nx] at the points x[nx], y[ny], ascending; there[ny][nx]: the cells. */
enum dp_status dp_gaps_fill(int64_t nx, int64_t ny, const double *x, const double *y, const bool *there,
                            double *value, struct dp_error *error);
