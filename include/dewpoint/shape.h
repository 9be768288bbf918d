// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/run.h"

/* What a run's keys amount to for its training: the numbers that decide which loops train it, how long they
 * are and what memory they need.
 *
 * They are derived here, once, and handed down. Runs of one shape, which is the same in every field, can be
 * trained side by side; where they differ otherwise (seeds, scales, data, rates, stops) each lane has its
 * own. */

struct dp_shape {
    int64_t activation;               // enum dp_activation
    int64_t multiplicity;             // its own, or the one asked for
    int64_t width, bias;              // m, and whether neurons have a bias
    int64_t inputs, outputs, samples; // d, o, and n of the first frame
    int64_t batched;                  // the samples of a step change from step to step
    int64_t points;                   // samples of a step
    int64_t method;                   // enum dp_method_id
    int64_t rule;                     // enum dp_rule: what a step makes of a gradient
    int64_t decays;                   // whether weights decay
    int64_t bits;                     // of the floating-point type
    double pace;                      // learning_rate_a / learning_rate; 0: amplitudes step like the weights
};

/* The shape of a run that has passed dp_run_check; file: the data of run->file, else NULL. */
struct dp_shape dp_run_shape(const struct dp_run *run, const struct dp_samples *file);

/* Whether two shapes are the same in every field. */
bool dp_shapes_agree(const struct dp_shape *a, const struct dp_shape *b);
