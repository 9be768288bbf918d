// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "contours/contour.h"
#include "dewpoint/core/status.h"
#include "figures/map_values.h"
#include <stdio.h>

/* A heat map with the quantities that follow from it, and its parts as gnuplot data and plot elements;
 * private to heat_map.c and overlay.c. */

enum { DP_DRAWN_LINES = 2 };

/* Why a cell has no value. */
enum dp_blank { DP_BLANK_PENDING, DP_BLANK_DIVERGED, DP_BLANK_DOUBTFUL, DP_BLANK_OTHER, DP_BLANKS };

struct dp_drawing {
    const struct dp_heat_map *map;
    double *x, *y;       // [nx], [ny] places: the values, or 0, 1, 2, ... where they have names
    double *across, *up; // the same, as logarithms on log axes: what is drawn straight is straight in them
    double *x_edge, *y_edge; // [nx + 1], [ny + 1]
    bool x_log, y_log, colour_log;
    double first, last;        // ends of the colours, in units of `unit`
    double unit;               // of values in the figure: 1, or a power of ten on a linear scale
    struct dp_contour contour; // the zero contour of the values
    double boundary[DP_DRAWN_LINES][4];
    int boundary_lines;
    int64_t drawn, blank[DP_BLANKS], marked, crossed, band; // cells, squares
};

/* Finds contour and boundary. All other fields of drawing must be set. */
enum dp_status dp_overlay_prepare(struct dp_drawing *drawing, struct dp_error *error);

/* Releases what dp_overlay_prepare made. */
void dp_overlay_release(struct dp_drawing *drawing);

/* Writes the data blocks of everything drawn on top of the cells. */
void dp_overlay_data(struct dp_drawing *drawing, FILE *out);

/* Labels of the named initialisations and of the two sides, before the plot. */
void dp_overlay_labels(const struct dp_drawing *drawing, FILE *out);

/* The number of entries of the key; call it after dp_overlay_data. */
int dp_overlay_titles(const struct dp_drawing *drawing);

/* Writes the plot elements on top of the cells, each beginning with a comma, and their entries in the
 * legend. */
void dp_overlay_plot(const struct dp_drawing *drawing, FILE *out);
