// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stdint.h>

/* A function that gives points their labels where the core has none of its own (target formula). */
struct dp_function {
    double (*value)(void *context, const double *x);
    void *context;
};

/* Labelled points to fit: n inputs x_i in R^d with a target y_i in R^o each.
 *
 * Plain doubles whatever the precision of the training; the bias input that augments x is not stored. Filled
 * by dp_data_make (named targets, core) or dp_data_read (CSV and HDF5 files, store). The one who called those
 * releases them with dp_samples_free. */
struct dp_samples {
    int64_t count;               // n
    int64_t inputs;              // d
    int64_t outputs;             // o
    double *x;                   // [count][inputs]
    double *y;                   // [count][outputs]
    struct dp_function function; // of target formula, for points that are drawn later; else zero
};

/* Allocates x and y, uninitialised. On failure samples is zero. */
enum dp_status dp_samples_alloc(struct dp_samples *samples, int64_t count, int64_t inputs, int64_t outputs,
                                struct dp_error *error);

/* Releases x and y and zeroes the struct; a zero struct is fine. */
void dp_samples_free(struct dp_samples *samples);
