// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "farm/job/job.h"

/* The ideal time of the work over its makespan: the training spread evenly, or the longest run if that is
 * more. The parts of the ranks' time that went elsewhere, in percent. */
struct dp_shares {
    double bound; // s
    double quality;
    double training, storing, dispatch, tail;
};
struct dp_shares dp_spent_shares(const struct dp_job *job);
