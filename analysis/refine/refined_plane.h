// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "diagram/diagram.h"
#include "refine/squares.h"
#include <stdio.h>

/* The plane of a store as a tree of squares, which tells how well a contour of its value is known: to within
 * half of the longest edge that the contour crosses, and to within the intervals of the seeds. The squares of
 * the first grid are those of the sweep before `dewpoint refine` halved any. */

struct dp_refined_plane {
    const struct dp_plane *plane;
    const struct dp_cells *cells;
    double level;
    double *x_lines, *y_lines; // of a sweep that was refined before; NULL: those of the cells
    struct dp_square_grid squares;
};

/* Borrows diagram and plane. The squares refer to *refined itself: do not copy it. */
enum dp_status dp_refined_plane_open(const struct dp_store *store, const struct dp_plane *plane,
                                     const struct dp_diagram *diagram, double level,
                                     struct dp_refined_plane *refined, struct dp_error *error);
void dp_refined_plane_close(struct dp_refined_plane *refined);

/* Whether the sweep's file says that it was refined. */
bool dp_refined_plane_is_refined(const struct dp_refined_plane *refined);

/* Prints in one line how well the contour is known; square: what dp_squares_find found. */
void dp_refined_plane_print(const struct dp_refined_plane *refined, const struct dp_square *square,
                            int64_t count, FILE *out);
