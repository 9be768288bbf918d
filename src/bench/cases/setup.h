// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdint.h>

/* The cost of a run besides its training: a flow of 1000 relu neurons on four points, from the start to its
 * record, on the best instruction set allowed. In microseconds; each part is its own minimum over the
 * repetitions. */
struct dp_setup {
    const char *isa;
    int bits;
    int64_t steps;  // of the training
    double data;    // points to fit and to test on
    double init;    // memory and initial parameters
    double observe; // order parameters, directions, test loss
    double training;
    double share; // (data + init + observe) / training
};

enum dp_status dp_setup_measure(const char *isa, int bits, double seconds, struct dp_setup *setup,
                                struct dp_error *error);

extern const char *const dp_setup_name; // to select it among the cases
