// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include "figures/style.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Figures and films, drawn by gnuplot: how it is run. heat_map.h, line_plot.h, neuron_plot.h and curves.h
 * define what is drawn.
 *
 * One script contains everything that gnuplot needs, including the data. It is written to a temporary
 * directory, gnuplot is started without a shell, and the picture is moved to its place when it is complete.
 * Without gnuplot the script is left beside the place of the picture. A film is a GIF by gnuplot alone, or an
 * MP4 that ffmpeg makes of numbered pictures.
 *
 * Names from outside (title, keys, paths) are written in single quotes only, in which gnuplot expands
 * nothing. A path never begins with a character that gnuplot would take for a pipe. */

/* The output of a script. */
struct dp_canvas {
    const char *terminal; // "pngcairo size ..."
    const char *output;   // the picture; of numbered ones all before the number
    bool numbered;        // every frame is a file of its own
    int64_t frames;       // written so far
};

/* Writes the whole script of a figure: dp_figure_begin or dp_canvas_begin, settings, data, then a plot, or
 * for each frame dp_canvas_frame and a plot. */
typedef enum dp_status dp_figure_writer(const void *figure, struct dp_canvas *canvas, FILE *out,
                                        struct dp_error *error);

struct dp_picture {
    double width, height; // cm; a column of a journal is 8.6 cm wide
    bool animated;
    dp_figure_writer *write;
    const void *figure;
};

/* Checks that the ending of path is one that can be drawn (.png, .svg, .pdf; animated: .gif, .mp4).
 * DP_BAD_INPUT with a sentence about option. */
enum dp_status dp_picture_check(const char *option, const char *path, bool animated, struct dp_error *error);

/* Draws to path. DP_IO when gnuplot is missing (path.gp then holds the script) or fails. */
enum dp_status dp_picture_draw(const char *path, const struct dp_picture *picture, struct dp_error *error);

/* The same for a figure of one column. */
enum dp_status dp_figure_draw(const char *path, dp_figure_writer *writer, const void *figure,
                              struct dp_error *error);

/* Write the head of a script: terminal and output, and for dp_figure_begin also the title that most figures
 * have. */
void dp_canvas_begin(const struct dp_canvas *canvas, FILE *out);
void dp_figure_begin(const struct dp_canvas *canvas, const char *title, FILE *out);

/* Begins the next frame of a film. */
void dp_canvas_frame(struct dp_canvas *canvas, FILE *out);
