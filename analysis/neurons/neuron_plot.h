// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "figures/figure.h"
#include "reading/stored_run.h"
#include <stdio.h>

/* The kinds of figures of a run's neurons.
 *
 * A kind has a function that writes its numbers as CSV and one that writes the gnuplot script of the figure:
 * a still image at one point of training, or an animation over all points of the curve. */

struct dp_neuron_plot {
    const struct dp_stored_run *stored;
    int64_t point; // of a still
    bool animated; // over the points of the curve
    bool linear_y; // amplitudes on a linear axis (orientation)
    bool modes;    // product: in the synaptic basis
};

struct dp_plot_kind {
    const char *name, *meaning;
    double width, height; // cm
    bool animates;
    /* Checks that the kind suits the run; DP_BAD_INPUT with a sentence that says why not. */
    enum dp_status (*check)(const struct dp_neuron_plot *plot, struct dp_error *error);
    enum dp_status (*numbers)(const struct dp_neuron_plot *plot, FILE *out, struct dp_error *error);
    enum dp_status (*script)(const void *plot, struct dp_canvas *canvas, FILE *out, struct dp_error *error);
};

extern const struct dp_plot_kind dp_orientation_plot, dp_cosine_plot, dp_kinks_plot, dp_trajectories_plot,
    dp_product_plot, dp_modes_plot, dp_risk_plot;

/* The text of a title: the sweep, the run, the training step (NAN: none) and the values of the keys that the
 * sweep varies and the run reads. Returns text. */
enum { DP_NEURON_TITLE = 1024 };
const char *dp_neuron_plot_text(const struct dp_neuron_plot *plot, double step, char *text, size_t size);

/* Sets this text as the title. key_lines: the number of lines of a key between the figure and its title,
 * which is set, too. */
void dp_neuron_plot_title(const struct dp_neuron_plot *plot, double step, int key_lines, FILE *out);

/* Begins a figure with curves along training: frame, title, logarithmic axes (the axis of steps has a label
 * and ends with the run), and a key with this many columns below. */
void dp_neuron_plot_training(const struct dp_neuron_plot *plot, struct dp_canvas *canvas, int key_columns,
                             FILE *out);

/* The point of frame 0..n-1 of an animation, or that of a still image. */
int64_t dp_neuron_plot_frames(const struct dp_neuron_plot *plot);
int64_t dp_neuron_plot_point(const struct dp_neuron_plot *plot, int64_t frame);

/* Length of n numbers. */
double dp_length(const double *values, int64_t n);
