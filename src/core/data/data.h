// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/data/target.h"
#include "dewpoint/core/samples.h"

/* The data of a run: the points to fit and the points to test on.
 *
 * Targets and their protocols are in target.h. Points are equispaced (ends included), or drawn by data_seed:
 * uniformly, normally, or `decorrelated`, which is normal with an exactly diagonal sample covariance. The
 * second half of normal inputs has a variance smaller by input_ratio. Test points are an equispaced grid,
 * reaching a quarter of the interval beyond both ends, for equispaced data; fresh draws from the same
 * distribution for drawn data; and the test samples of the file for files. Other targets without a function
 * have no test points.
 *
 * When data stream, every epoch has its own frame. Frame 0 is the set that dp_data_make gives. Each frame
 * depends only on the run and the number of the frame.
 *
 * Normal noise of standard deviation run->noise, drawn by data_seed, is added to the training labels of every
 * target and frame, but not to those of the test points.
 *
 * In the synaptic basis, inputs and targets are rotated into the singular vectors of the best linear map
 * (linear.h). */

/* Fills train and test (test->count 0: none). file: the data of run->file for target file, else NULL; train
 * then is a copy. The caller frees both. */
enum dp_status dp_data_make(const struct dp_run *run, const struct dp_samples *file, struct dp_samples *train,
                            struct dp_samples *test, struct dp_error *error);

/* How many samples (of the first frame) the run's data has. */
int64_t dp_data_count(const struct dp_run *run, const struct dp_samples *file);

/* How the points of the run are placed, and between which ends: its keys, or the target's own. */
enum dp_points dp_data_points(const struct dp_run *run);
double dp_data_low(const struct dp_run *run);
double dp_data_high(const struct dp_run *run);

/* The number of samples in the frame of an epoch: n, or n floor(log(10 + 10 epoch)) when data grow. */
int64_t dp_data_frame_count(const struct dp_run *run, const struct dp_samples *file, int64_t epoch);

/* Draws the frame of an epoch into samples, whose arrays have room for it, and sets its count. */
void dp_data_frame(const struct dp_run *run, int64_t epoch, const struct dp_labels *labels,
                   struct dp_samples *samples);
