// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stdio.h>

/* Figures, drawn by gnuplot: how to run it; heat_map.h and line_plot.h say what to draw.
 *
 * Everything that gnuplot needs is in one script with its data inside, written to a temporary directory; gnuplot is
 * started without a shell, and the picture is moved to its place when it is complete. Without gnuplot the script
 * stays beside the picture that it would have made.
 *
 * Names from outside (title, keys, paths) stand in single quotes only, where gnuplot expands nothing, and a path
 * never begins with a character that gnuplot would take for a pipe. */

/* Writes the whole script of a figure. terminal: "pngcairo size ..."; output: the picture. */
typedef enum dp_status dp_figure_writer(const void *figure, const char *terminal, const char *output,
                                        FILE *out, struct dp_error *error);

/* Is the ending of path one that can be drawn (.png, .svg, .pdf)? DP_BAD_INPUT with a sentence. */
enum dp_status dp_figure_check(const char *path, struct dp_error *error);

/* Draws the figure to path. DP_IO when gnuplot is missing (path.gp then holds the script) or fails. */
enum dp_status dp_figure_draw(const char *path, dp_figure_writer *writer, const void *figure,
                              struct dp_error *error);

/* Text in gnuplot's single quotes; control characters become blanks. */
void dp_figure_quote(const char *text, FILE *out);

/* Sets the label of an axis ("x" or "y") to a key; gamma and gamma_prime become letters. */
void dp_figure_label(const char *axis, const char *key, FILE *out);

/* What all figures begin with: terminal, output, title. */
void dp_figure_begin(const char *terminal, const char *output, const char *title, FILE *out);
