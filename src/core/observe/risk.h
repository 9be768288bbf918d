// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/network.h"

/* The risk of a run: the distance of its network from the target without noise.
 *
 * For each output it is the mean over the test samples of |f - y| (L1) or (f - y)^2 (L2); the risk is the sum
 * over the outputs. Unlike the test loss, its scale does not depend on the run's reduction. In the synaptic
 * basis an output is a mode of the data. */

struct dp_risk {
    double all, first, last; // of the outputs together, of the first and of the last; NAN: not measured
};

/* The risk by run->risk; NAN without it or without test samples. DP_NO_MEMORY. */
enum dp_status dp_risk(const struct dp_network *net, int lane, const struct dp_run *run,
                       const struct dp_samples *test, struct dp_risk *risk, struct dp_error *error);

/* Fills in the columns of the record about the smallest risk along a curve; they are NAN and -1 if no point
 * has a risk. */
void dp_risk_least(const struct dp_curve_point *curve, int64_t points, struct dp_record *record);
