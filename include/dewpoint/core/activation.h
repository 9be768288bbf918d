// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* THE table of activations sigma, one row each. All act on h = w . x: relu max(h, 0), tanh h^(p-1) tanh h
 * with the multiplicity p (1 unless given), sigmoid 1 / (1 + e^-h), softplus log(1 + e^h), linear h, xtanh h
 * tanh h, x2tanh h^2 tanh h.
 *
 * Names, tags, and everything that the loops, the scheduler and the benchmark must know come from this table.
 * A row names its function; anything missing for this function does not compile. To add an activation, write
 * its row, FUNCTION in kernels/functions.h, which computes it on vectors for all results, and FUNCTION_sigma,
 * _slope and _bend in core/activation.c, which use the C library, for tests, figures and comparisons. */

/* ROW(tag, name, function, loops, kernel, p, zero, kept, cost,
 *       flops, multiplies32, multiplies64, additions, divisions)
 *
 *   loops     PLAIN: the usual variants of the loops are built for it
 *             RARE: not those for wide networks of several inputs
 *             OWN: strip_FUNCTION in kernels/passes/variants.h chooses others
 *             SAME: an earlier row has the same function
 *   kernel    its name in the kernels: x^(p-1) tanh x is DP_TANH with the power p
 *   p         its multiplicity, the order of the first derivative that is not 0 at 0; 0: not smooth at 0
 *   zero      sigma(0)
 *   kept      rows that the kernels keep of each sample for the gradient: none; sigma; sigma and sigma'
 *   cost      of sigma and sigma' in multiply-adds, for scheduling
 *   flops...  counts of the benchmark for sigma and sigma' in the vector code */
#define DP_ACTIVATION_ROWS(ROW)                                                                              \
    ROW(DP_RELU, relu, relu, PLAIN, DP_RELU, 0, 0, 0, 1, 0, 0, 0, 1, 0)                                      \
    ROW(DP_TANH, tanh, power_tanh, OWN, DP_TANH, 1, 0, 1, 8, 16, 6, 10, 7, 1)                                \
    ROW(DP_SIGMOID, sigmoid, sigmoid, RARE, DP_SIGMOID, 1, 0.5, 2, 8, 16, 12, 18, 4, 1)                      \
    ROW(DP_SOFTPLUS, softplus, softplus, RARE, DP_SOFTPLUS, 1, 0x1.62e42fefa39efp-1, 2, 12, 32, 21, 39, 9,   \
        1)                                                                                                   \
    ROW(DP_LINEAR, linear, linear, OWN, DP_LINEAR, 1, 0, 0, 1, 0, 0, 0, 0, 0)                                \
    ROW(DP_XTANH, xtanh, power_tanh, SAME, DP_TANH, 2, 0, 2, 9, 18, 13, 17, 5, 1)                            \
    ROW(DP_X2TANH, x2tanh, power_tanh, SAME, DP_TANH, 3, 0, 2, 9, 18, 14, 18, 5, 1)

#define DP_ACTIVATION_TAG(tag, ...) tag,
enum dp_activation { DP_ACTIVATION_ROWS(DP_ACTIVATION_TAG) };
#undef DP_ACTIVATION_TAG

#define DP_ACTIVATION_ONE(...) +1
enum { DP_ACTIVATIONS = DP_ACTIVATION_ROWS(DP_ACTIVATION_ONE) };
#undef DP_ACTIVATION_ONE
