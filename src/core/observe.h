// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network.h"

/* What is read off the run in a place of a network: order parameters and curves. */

struct dp_order {
    double rd, rd_w, rd_a; // |theta - theta(0)| / |theta(0)| of all, of the w (bias included), of the a
};

struct dp_order dp_observe_order(const struct dp_network *net, int lane);

/* The next step after `step` at which a curve keeps a point: steps 0, 1, then the next whole number that is at
 * least ratio times the last. */
int64_t dp_observe_next(int64_t step, double ratio);

/* Adds a point to the trace's curve, if it has room. */
void dp_observe_curve(struct dp_trace *trace, const struct dp_network *net, int lane, int64_t step,
                      double time, double loss);
