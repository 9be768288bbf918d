// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/farm/scheduler.h"
#include "dewpoint/inputs/inputs.h"
#include "dewpoint/sweep/sweep.h"

/* What the scheduler is told of a run before it is trained: estimated operations, family, and place in the
 * sweep.
 *
 * The place is a cell of a grid over the swept keys other than width and seeds: width is part of the
 * operations, and seeds change little. Texts have a bin by their spelling. Runs of another sweep have the
 * place that is nearest, so that what its store tells of costs holds here. */

enum { DP_EFFORT_AXES = 8 }; // of those that are swept, the first ones count

struct dp_efforts {
    const struct dp_sweep *sweep;
    const struct dp_inputs *inputs;
    int64_t seeds; // of a cell, at most
    int axis_count;
    struct dp_effort_axis {
        const struct dp_key *key;
        double low, high;
        int bins, coarse; // for place and region
    } axes[DP_EFFORT_AXES];
};

/* Looks at some rows of the sweep. sweep and inputs must outlive the result; nothing is allocated. */
void dp_efforts_open(const struct dp_sweep *sweep, const struct dp_inputs *inputs,
                     struct dp_efforts *efforts);

/* Of a run of this sweep or of another; file: as for dp_run_cost. */
struct dp_effort dp_effort_of(const struct dp_efforts *efforts, const struct dp_run *run,
                              const struct dp_samples *file);

/* Whether the scheduler can take rows of two efforts for rows of one cost. */
bool dp_efforts_agree(const struct dp_effort *a, const struct dp_effort *b);

/* Of a row; context is a struct dp_efforts: for dp_scheduler_create. */
struct dp_effort dp_effort_of_row(int64_t row, void *context);
