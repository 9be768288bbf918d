// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "farm/job/job.h"

/* Runs that crash their rank: a segmentation fault ends all ranks, so the next job must know which run it
 * was.
 *
 * The rank that crashes adds a line "FIRST COUNT RANK SIGNAL" to the file STORE.crashes, the rows that were
 * in training, and then goes on to crash. The next job trains these rows one by one; one that crashes a
 * second time is recorded as failed by the job after, without being trained. What ends a rank without a
 * signal that it could catch, such as the kernel's SIGKILL when memory is short, leaves no line. */

/* From now on, for the store of the job. */
void dp_crash_catch(const struct dp_job *job);

/* The rows that are in training; count 0: none. */
void dp_crash_rows(int64_t first, int64_t count);

/* Rank 0: reads the lines of earlier jobs into job->suspects, but for rows that are done, and tells of them.
 */
enum dp_status dp_crash_read(struct dp_job *job, struct dp_error *error);

/* Rank 0: removes the lines, because the store is new, its rows get other numbers, or every run is complete.
 */
void dp_crash_forget(const struct dp_job *job);
