// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network.h"

/* Training: the loop that all methods share, and the table of methods.
 *
 * L = (1/n) sum_i (f(x_i) - y_i)^2. A method takes the network from one step to the next and leaves the new
 * outputs in net->f; the loop measures the loss, keeps the curve and decides when to stop:
 * done when the loss is at or below stop_loss, or at stop_time, or after max_steps where neither was asked for;
 * step limit after max_steps where one was; diverged when the loss is not finite. */

struct dp_outcome {
    enum dp_run_status status;
    int64_t steps;
    double time;             // sum of the step sizes; NAN for adam, which has none
    double loss_first, loss; // at step 0 and at the end
};

/* Trains net in place by run's method. trace may be NULL. */
enum dp_status dp_train(const struct dp_run *run, struct dp_network *net, struct dp_trace *trace,
                        struct dp_outcome *outcome, struct dp_error *error);
