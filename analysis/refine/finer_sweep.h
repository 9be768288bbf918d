// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/sweep/sweep.h"
#include "refine/squares.h"
#include <stdio.h>

/* A sweep file with other cells: the keys and axes of a sweep, with two axes replaced by a list of points.
 *
 * The other axes multiply if the sweep has all of their combinations; otherwise their combinations are
 * listed. A comment keeps the base lines of the plane, from which a further refinement finds its squares. */

struct dp_finer_sweep {
    const struct dp_sweep *sweep;
    const struct dp_key *x, *y;
    const double *x_lines, *y_lines; // base lines
    int64_t nx, ny;
    const struct dp_point *points; // all cells
    int64_t count;
};

/* Whether a file is there that dp_finer_sweep_write has not written, such as a sweep by hand. */
bool dp_finer_sweep_would_replace(const char *path);

enum dp_status dp_finer_sweep_write(const struct dp_finer_sweep *finer, FILE *out, struct dp_error *error);
