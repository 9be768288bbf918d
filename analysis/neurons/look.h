// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "figures/figure.h"
#include "reading/subject.h"
#include <stdio.h>

/* The ways to look at a run's neurons, each a figure with its numbers.
 *
 * A way has a function that writes the numbers as CSV and one that writes the figure's gnuplot script: a
 * still at one point of training, or an animation over all points of the curve. All colours are Okabe and
 * Ito's, which readers with any colour vision can tell apart; ColorBrewer's RdBu where a sign matters. */

struct dp_look {
    const struct dp_subject *subject;
    int64_t point; // of a still
    bool animated; // over the points of the curve
    bool log_y;
    bool modes; // product: in the synaptic basis
};

struct dp_way {
    const char *name, *meaning;
    double width, height; // cm
    bool animates;
    /* Why the way does not suit the run, as a sentence in DP_BAD_INPUT. */
    enum dp_status (*check)(const struct dp_look *look, struct dp_error *error);
    enum dp_status (*numbers)(const struct dp_look *look, FILE *out, struct dp_error *error);
    enum dp_status (*script)(const void *look, struct dp_canvas *canvas, FILE *out, struct dp_error *error);
};

extern const struct dp_way dp_way_orientation, dp_way_cosine, dp_way_kinks, dp_way_trajectories,
    dp_way_product, dp_way_modes;

#define DP_BLUE "#0072B2"
#define DP_SKY "#56B4E9"
#define DP_VERMILLION "#D55E00"
#define DP_ORANGE "#E69F00"
#define DP_GREEN "#009E73"
#define DP_PURPLE "#CC79A7"
#define DP_GREY "#999999"

/* Tics, border and key that all figures have. */
void dp_look_settings(FILE *out);

/* A line for the key between the figure and its title. */
void dp_look_key_on_top(FILE *out);

/* "phase-relu: run 17, gamma 1, seed 2" as a gnuplot title; step: at that training step, NAN: without. lift:
 * by how many lines it stands higher than usual. */
void dp_look_title(const struct dp_look *look, double step, double lift, FILE *out);

/* Points of an animation's frames, or the one of a still: frame 0..n-1. */
int64_t dp_look_frames(const struct dp_look *look);
int64_t dp_look_point(const struct dp_look *look, int64_t frame);

/* Length of n numbers. */
double dp_look_length(const double *values, int64_t n);
