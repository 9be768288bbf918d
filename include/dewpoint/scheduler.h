// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stdbool.h>
#include <stdint.h>

/* The scheduler: which rows are trained next, in what chunks, and at what estimated cost.
 *
 * Runs last from 0.1 ms to seconds, so work is handed out by time, not by number of rows. A chunk is a
 * contiguous range of rows of one width with about `grain` seconds of estimated work. The biggest runs go
 * first (LPT), and chunks shrink in the tail so that the ranks end together. The estimate is the caller's
 * cost of a row (operations) times a rate that is learned from finished chunks. Every chunk also has an
 * overhead of a tenth of a millisecond to tens of milliseconds, mostly for syncing its rows to disk. Chunks
 * grow until the overhead is a small part, and never shrink below that size. The scheduler is pure: it knows
 * no MPI and no clock, and `dewpoint plan` can drive it in virtual time. */

struct dp_scheduler;

struct dp_chunk {
    int64_t first, count; // rows first..first+count-1; count 0: nothing is left
};

/* The effort of a row: estimated operations (positive), and how many neighbours train in the time of one row
 * (at least 1). Rows are handed out in groups of this number while there is a group for every rank. */
struct dp_effort {
    double operations;
    int64_t together;
};

/* rows: number of runs; done[row]: already finished (NULL: none); ranks: number of ranks that will ask;
 * grain: seconds of work in a chunk (0.02). */
enum dp_status dp_scheduler_create(int64_t rows, const bool *done,
                                   struct dp_effort (*effort)(int64_t row, void *context), void *context,
                                   int ranks, double grain, struct dp_scheduler **scheduler,
                                   struct dp_error *error);

/* From now on, hands out only runs that are expected to finish within this many seconds. Runs that take
 * longer than `budget`, the time of a whole job, are still handed out: they would never fit, and they leave a
 * checkpoint. INFINITY: no limit. */
void dp_scheduler_limit(struct dp_scheduler *scheduler, double seconds, double budget);

/* The next chunk to hand out. */
struct dp_chunk dp_scheduler_next(struct dp_scheduler *scheduler);

/* Whether the rank that gets this chunk should ask for the next one before it trains this one. Only a chunk
 * that is shorter than a message and its reply benefits; prefetching a longer one would hold back rows that
 * an idle rank could train. Always false when few rows are left. */
bool dp_scheduler_prefetches(const struct dp_scheduler *scheduler, struct dp_chunk chunk);

/* Reports a finished chunk that took `seconds` of training and `overhead` seconds besides; both estimates are
 * refined. */
void dp_scheduler_finished(struct dp_scheduler *scheduler, struct dp_chunk chunk, double seconds,
                           double overhead);

/* Finished rows, all rows (both include rows that were done before), and the estimated seconds of work left
 * for one rank. */
int64_t dp_scheduler_rows_done(const struct dp_scheduler *scheduler);
int64_t dp_scheduler_rows(const struct dp_scheduler *scheduler);
double dp_scheduler_work_left(const struct dp_scheduler *scheduler);

void dp_scheduler_free(struct dp_scheduler *scheduler);
