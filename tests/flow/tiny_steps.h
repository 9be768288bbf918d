// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "check.h"
#include "dewpoint/core/run.h"

/* Relu networks on the data of tests/flow/data, and where Euler's method takes them: with steps that are
 * short enough it follows Filippov's rule by itself. */

enum { MOST_SAMPLES = 80, MOST_INPUTS = 6, MOST_WIDTH = 100 };

/* The columns x1..xd, y of tests/flow/data/NAME.csv. The caller frees them. */
struct dp_samples read_data(const char *name);

struct dp_run relu_run(int64_t width, double gamma, double gamma_prime);

struct dp_record execute(const struct dp_run *run, const struct dp_samples *samples, struct dp_trace *trace);

/* Euler's method over a time for MOST_WIDTH neurons from the weights `first`: relative distances of w and a
 * from there, and the loss. */
double by_euler(const struct dp_samples *s, const double *first, double time, double step, double rd[2]);
