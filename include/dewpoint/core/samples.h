// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdbool.h>
#include <stdint.h>

/* A function that gives points their labels, for targets that are not in the core (target formula). */
struct dp_function {
    double (*value)(void *context, const double *x);
    void *context;
};

/* Labelled points to fit: n inputs x_i in R^d with a target y_i in R^o each.
 *
 * The numbers are doubles, whatever the precision of the training. The bias input that augments x is not
 * stored. dp_data_make (named targets, core) fills samples, or they are read from users' files (inputs). The
 * caller of these releases them with dp_samples_free. */
struct dp_samples {
    int64_t count;               // n
    int64_t inputs;              // d
    int64_t outputs;             // o
    double *x;                   // [count][inputs]
    double *y;                   // [count][outputs]
    struct dp_function function; // of target formula, for points that are drawn later; else zero
    struct dp_samples *test;     // of users' files: the samples of the test loss, allocated; else NULL
};

/* Allocates x and y, uninitialised. On failure samples is zero. */
enum dp_status dp_samples_alloc(struct dp_samples *samples, int64_t count, int64_t inputs, int64_t outputs,
                                struct dp_error *error);

/* The same for samples->test, which has the inputs and outputs of samples. */
enum dp_status dp_samples_alloc_test(struct dp_samples *samples, int64_t count, struct dp_error *error);

/* Releases x, y and test and zeroes the struct; a zero struct is allowed. */
void dp_samples_free(struct dp_samples *samples);

/* Moves a share of the samples, 0 < share < 1, to samples->test: round(share * count) samples, at least one,
 * drawn by seed. Both parts keep the order. DP_BAD_INPUT when no training samples would be left. On failure
 * samples is unchanged. */
enum dp_status dp_samples_split(struct dp_samples *samples, double share, int64_t seed,
                                struct dp_error *error);

/* Shifts and scales columns so that each has mean 0 and variance 1 over the samples. Test samples are shifted
 * and scaled by the same numbers, which are stored in mean and deviation [inputs + outputs]. A constant
 * column becomes 0 and has deviation 0. outputs: also the outputs; otherwise their numbers are 0 and 1.
 * DP_BAD_INPUT names the column whose numbers are too large. */
enum dp_status dp_samples_standardize(struct dp_samples *samples, bool outputs, double *mean,
                                      double *deviation, struct dp_error *error);
