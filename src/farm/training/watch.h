// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/run.h"
#include "farm/job/job.h"

/* What a rank does while its runs train: between two steps it looks whether they have to stop, saves a
 * checkpoint of long ones now and then, and lets rank 0 know that it is alive.
 *
 * Steps last from a tenth of a microsecond to seconds. Two flags are read before every one, or every so many
 * short ones as take some ten microseconds; the clock is read once in some milliseconds. */

struct dp_watcher {
    struct dp_job *job;
    int64_t row;           // first of those in training
    double began, saved;   // on the job's clock
    double seconds;        // that checkpoints say these runs have trained before; of row alone
    double looked;         // at the clock
    int64_t looks, stride; // at the flags since then, and at which it is time again
};

/* Before the rows from `row` on go into training together; run is that of the first. */
struct dp_watch dp_watch_begin(struct dp_watcher *watcher, struct dp_job *job, int64_t row,
                               const struct dp_run *run);

/* The steps between two looks at a run of such data. */
int64_t dp_watch_apart(const struct dp_run *run, const struct dp_samples *file);
