// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/run.h"
#include "dewpoint/core/samples.h"
#include "kernels/kernels.h"
#include <stdbool.h>

/* The table of measured cases, and the least work of one step of each.
 *
 * Operations are counted as usual for comparing kernels between programs: per neuron n (2d + 2) for the
 * outputs, n (d + 1) for the gradient, 4d + 7 for the update, and for every sample the operations of sigma,
 * 16 for one tanh. The additional operations of momentum and Adam are not included. */

struct dp_bench_case {
    const char *name;
    enum dp_activation activation;
    enum dp_method_id method; // DP_GD or DP_ADAM
    int64_t inputs, samples, width;
    double rate, momentum;
    int64_t steps; // after which the parameters are hashed
};

extern const struct dp_bench_case dp_bench_cases[]; // ends with a NULL name

/* "relu-d1-n4-m1000-gd-f32"; text has room for 64. */
const char *dp_case_name(const struct dp_bench_case *c, int bits, char *text);

/* Whether the name contains the pattern. NULL is in every name; `*` and `?` work as in file names. */
bool dp_bench_wanted(const char *name, const char *pattern);

/* The run of a seed: standard scaling, alpha = 1 and beta1 = beta2 = width^-1/2. */
struct dp_run dp_case_run(const struct dp_bench_case *c, int bits, int64_t seed);

/* Normal points and targets, the same for every seed. The caller frees them. */
enum dp_status dp_case_samples(const struct dp_bench_case *c, struct dp_samples *samples,
                               struct dp_error *error);

/* The shape of its layer, without arrays. */
struct dp_layer dp_case_layer(const struct dp_bench_case *c);

/* Of one step of one network. */
double dp_case_flops(const struct dp_bench_case *c);

/* Bytes that one step of one network must move. Some are read, the rest read and written back; resident:
 * bytes held in memory. */
struct dp_traffic {
    double read, update, resident;
};
struct dp_traffic dp_case_traffic(const struct dp_bench_case *c, int bits);
