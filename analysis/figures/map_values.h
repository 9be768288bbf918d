// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* A value over a plane of two axes, and the parts of its figure. The caller owns all arrays. */

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
    const bool *pending;         // [ny][nx] cells without a value that may still get one; NULL: none
    const signed char *side;     // [ny][nx] -1, 1: the word `negative`, `positive` holds here; NULL: nowhere
    const bool *diverged;        // [ny][nx] cells in which runs diverged; NULL: none
    const bool *crossed;        // [ny][nx] cells that are doubtful: no contour, no part in the colours' range
    const char *const *x_ticks; // [nx] names for the values of x, NULL: numbers
    const char *const *y_ticks; // [ny]
    const char *contour;        // name of the zero contour, enhanced text; NULL: none
    const char *band;           // name of the band where the intervals hold 0
    const char *boundary;       // name of the boundary of ReLU; NULL: none. x is gamma, y gamma_prime
    const char *negative, *positive; // words for the two sides; NULL: none
    bool named;                      // draw the named initialisations; x is gamma, y gamma_prime
};
