// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/data/batches.h"
#include "core/network/network.h"

/* A run in training: what it needs, and what it has reached. */

struct dp_outcome {
    enum dp_run_status status;
    enum dp_stop stop;
    int64_t steps, evaluations;
    int64_t jacobians; // as in struct dp_record, like the next
    double flow_error;
    double time;             // sum of the step sizes; NAN for adam, which has none
    double loss_first, loss; // at step 0 and at the end
    int64_t loss_rises;      // as in struct dp_record, like the next
    double loss_rise;
    double rate_first, rate;
};

/* A run that was put into a place. */
struct dp_placed {
    const struct dp_run *run;
    bool curve;                 // point is wanted
    struct dp_batches *batches; // if it takes minibatches, else NULL; lives until done
    const void *state;          // to continue from; NULL: from the start
    size_t state_size;
};
