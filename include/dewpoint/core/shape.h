// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/run.h"

/* The shape of a run: the numbers derived from its keys that decide which loops train it, how long they are
 * and how much memory they need.
 *
 * They are derived here, once, and passed on. Runs with the same shape in every field can be trained side by
 * side; each lane has its own seeds, scales, data, rates and stops. */

struct dp_shape {
    int64_t activation;               // enum dp_activation
    int64_t multiplicity;             // the activation's own, or that of the key
    int64_t width, bias;              // m, and whether neurons have a bias
    int64_t inputs, outputs, samples; // d, o, and n of the first frame
    int64_t batched;                  // the samples of a step change from step to step
    int64_t points;                   // samples of a step
    int64_t method;                   // enum dp_method_id
    int64_t rule;                     // enum dp_rule: how a gradient becomes a step
    int64_t decays;                   // whether weights decay
    int64_t bits;                     // of the floating-point type
    double pace;                      // learning_rate_a / learning_rate; 0: amplitudes step like the weights
};

/* The shape of a run that has passed dp_run_check; file: the data of run->file, else NULL. */
struct dp_shape dp_run_shape(const struct dp_run *run, const struct dp_samples *file);

/* Whether two shapes are the same in every field. */
bool dp_shapes_agree(const struct dp_shape *a, const struct dp_shape *b);
