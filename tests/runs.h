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
        .gamma = 1,
        .t = NAN,
        .alpha = NAN,
        .beta1 = NAN,
        .beta2 = NAN,
        .alpha_exponent = NAN,
        .test_samples = 100,
        .low = NAN,
        .high = NAN,
        .method = DP_FLOW,
        .precision = DP_FLOAT64,
        .learning_rate = 0.01,
        .stop_time = INFINITY,
        .flow_step = 0.5,
        .adam_beta1 = 0.9,
        .adam_beta2 = 0.999,
        .adam_epsilon = 1e-8,
        .max_steps = 1000000,
    };
}
