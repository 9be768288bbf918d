// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network.h"

/* Training: the loop that all methods share, and the table of methods.
 *
 * L = (1/n) sum_i (f(x_i) - y_i)^2. A method takes all the runs in a network's places from one step to the next and
 * leaves the new outputs in net->f; the loop measures the losses, keeps the curves and decides when a run is over:
 * done when the loss is at or below stop_loss, or at stop_time, or after max_steps where neither was asked for;
 * step limit after max_steps where one was; diverged when the loss is not finite. A run that is over makes room for
 * the next one; the others go on. */

struct dp_outcome {
    enum dp_run_status status;
    int64_t steps;
    double time;             // sum of the step sizes; NAN for adam, which has none
    double loss_first, loss; // at step 0 and at the end
};

/* Where runs come from and go to. */
struct dp_source {
    void *context;
    /* Puts another run into a place of net: its parameters, and *run and *trace (may be NULL) for the loop. False when
     * there are no more, or on failure. */
    bool (*next)(void *context, struct dp_network *net, int lane, const struct dp_run **run,
                 struct dp_trace **trace);
    /* Takes what the run in a place has come to, while its parameters still stand there. */
    void (*done)(void *context, const struct dp_network *net, int lane, const struct dp_outcome *outcome);
};

/* Trains all runs of a source, which have the method and the shape that net was acquired for. */
enum dp_status dp_train(enum dp_method_id method, struct dp_network *net, const struct dp_source *source,
                        struct dp_error *error);
