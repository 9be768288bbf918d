// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/activation.h"
#include <stdint.h>

/* The rows of activation.h as data, with the plain functions of each. These use the C library and serve
 * tests, figures and comparisons. Results come only from the kernels; a test compares the two. */

struct dp_activation_row {
    int64_t multiplicity; // p, the order of the first derivative that is not 0 at 0; 0: not smooth at 0
    double at_zero;       // sigma(0)
    double cost;          // of sigma and sigma' in multiply-adds, for scheduling

    // counts of the benchmark for sigma and sigma' in the vector code; multiplies: single, double precision
    double flops, multiplies[2], additions, divisions;

    int kept; // rows that the kernels keep of each sample for the gradient: none; sigma; sigma and sigma'
    enum dp_activation kernel; // its name in the kernels: x^(p-1) tanh x is DP_TANH with the power p

    // sigma, sigma' and sigma'' at h; power: the multiplicity of the run
    double (*sigma)(double h, int64_t power);
    double (*slope)(double h, int64_t power);
    double (*bend)(double h, int64_t power);
};

/* In the order of enum dp_activation, as are dp_activation_names (run.h). */
extern const struct dp_activation_row dp_activations[DP_ACTIVATIONS];
