// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "farm/job/job.h"

/* When a job is to end before its sweep is complete, and when the runs in hand then have to stop.
 *
 * A signal on any rank, the end of the time budget, or too many failed runs stop the job: nothing more is
 * handed out. A run in hand may finish within the seconds of --grace; then it leaves a checkpoint. There is
 * no grace at the end of the time budget, after a second signal, and after SIGINT, SIGTERM or SIGHUP under
 * Open MPI's mpirun, which kills its ranks one second after it has passed SIGTERM on. */

enum { DP_OUT_OF_TIME = -1, DP_TOO_MANY_FAILURES = -2 }; // values of job->stop beside signals

/* Seconds from now until the work must end: the smaller of --time-budget and what SLURM_JOB_END_TIME leaves,
 * less a margin for closing the store and for what the job script does afterwards; INFINITY when there is no
 * such end. */
double dp_stop_budget(const struct dp_farm_options *options);

/* Why the job is to stop, 0 when it is not; keeps it in job->stop. Any thread. */
int dp_stop_reason(struct dp_job *job);

/* Seconds that runs in hand then have. */
double dp_stop_grace(const struct dp_job *job, int reason);

/* The same for the thread that trains: when its run in hand must stop, on the job's clock; INFINITY: not at
 * all. */
double dp_stop_time(struct dp_job *job, double now);

/* "stopped by SIGTERM" */
const char *dp_stop_text(int reason, char text[static 64]);
