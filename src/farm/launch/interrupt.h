// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "farm/job/job.h"

/* A signal before the work begins.
 *
 * Rank 0 may then be inside one long call, reading a file from a slow disk, laying out a terabyte or waiting
 * for a sync, and nothing that it calls looks for signals. So a second thread of rank 0 waits for one and
 * ends the job there and then. It removes the lock and what is half made; nothing that stood there before has
 * been touched. */

/* Rank 0: the status of step, which a signal ends together with the job. step makes no call to MPI. Other
 * ranks: DP_OK. */
enum dp_status dp_interruptibly(enum dp_status (*step)(struct dp_job *, struct dp_error *),
                                struct dp_job *job, struct dp_error *error);
