// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/run.h"

/* A run seen from outside, without training it: its data and its linear modes. For figures and for other
 * programs; what training uses is the same. */

/* The points that the run fits, and those that it is tested on (test->count 0: none). Of streaming data the
 * first frame. file: the data of run->file, else NULL. The caller frees both. */
enum dp_status dp_run_data(const struct dp_run *run, const struct dp_samples *file, struct dp_samples *train,
                           struct dp_samples *test, struct dp_error *error);

/* The modes of the best linear map M = U diag(s) V^T of the run's data in its original basis, s descending: u
 * [o][o] and v [d][d] hold the vectors as columns, s [min(o, d)]. M - the product of a linear network's
 * layers - is U^T M V in the synaptic basis. DP_BAD_INPUT when the inputs do not span R^d. */
enum dp_status dp_run_modes(const struct dp_run *run, const struct dp_samples *file, double *u, double *s,
                            double *v, struct dp_error *error);
