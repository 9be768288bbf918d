// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/run.h"
#include <math.h>

/* A run with the defaults that the table of keys gives, for tests of the core, which does not know that table. */
static inline struct dp_run default_run(void)
{
    return (struct dp_run){
        .activation = DP_RELU,
        .width = 1000,
        .bias = 1,
        .gamma = 1,
        .t = NAN,
        .alpha = NAN,
        .beta1 = NAN,
        .beta2 = NAN,
        .alpha_exponent = NAN,
        .init_scale = 1,
        .test_samples = 100,
        .low = NAN,
        .high = NAN,
        .teacher_width = 4,
        .mode_low = 0.01001,
        .mode_high = 1,
        .input_ratio = 1,
        .method = DP_FLOW,
        .precision = DP_FLOAT64,
        .learning_rate = 0.01,
        .learning_rate_a = NAN,
        .stop_time = INFINITY,
        .stop_growth = INFINITY,
        .tolerance = 0.01,
        .adam_beta1 = 0.9,
        .adam_beta2 = 0.999,
        .adam_epsilon = 1e-8,
        .max_steps = 1000000,
        .resolution = 10,
        .direction_share = 0.03,
        .prediction_starts = 128,
    };
}
