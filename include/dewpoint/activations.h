// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/activation.h"
#include <stdint.h>

/* The rows of activation.h as data, with the plain functions of each, which are the C library's, for tests,
 * figures and comparisons: results come from the kernels alone, and a test holds the two against each
 * other. */

struct dp_activation_row {
    int64_t multiplicity; // p, the order of the first derivative that is not 0 at 0; 0: not smooth there
    double at_zero;       // sigma(0)
    double cost;          // of sigma and sigma' in multiply-adds, for scheduling

    // what the benchmark counts for sigma and sigma' in the vector code; multiplies: single, double precision
    double flops, multiplies[2], additions, divisions;

    int kept; // rows that the kernels keep of each sample for the gradient: none; sigma; sigma and sigma'
    enum dp_activation kernel; // what the kernels know it by: x^(p-1) tanh x is DP_TANH with the power p

    // sigma, sigma' and sigma'' at h; power: the multiplicity of the run
    double (*sigma)(double h, int64_t power);
    double (*slope)(double h, int64_t power);
    double (*bend)(double h, int64_t power);
};

/* In the order of enum dp_activation, as are dp_activation_names (run.h). */
extern const struct dp_activation_row dp_activations[DP_ACTIVATIONS];
