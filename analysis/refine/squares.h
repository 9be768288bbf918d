// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdbool.h>
#include <stdint.h>

/* A plane of squares that were halved again and again around a contour: a quadtree that stores no nodes.
 *
 * The squares of the first grid lie between neighbouring base lines. A square whose centre is a cell was
 * halved, so the cells alone define the tree. Its leaves are the squares that are not halved yet. A leaf
 * belongs to the contour when the value changes sign among its corners, or when the interval of a corner
 * contains 0. Halving a leaf adds its centre and the middles of its edges, unless a neighbour has already
 * added them. Pure. */

/* The known value of a cell, minus the level of the contour, and its 95 % interval; NAN without one. */
struct dp_known {
    double value, low, high;
};

struct dp_square_grid {
    int64_t nx, ny;
    const double *x, *y; // base lines, ascending
    /* Whether there is a cell at (x, y). Fills *known. */
    bool (*find)(const void *context, double x, double y, struct dp_known *known);
    const void *context;
};

struct dp_square {
    double x0, x1, y0, y1;
    int level;       // 0: of the first grid
    bool crosses;    // the value changes sign; else a corner is undecided
    double edge;     // the longer one
    double position; // distance by which the interval moves the contour, by the slope across the square; NAN:
                     // unknown
};

struct dp_point {
    double x, y;
};

/* The leaves that belong to the contour: first those that it crosses, then the others, the largest first.
 * Allocated; the caller frees. */
enum dp_status dp_squares_find(const struct dp_square_grid *squares, struct dp_square **found, int64_t *count,
                               struct dp_error *error);

/* The cells that are added by halving squares, each once. Squares are taken from the first on, as long as
 * they need at most `most` cells; *halved is their number. Allocated; the caller frees. */
enum dp_status dp_squares_halve(const struct dp_square_grid *squares, const struct dp_square *square,
                                int64_t count, int64_t most, struct dp_point **points, int64_t *point_count,
                                int64_t *halved, struct dp_error *error);
