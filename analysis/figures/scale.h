// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* Scales of axes and colours, chosen by the drawn values. */

/* The edges of cells around n ascending centres: edge[n + 1], half way between neighbours (geometrically on a
 * log axis), the outer ones as far from their centre as the inner ones. */
void dp_cell_edges(const double *centre, int64_t n, bool log_axis, double *edge);

/* Whether an axis with these values is drawn on a log scale: they span a decade or more, and their steps are
 * more even on it. */
bool dp_log_axis(const double *centre, int64_t n);

/* The power of ten in whose unit numbers of sizes up to `largest` are short along an axis; 0 where they are
 * as they stand. */
int dp_axis_power(double largest);

/* The end of the colour scale for values up to largest: 1, 2 or 5 times a power of ten, or 1.5 or 3 times. */
double dp_colour_range(double largest);
