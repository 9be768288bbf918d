// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdbool.h>
#include <stdint.h>

/* Fills the gaps in the grid of a plane that was refined along a contour. Its lines are everywhere as dense
 * as at the contour, but only few of their crossings have cells. Contours and figures need the values in
 * between.
 *
 * A crossing without a cell is interpolated linearly between its neighbours in the row or in the column,
 * whichever are nearer, the shortest distances first. It is never interpolated over more than the distance
 * between the lines of the plane before it was refined: the median over rows (columns) of their largest
 * distance between neighbours. A plane with a cell on every crossing is therefore not changed, and a cell
 * with a missing value stays missing. Pure. */

/* value[ny][nx] at the points x[nx], y[ny], ascending; there[ny][nx]: the cells. */
enum dp_status dp_gaps_fill(int64_t nx, int64_t ny, const double *x, const double *y, const bool *there,
                            double *value, struct dp_error *error);
