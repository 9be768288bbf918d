// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "farm/scheduling/queue.h"

/* Which kinds of rows are trained first, so that the cost model knows the long runs of each part of the sweep
 * before they are handed out: the cheapest kind of every region, then of every place. */

struct dp_probes {
    int64_t kinds[DP_PLACES]; // of each, one chunk goes first
    int64_t count, next;
};

/* None if the sweep has a single place: nothing is to be told apart. */
void dp_probes_choose(const struct dp_queue *queue, struct dp_probes *probes);
