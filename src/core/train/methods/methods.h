// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/archive.h"
#include "core/train/methods/placed.h"
#include "core/train/methods/rate.h"

/* The methods of training. A method is a few functions that the loop of train.c calls: to prepare, for a new
 * run in a place, to choose rates, for one step of all places, and to release. A step finds net->residual and
 * the rates of the places up to date, and leaves net->f up to date.
 *
 * The state that a method keeps from step to step is its own: begin allocates it, end frees it, and no other
 * code reads t->state. A method is one file and one row of the table. */

struct dp_repetition;

/* All places of a network, as one array for each quantity, because the loop over places is the innermost one
 * in training. */
struct dp_training {
    struct dp_network *net;
    const struct dp_shape *shape;
    bool batched; // steps take minibatches
    struct dp_placed placed[DP_LANES];
    const struct dp_run *run[DP_LANES];
    bool live[DP_LANES];
    double loss[DP_LANES], loss_first[DP_LANES], time[DP_LANES], rate[DP_LANES];
    double before[DP_LANES], rises[DP_LANES]; // the loss a step ago, and how often it rose
    double lowest[DP_LANES], rise[DP_LANES];  // of all losses so far, and the largest rise above it, relative
    double slack[DP_LANES];                   // what rounding can add to the root of the loss
    double steps[DP_LANES];
    double goal[DP_LANES];  // loss at which a run is done, by stop_loss and stop_drop; -1: none
    double stage[DP_LANES]; // loss at which its initial stage ends (core/observe/early.h); -1: it has, or has
                            // none
    double aim[DP_LANES];   // the next loss that flow lands on: of the stage or the goal
    double amplitude[DP_LANES]; // at which it is done, by stop_growth; INFINITY: none
    // a run needs attention when its loss is not above stop_loss, or its time or steps reach these
    double stop_loss[DP_LANES], stop_time[DP_LANES], stop_steps[DP_LANES];
    double most_steps[DP_LANES];
    double kept_steps[DP_LANES]; // of the last point of its curve
    bool flat[DP_LANES];         // the gradient is zero for good: no step can change anything
    bool spent[DP_LANES];        // flow has taken max_evaluations
    int64_t count[DP_LANES];     // samples in the present batch
    bool last[DP_LANES];         // the present batch is the last of its epoch
    bool epoch_over[DP_LANES];   // the step just taken was the last of an epoch, and stop_loss asks
    double decay[DP_LANES];      // rate_decay
    double base[DP_LANES]; // what is subject to it: learning_rate, or the one chosen; INFINITY: none yet
    double rate_first[DP_LANES]; // NAN: none yet
    bool chosen[DP_LANES];       // learning_rate is auto
    bool changes;                // the rate of any run is not the same at every step
    struct dp_rates rates;
    bool grows; // any run has an amplitude to reach: all are looked at after every step
    struct dp_repetition *repetition[DP_LANES]; // of the run in a place (repetition.h); NULL: none
    bool refused[DP_LANES]; // the step just tried was too long: the run stands where it stood
    void *state;            // owned by the method
};

struct dp_method {
    enum dp_status (*begin)(struct dp_training *t, struct dp_error *error); // NULL: nothing to prepare
    void (*place)(struct dp_training *t, int lane);                         // a new run; NULL: nothing to do
    void (*choose)(struct dp_training *t); // base of places that leave it to us; NULL: none do
    void (*step)(struct dp_training *t);
    // what the losses after a step mean for the runs: fills their time, flat, refused and spent; NULL:
    // nothing
    void (*judge)(struct dp_training *t);
    // what the method alone knows of an outcome; NULL: it makes one evaluation a step
    void (*report)(const struct dp_training *t, int lane, struct dp_outcome *outcome);
    // whether a run that has ended is to be repeated (repetition.h); NULL: none is
    bool (*doubts)(const struct dp_training *t, int lane);
    // what outlives a step beside the arrays above: core/network/archive.h; NULL: nothing
    void (*archive)(struct dp_training *t, int lane, struct dp_archive *archive);
    void (*end)(struct dp_training *t); // NULL: nothing to release
};

extern const struct dp_method dp_descent, dp_gradient_flow, dp_normalized_flow;

/* The method of that tag. */
const struct dp_method *dp_method_of(int64_t method);
