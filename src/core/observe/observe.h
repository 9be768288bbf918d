// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/network.h"

/* What is read off the run in a place of a network: order parameters and curves. */

struct dp_order {
    double rd, rd_w, rd_a; // |theta - theta(0)| / |theta(0)| of all, of the w (bias included), of the a
};

struct dp_order dp_observe_order(const struct dp_network *net, int lane);

/* Of the amplitudes A_k = |a_k| |w_k|, bias included: their sum, and (sum A)^2 / sum A^2, how many are
 * active. */
struct dp_amplitude {
    double sum, active;
};

struct dp_amplitude dp_observe_amplitude(const struct dp_network *net, int lane);

/* The next step after `step` at which a curve keeps a point: steps 0, 1, then by curve_ratio the first at
 * least ratio times the last, by curve_every the next multiple; with both whichever comes first. */
int64_t dp_observe_next(const struct dp_run *run, int64_t step);

/* Adds a point to the trace's curve, and the weights to those along it, if there is room. loss_test is the
 * caller's. */
void dp_observe_point(struct dp_trace *trace, const struct dp_network *net, int lane,
                      const struct dp_curve_point *point);
