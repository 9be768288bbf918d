// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/run.h"

/* The data and the linear modes of a run, computed without training it, for figures and for other programs.
 * Training uses the same data. */

/* The points that the run fits and the points that it is tested on (none if test->count is 0). Streaming data
 * give the first frame. file: the data of run->file, else NULL. The caller frees both. */
enum dp_status dp_run_data(const struct dp_run *run, const struct dp_samples *file, struct dp_samples *train,
                           struct dp_samples *test, struct dp_error *error);

/* The modes of the best linear map M = U diag(s) V^T of the run's data in its original basis, with s
 * descending. u [o][o] and v [d][d] hold the vectors as columns; s has min(o, d) values. In the synaptic
 * basis a map A, such as M or the product of a linear network's layers, becomes U^T A V. DP_BAD_INPUT when
 * the inputs do not span R^d. */
enum dp_status dp_run_modes(const struct dp_run *run, const struct dp_samples *file, double *u, double *s,
                            double *v, struct dp_error *error);
