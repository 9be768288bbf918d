// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/farm/knowledge.h"

/* What a sweep will cost: work, and the makespan on a number of ranks, which the real scheduler finds on a
 * virtual clock (simulation.h). */

struct dp_forecast {
    double work, low, high;     // core seconds, and the range in which they are expected
    double longest;             // s, the longest run
    double makespan, bound;     // s on `ranks` ranks, and what no schedule can go below
    double efficiency;          // work / (ranks x (makespan + start and end of the job))
    int64_t ranks, ranks_worth; // ranks_worth: the most ranks with an efficiency of .8
    double memory;              // bytes a rank
    double time_limit;          // s to ask a batch system for
};

/* knowledge: what is known, perhaps nothing. */
enum dp_status dp_forecast_make(const struct dp_efforts *efforts, const struct dp_knowledge *knowledge,
                                int ranks, struct dp_forecast *estimate, struct dp_error *error);
