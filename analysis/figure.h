// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stdbool.h>
#include <stdint.h>

/* The heat map of a slope over a plane, drawn by gnuplot.
 *
 * Cells are boxes whose edges lie half way between neighbouring values, so uneven axes have no gaps; an axis of
 * positive values over two decades or more is drawn on a log scale. The palette (ColorBrewer's RdBu) is diverging,
 * safe for colour-blind readers, and centred on 0: blue is negative, red positive. The zero contour of the values
 * is a solid line, the published boundary of ReLU a dashed one, cells without a value are grey, marked ones carry
 * a dot.
 *
 * Everything that gnuplot needs is in one script with its data inside, written to a temporary directory; gnuplot is
 * started without a shell, and the picture is moved to its place when it is complete. Without gnuplot the script
 * stays beside the picture that it would have made. */

struct dp_heat_map {
    const char *title;           // drawn as it is
    const char *x_name, *y_name; // keys; gamma and gamma_prime are drawn as letters
    const char *subscript;       // of S and RD: "w", "a" or "" for all parameters
    int64_t nx, ny;              // at least 1
    const double *x, *y;         // ascending
    const double *value;         // [ny][nx], NAN: missing
    const bool *marked;          // [ny][nx] cells that are undecided
    const char *const *x_ticks;  // [nx] names for the values of x, NULL: numbers
    const char *const *y_ticks;  // [ny]
    bool published;              // draw the published boundary: x is gamma, y gamma_prime, the networks ReLU
};

/* Is the ending of path one that can be drawn (.png, .svg, .pdf)? DP_BAD_INPUT with a sentence. */
enum dp_status dp_figure_check(const char *path, struct dp_error *error);

/* Draws the map to path. DP_IO when gnuplot is missing (path.gp then holds the script) or fails. */
enum dp_status dp_figure_draw(const char *path, const struct dp_heat_map *map, struct dp_error *error);
