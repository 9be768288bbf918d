// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stdbool.h>
#include <stdint.h>

/* Who trains which rows next: the queue, the cost model and the size of a chunk, on any clock.
 *
 * Runs last from 0.1 ms to seconds, so they are handed out by time, not by number: chunks of contiguous rows
 * of one width worth about `grain` seconds of estimated work, biggest runs first (LPT), smaller chunks in the
 * tail so that the ranks end together. The estimate is the caller's cost of a row (operations) times a rate
 * learned from the chunks that came back. Every chunk also costs an overhead, mostly the disk's sync of its
 * rows, from a tenth of a millisecond to tens of them: chunks grow until that is a small part, and never
 * shrink below it. Pure: no MPI, no clock; `dewpoint plan` can drive it in virtual time. */

struct dp_scheduler;

struct dp_chunk {
    int64_t first, count; // rows first..first+count-1; count 0: nothing left to hand out
};

/* What a row takes: estimated operations (positive), and how many neighbours train in the time of one (at
 * least 1): such rows are handed out in that number, as long as there are that many for every rank. */
struct dp_effort {
    double operations;
    int64_t together;
};

/* rows: how many runs; done[row]: already finished (NULL: none); ranks: who will ask; grain: seconds of work
 * a chunk should hold (0.02). */
enum dp_status dp_scheduler_create(int64_t rows, const bool *done,
                                   struct dp_effort (*effort)(int64_t row, void *context), void *context,
                                   int ranks, double grain, struct dp_scheduler **scheduler,
                                   struct dp_error *error);

/* From now on nothing is handed out that is not expected to finish within so many seconds, but for runs that
 * take longer than `budget`, the time that a whole job has: they never would, and leave a checkpoint.
 * INFINITY: no end. */
void dp_scheduler_limit(struct dp_scheduler *scheduler, double seconds, double budget);

/* The next chunk to hand out. */
struct dp_chunk dp_scheduler_next(struct dp_scheduler *scheduler);

/* Whether the rank that is given this chunk should ask for the next one before it trains this one. Only a
 * chunk that is short against a message and its reply gains by that; a longer one would hold rows back that
 * an idle rank could train. Never when few rows are left. */
bool dp_scheduler_prefetches(const struct dp_scheduler *scheduler, struct dp_chunk chunk);

/* A chunk came back after seconds of training and overhead seconds beside it: refines both estimates. */
void dp_scheduler_finished(struct dp_scheduler *scheduler, struct dp_chunk chunk, double seconds,
                           double overhead);

/* Rows finished and rows in all (done ones included), and the estimated seconds of one rank's work left. */
int64_t dp_scheduler_rows_done(const struct dp_scheduler *scheduler);
int64_t dp_scheduler_rows(const struct dp_scheduler *scheduler);
double dp_scheduler_work_left(const struct dp_scheduler *scheduler);

void dp_scheduler_free(struct dp_scheduler *scheduler);
