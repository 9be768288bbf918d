// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/directions.h"
#include "dewpoint/core/linear_modes.h"
#include <stdbool.h>

/* The risk of a linear network from the closed form of its modes (dewpoint/core/linear_modes.h).
 *
 * The risk on test samples (x, y) of the network U diag(z) V^T is a sum of parabolas, sum_c (A_c z_c^2 - 2
 * B_c z_c) + mean |y|^2 with A_c = mean (v_c.x)^2 and B_c = mean (u_c.y)(v_c.x). If labels are noisy, s
 * differs from what the test labels say, and the risk may have its minimum before the end. */

/* Whether the modes of the run have a closed form for a risk; its neurons at the start are then needed. */
bool dp_modes_predict(const struct dp_run *run);

/* The smallest L2 risk of the closed form up to the flow time of the record, and its time: fills in
 * risk_least_predicted and risk_least_time_predicted. train and test are those of the run; start: its neurons
 * before training. DP_NO_MEMORY on failure. */
enum dp_status dp_modes_least_risk(const struct dp_run *run, const struct dp_samples *train,
                                   const struct dp_samples *test, const struct dp_neurons *start,
                                   struct dp_record *record, struct dp_error *error);
