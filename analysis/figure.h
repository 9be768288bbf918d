// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stdbool.h>
#include <stdint.h>

/* The heat map of a value over a plane, drawn by gnuplot.
 *
 * Cells are boxes whose edges lie half way between neighbouring values, so uneven axes have no gaps; an axis of
 * positive values over two decades or more is drawn on a log scale. A slope has a diverging palette (ColorBrewer's
 * RdBu), centred on 0: blue is negative, red positive; other values have a sequential one (cividis). Both are safe for
 * colour-blind readers. On a slope lie its zero contour (solid) with the band in which an interval holds 0, the
 * published boundary of ReLU (dashed) and the initialisations that have a name; cells without a value are grey,
 * marked ones carry a dot.
 *
 * Everything that gnuplot needs is in one script with its data inside, written to a temporary directory; gnuplot is
 * started without a shell, and the picture is moved to its place when it is complete. Without gnuplot the script
 * stays beside the picture that it would have made. */

enum dp_colours { DP_DIVERGING, DP_SEQUENTIAL };

struct dp_heat_map {
    const char *title;           // drawn as it is
    const char *x_name, *y_name; // keys; gamma and gamma_prime are drawn as letters
    const char *label;           // of the colours, in gnuplot's enhanced text
    enum dp_colours colours;     // sequential ones are on a log scale where positive values span two decades
    int64_t nx, ny;              // at least 1
    const double *x, *y;         // ascending
    const double *value;         // [ny][nx], NAN: missing
    const double *low, *high;    // [ny][nx] intervals of the values; NULL: no band
    const bool *marked;          // [ny][nx] cells that are undecided; NULL: none
    const char *const *x_ticks;  // [nx] names for the values of x, NULL: numbers
    const char *const *y_ticks;  // [ny]
    const char *contour;         // what to call the zero contour, enhanced; NULL: none
    const char *boundary;        // what to call the boundary of ReLU; NULL: none. x is gamma, y gamma_prime
    bool named;                  // draw the named initialisations; x is gamma, y gamma_prime
};

/* Is the ending of path one that can be drawn (.png, .svg, .pdf)? DP_BAD_INPUT with a sentence. */
enum dp_status dp_figure_check(const char *path, struct dp_error *error);

/* Draws the map to path. DP_IO when gnuplot is missing (path.gp then holds the script) or fails. */
enum dp_status dp_figure_draw(const char *path, const struct dp_heat_map *map, struct dp_error *error);
