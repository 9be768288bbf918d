// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdbool.h>
#include <stdint.h>

/* The scheduler: which rows are trained next, in what chunks, and at what estimated cost.
 *
 * Runs last from 0.1 ms to minutes, so work is handed out by time, not by number of rows. A chunk is a
 * contiguous range of rows with about `grain` seconds of estimated work. The longest runs go first (LPT), and
 * chunks shrink in the tail so that the ranks end together. Every chunk also has an overhead, mostly for
 * writing its rows. Chunks grow until the overhead is a small part, and never shrink below that size.
 *
 * The estimate starts from the caller's number of operations. Finished chunks refine it: the scheduler learns
 * the seconds of an evaluation from the size of the runs, the number of evaluations from their place in the
 * sweep, and the speed of each rank. Small runs therefore show where in the sweep the large ones take long.
 *
 * The other policies are the classical ones of loop scheduling, by number of rows and in row order; they are
 * there for comparison. The scheduler is pure: it knows no MPI and no clock, and `dewpoint plan` drives it in
 * virtual time (simulation.h). */

struct dp_scheduler;

enum dp_policy {
    DP_LPT,       // as above
    DP_DYNAMIC,   // one row
    DP_GUIDED,    // ceil(rows left / ranks)
    DP_FACTORING, // for `ranks` chunks in turn: ceil(rows left before them / (2 ranks))
    DP_STATIC,    // the k-th of `ranks` equal blocks
    DP_POLICIES
};
extern const char *const dp_policy_names[]; // DP_POLICIES of them, then NULL

struct dp_chunk {
    int64_t first, count; // rows first..first+count-1; count 0: nothing is left
};

enum { DP_FAMILIES = 16, DP_PLACES = 4096, DP_REGIONS = 64 };

/* The effort of a row, as far as it is known before training. */
struct dp_effort {
    double operations;  // estimated, positive
    double evaluations; // the number of evaluations that this estimate assumes; 0: unknown
    int64_t together;   // how many neighbours train in the time of one row, at least 1; rows are handed out
                        // in groups of this number while there is a group for every rank
    int64_t alike;      // this row and the following ones, so many in all, have this effort; 0: unknown
    int family;         // below DP_FAMILIES: runs of one method, activation and precision
    int place, region;  // below DP_PLACES and DP_REGIONS: the place in the sweep, fine and coarse
};

struct dp_scheduler_options {
    int ranks;    // number of ranks that will ask
    double grain; // seconds of work in a chunk
    enum dp_policy policy;
};

/* The grain for this number of ranks: 20 ms, and more above 400 ranks, so that one dispatcher can serve them.
 */
double dp_scheduler_grain(int ranks);

/* rows: number of runs; done[row]: already finished (NULL: none). effort is called in the order of rows. */
enum dp_status dp_scheduler_create(int64_t rows, const bool *done,
                                   struct dp_effort (*effort)(int64_t row, void *context), void *context,
                                   const struct dp_scheduler_options *options,
                                   struct dp_scheduler **scheduler, struct dp_error *error);

/* From now on, hands out only runs that are expected to finish within this many seconds. Runs that take
 * longer than `budget`, the time of a whole job, are still handed out: they would never fit, and they leave a
 * checkpoint. INFINITY: no limit. */
void dp_scheduler_limit(struct dp_scheduler *scheduler, double seconds, double budget);

/* The next chunk for a rank. */
struct dp_chunk dp_scheduler_next(struct dp_scheduler *scheduler, int rank);

/* Whether the rank that gets this chunk should ask for the next one before it trains this one. Only a chunk
 * that is shorter than a message and its reply benefits; prefetching a longer one would hold back rows that
 * an idle rank could train. Always false when few rows are left. */
bool dp_scheduler_prefetches(const struct dp_scheduler *scheduler, struct dp_chunk chunk);

/* A finished chunk: its rows, the seconds of their training, the seconds spent besides, and the sum of their
 * evaluations (0: unknown). All estimates are refined. */
struct dp_finished {
    struct dp_chunk chunk;
    double seconds, overhead, evaluations;
};
void dp_scheduler_finished(struct dp_scheduler *scheduler, int rank, const struct dp_finished *finished);

/* Adds knowledge from elsewhere: this many rows with this effort took this long, for so many evaluations or,
 * if evaluations is 0, for as many as the effort assumes; then only the seconds of an evaluation are learned.
 * Call dp_scheduler_learned after the last one. */
void dp_scheduler_learn(struct dp_scheduler *scheduler, const struct dp_effort *effort, double rows,
                        double seconds, double evaluations);
void dp_scheduler_learned(struct dp_scheduler *scheduler);

/* Finished rows and all rows (both include rows that were done before), the estimated seconds of work left
 * for one rank, and those of one row. */
int64_t dp_scheduler_rows_done(const struct dp_scheduler *scheduler);
int64_t dp_scheduler_rows(const struct dp_scheduler *scheduler);
double dp_scheduler_work_left(const struct dp_scheduler *scheduler);
double dp_scheduler_row_seconds(const struct dp_scheduler *scheduler, int64_t row);

/* The estimated seconds of a chunk of rows that were not done before, to which the evaluations are added
 * unless that is NULL; and of one row of this effort, which need not be in the queue. */
double dp_scheduler_expected(const struct dp_scheduler *scheduler, struct dp_chunk chunk,
                             double *evaluations);
double dp_scheduler_expected_of(const struct dp_scheduler *scheduler, const struct dp_effort *effort);

void dp_scheduler_free(struct dp_scheduler *scheduler);
