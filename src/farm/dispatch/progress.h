// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "farm/job/job.h"

/* What the user sees while the ranks train: on a terminal one line, rewritten; in a log file a line now and
 * then. All of it goes to stderr, but for the result, which goes to stdout. For other programs there are
 * lines of JSON instead, on stdout, each with a member "event": progress or end. Rank 0 only. */

struct dp_progress {
    bool quiet, terminal;
    double began, last; // on the job's clock
    int64_t before;     // rows that were done when we began
};

void dp_progress_begin(struct dp_progress *progress, const struct dp_job *job);

/* Prints if it is time; call it often. oldest: the run that has been in training longest, told of when it
 * takes long. */
void dp_progress_update(struct dp_progress *progress, const struct dp_job *job,
                        const struct dp_in_training *oldest);

/* Seconds in training from which on a run is spoken of. */
enum { DP_LONG_RUN = 5 };

/* left.c. The seconds until the job is done. As long as no row has ended, the scheduler has only its model; a
 * run in training that will take all of its steps then tells how far off that is. NAN when only the last runs
 * are in training, and one has taken longer than expected. *known: the seconds do not come from the model
 * alone. */
double dp_progress_left(const struct dp_job *job, bool any_ended, const struct dp_in_training *oldest,
                        bool *known);

/* Leaves the line as it stands, so that something else can be printed. */
void dp_progress_end(struct dp_progress *progress, const struct dp_job *job);

/* The result on stdout: runs by status, time, ranks, store; and why the job stopped (0: it did not) on
 * stderr. */
void dp_progress_result(const struct dp_job *job, int stopped);

/* progress_json.c. The same for other programs. */
void dp_progress_json(const struct dp_progress *progress, const struct dp_job *job,
                      const struct dp_in_training *oldest, double now);
void dp_progress_result_json(const struct dp_job *job, int stopped);
