// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/sweep.h"
#include "refine/squares.h"
#include <stdio.h>

/* A sweep file with other cells: the keys and all axes of a sweep but for two, which become a list of points.
 *
 * The other axes multiply where the sweep has all of their combinations; else they are listed as they are. A
 * comment keeps the base lines of the plane, from which a further refinement finds its squares. */

struct dp_finer_sweep {
    const struct dp_sweep *sweep;
    const struct dp_key *x, *y;
    const double *x_lines, *y_lines; // base lines
    int64_t nx, ny;
    const struct dp_point *points; // all cells
    int64_t count;
};

enum dp_status dp_finer_sweep_write(const struct dp_finer_sweep *finer, FILE *out, struct dp_error *error);

/* The base lines of a key that the comment of a sweep file keeps: allocated, *count of them; NULL and 0 when
 * there is none. */
enum dp_status dp_base_lines_read(const char *yaml, const char *key, double **lines, int64_t *count,
                                  struct dp_error *error);
