// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/run.h"
#include "dewpoint/samples.h"

/* The data of a run: the points to fit and the points to test on.
 *
 * A target is a function y(x) with its usual number of inputs, samples and interval; the keys samples, inputs,
 * points, low and high override these. Points are equispaced (ends included), or drawn uniformly or normally from
 * data_seed. Test points: for equispaced data an equispaced grid reaching a quarter of the interval beyond both
 * ends; for drawn data fresh draws from the same distribution. Targets without a function (random labels, files)
 * have no test points. */

/* Fills train and test (test->count 0: none). file: the data of run->file for target file, else NULL; train then
 * is a copy. The caller frees both. */
enum dp_status dp_data_make(const struct dp_run *run, const struct dp_samples *file, struct dp_samples *train,
                            struct dp_samples *test, struct dp_error *error);

/* How many inputs and samples the run's data has. */
int64_t dp_data_inputs(const struct dp_run *run, const struct dp_samples *file);
int64_t dp_data_count(const struct dp_run *run, const struct dp_samples *file);

/* Checks the data keys against the target: DP_BAD_INPUT names what does not fit. */
enum dp_status dp_data_check(const struct dp_run *run, struct dp_error *error);
