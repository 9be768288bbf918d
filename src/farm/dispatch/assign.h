// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/farm/news.h"
#include "farm/job/job.h"

/* What rank 0 decides: who gets which rows, what becomes of rows that failed, and which rank has gone silent.
 * No messages: messages.c carries them.
 *
 * A row that could not be trained is given once more, to another rank while there is a choice, and then
 * recorded as failed. Rows that were in training when an earlier job crashed are tried one by one in the same
 * way. */

struct dp_returned {
    struct dp_task task;
    int rank; // that had it; -1: none of this job
};

struct dp_assignments {
    struct dp_job *job;
    int workers; // that have not left
    struct dp_assigned_rank {
        double heard;          // from it, on the job's clock
        double reported;       // a chunk
        struct dp_chunk chunk; // the last one that it was given
        bool busy;             // with it
        struct dp_in_training training;
        bool left, silent; // silent: has been named
        bool released;     // has been sent its word to stop
        int word;
        MPI_Request sending; // of it
    } * ranks;
    double began;    // on the job's clock
    double looked;   // when they were watched
    double stopping; // since when the job is to stop; 0: it is not
    bool announced;  // what it then waits for
    double told;     // when the last news were made
    struct dp_returned *returned;
    int64_t returned_count;
};

enum dp_status dp_assignments_open(struct dp_assignments *a, struct dp_job *job, struct dp_error *error);

/* The next task for a rank; count 0: none. */
struct dp_task dp_assignments_next(struct dp_assignments *a, int rank, double now);

/* What a rank reports. */
void dp_assignments_report(struct dp_assignments *a, int rank, const struct dp_report *report, double now);

/* Where a run of the rank stands. */
void dp_assignments_see(struct dp_assignments *a, int rank, const struct dp_in_training *at, double now);

/* The run that has been in training longest, .seconds 0 when none is known. */
struct dp_in_training dp_assignments_oldest(const struct dp_assignments *a, double now);

void dp_assignments_leave(struct dp_assignments *a, int rank);

/* Names ranks that have been silent for two minutes, and says what a job that was told to stop waits for.
 * False when the job is to stop and a rank keeps it from doing so: then it must be ended without that rank.
 */
bool dp_assignments_watch(struct dp_assignments *a, double now);

/* news.c. True every few seconds: then *news is what other processes are to be told. */
bool dp_assignments_news(struct dp_assignments *a, double now, struct dp_news *news);

void dp_assignments_close(struct dp_assignments *a);
