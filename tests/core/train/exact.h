// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/sweep/keys.h"
#include <string.h>

/* The exact model for tests: a linear network of M neurons on the one sample x = 0, y = 2, so that only the
 * biases act: f = sum a_k b_k / alpha, L = (f - y)^2. */

enum { M = 37 };

static inline struct dp_run exact_run(void)
{
    struct dp_run run = dp_run_defaults();
    run.activation = DP_LINEAR;
    run.width = M;
    run.scheme = DP_SCHEME_DIRECT;
    run.alpha = 3;
    run.beta1 = 0.5;
    run.beta2 = 0.8;
    run.target = DP_FILE;
    strcpy(run.file, "one.csv");
    return run;
}

static inline struct dp_samples one_sample(void)
{
    static double x = 0, y = 2;
    return (struct dp_samples){.count = 1, .inputs = 1, .outputs = 1, .x = &x, .y = &y};
}
