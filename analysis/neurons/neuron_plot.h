// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "figures/figure.h"
#include "reading/stored_run.h"
#include <stdio.h>

/* The kinds to plot at a run's neurons, each a figure with its numbers.
 *
 * A kind has a function that writes the numbers as CSV and one that writes the figure's gnuplot script: a
 * still at one point of training, or an animation over all points of the curve. All colours are Okabe and
 * Ito's, which readers with any colour vision can tell apart; ColorBrewer's RdBu where a sign matters. */

struct dp_neuron_plot {
    const struct dp_stored_run *stored;
    int64_t point; // of a still
    bool animated; // over the points of the curve
    bool log_y;
    bool modes; // product: in the synaptic basis
};

struct dp_plot_kind {
    const char *name, *meaning;
    double width, height; // cm
    bool animates;
    /* Why the kind does not suit the run, as a sentence in DP_BAD_INPUT. */
    enum dp_status (*check)(const struct dp_neuron_plot *plot, struct dp_error *error);
    enum dp_status (*numbers)(const struct dp_neuron_plot *plot, FILE *out, struct dp_error *error);
    enum dp_status (*script)(const void *plot, struct dp_canvas *canvas, FILE *out, struct dp_error *error);
};

extern const struct dp_plot_kind dp_orientation_plot, dp_cosine_plot, dp_kinks_plot, dp_trajectories_plot,
    dp_product_plot, dp_modes_plot;

#define DP_BLUE "#0072B2"
#define DP_SKY "#56B4E9"
#define DP_VERMILLION "#D55E00"
#define DP_ORANGE "#E69F00"
#define DP_GREEN "#009E73"
#define DP_PURPLE "#CC79A7"
#define DP_GREY "#999999"

/* Tics, border and key that all figures have. */
void dp_neuron_plot_settings(FILE *out);

/* A line for the key between the figure and its title. */
void dp_neuron_plot_key_on_top(FILE *out);

/* "phase-relu: run 17, gamma 1, seed 2" as a gnuplot title; step: at that training step, NAN: without. lift:
 * by how many lines it stands higher than usual. */
void dp_neuron_plot_title(const struct dp_neuron_plot *plot, double step, double lift, FILE *out);

/* Points of an animation's frames, or the one of a still: frame 0..n-1. */
int64_t dp_neuron_plot_frames(const struct dp_neuron_plot *plot);
int64_t dp_neuron_plot_point(const struct dp_neuron_plot *plot, int64_t frame);

/* Length of n numbers. */
double dp_length(const double *values, int64_t n);
