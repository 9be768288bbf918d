// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "figure.h"
#include <stdbool.h>
#include <stdint.h>

/* The heat map of a value over a plane, drawn by gnuplot.
 *
 * Cells are boxes whose edges lie half way between neighbouring values, so uneven axes have no gaps; an axis of
 * positive values over a decade or more, in steps that are more even there, is drawn on a log scale. A slope has a diverging palette (ColorBrewer's
 * RdBu), centred on 0: blue is negative, red positive; other values have a sequential one (cividis). Both are safe for
 * colour-blind readers. On a slope lie its zero contour (solid) with the band in which an interval holds 0, the
 * published boundary of ReLU (dashed) and the initialisations that have a name; cells without a value are grey,
 * marked ones carry a dot. */

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

/* Writes the script of a struct dp_heat_map. */
dp_figure_writer dp_heat_map_write;

/* The edges of cells around n ascending centres: edge[n + 1], half way between neighbours (geometrically on a log
 * axis), the outer ones as far from their centre as the inner ones. */
void dp_cell_edges(const double *centre, int64_t n, bool log_axis, double *edge);

/* Is an axis with these values drawn on a log scale: over a decade or more, in steps more even there? */
bool dp_log_axis(const double *centre, int64_t n);

/* The end of the colour scale for values up to largest: 1, 2 or 5 times a power of ten, or 1.5 or 3 times. */
double dp_colour_range(double largest);
