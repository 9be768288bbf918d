// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "figure.h"
#include <stdio.h>

/* The gnuplot script of a heat map: what to draw, as against how to run gnuplot (figure.c).
 *
 * Names from outside (title, keys, paths) stand in single quotes only, where gnuplot expands nothing, and a path
 * never begins with a character that gnuplot would take for a pipe. */

/* Writes the whole script with its data. terminal: "pngcairo size ..."; output: the picture. */
enum dp_status dp_script_write(const struct dp_heat_map *map, const char *terminal, const char *output,
                               FILE *out, struct dp_error *error);

/* The edges of cells around n ascending centres: edge[n + 1], half way between neighbours (geometrically on a log
 * axis), the outer ones as far from their centre as the inner ones. */
void dp_cell_edges(const double *centre, int64_t n, bool log_axis, double *edge);

/* Is an axis with these values drawn on a log scale? */
bool dp_log_axis(const double *centre, int64_t n);

/* The end of the colour scale for values up to largest: 1, 2 or 5 times a power of ten, or 1.5 or 3 times. */
double dp_colour_range(double largest);
