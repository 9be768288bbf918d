// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/network.h"

/* Order parameters and curves, measured on the run in a place of a network. */

struct dp_order {
    double rd, rd_w, rd_a; // |theta - theta(0)| / |theta(0)| of all, of the w (bias included), of the a
};

struct dp_order dp_observe_order(const struct dp_network *net, int lane);

/* The sum of the amplitudes A_k = |a_k| |w_k|, bias included, and the number of active neurons (sum A)^2 /
 * sum A^2; balance: 2 sum A / sum (a^2 + |w|^2), 1 where |a| = |w|. */
struct dp_amplitude {
    double sum, active, balance;
};

struct dp_amplitude dp_observe_amplitude(const struct dp_network *net, int lane);

/* The next step after `step` at which a curve records a point: step 0, 1, then with curve_ratio the first
 * step at least that ratio times the last, and with curve_every the next multiple. With both keys, whichever
 * comes first. */
int64_t dp_observe_next(const struct dp_run *run, int64_t step);

/* Adds a point to the trace's curve, and the weights at this point, if there is room. The caller sets
 * loss_test. */
void dp_observe_point(struct dp_trace *trace, const struct dp_network *net, int lane,
                      const struct dp_curve_point *point);
