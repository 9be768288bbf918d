// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stdbool.h>
#include <stdint.h>

/* A plane of squares that were halved again and again around a contour: a quadtree without memory.
 *
 * The squares of the first grid lie between neighbouring base lines. One whose centre is a cell was halved,
 * so the cells alone tell the tree; its leaves are what is not halved yet. A leaf tells about the contour
 * when the value changes sign among its corners, or when the interval of a corner holds 0. Halving a leaf
 * adds its centre and the middles of its edges, as far as no neighbour has added them. Pure. */

/* What is known of a cell: value, less the level that is looked for, and its 95 % interval; NAN where there
 * is none. */
struct dp_known {
    double value, low, high;
};

struct dp_square_grid {
    int64_t nx, ny;
    const double *x, *y; // base lines, ascending
    /* Is there a cell at (x, y)? Fills *known. */
    bool (*find)(const void *context, double x, double y, struct dp_known *known);
    const void *context;
};

struct dp_square {
    double x0, x1, y0, y1;
    int level;       // 0: of the first grid
    bool crosses;    // the value changes sign; else a corner is undecided
    double edge;     // the longer one
    double position; // how far the interval moves the contour, by the slope across the square; NAN: not known
};

struct dp_point {
    double x, y;
};

/* The leaves that tell about the contour, the largest first, those that it crosses before the others.
 * Allocated; the caller frees. */
enum dp_status dp_squares_find(const struct dp_square_grid *squares, struct dp_square **found, int64_t *count,
                               struct dp_error *error);

/* The cells that halving some squares adds, each once: as many of the squares, from the first on, as need no
 * more than `most` cells. *halved: how many these are. Allocated; the caller frees. */
enum dp_status dp_squares_halve(const struct dp_square_grid *squares, const struct dp_square *square,
                                int64_t count, int64_t most, struct dp_point **points, int64_t *point_count,
                                int64_t *halved, struct dp_error *error);
