// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm/news.h"
#include "farm/job/job.h"
#include <stdio.h>

/* The store under the program: a file that somebody removed, replaced or cut, or a lock that another job has
 * taken over from one that seemed dead, would let a job work for hours into nothing. */

enum dp_status dp_job_look(const struct dp_job *job, struct dp_error *error)
{
    if (job->rank != 0)
        return DP_OK;
    DP_TRY(dp_store_watch(job->store, error));
    return dp_lock_check(job->lock, error);
}

void dp_job_keep(struct dp_job *job)
{
    static const double pause = 2; // s
    struct dp_error error = {0};
    const double now = dp_job_clock();
    if (now - job->looked < pause)
        return;
    job->looked = now;
    if (dp_job_look(job, &error) == DP_OK)
        return;
    fprintf(stderr, "dewpoint: %s", error.text);
    dp_job_abort(job, dp_exit_code(DP_IO));
}

void dp_job_abort(const struct dp_job *job, int code)
{
    if (job->lock)
        dp_news_remove(job->path);
    dp_lock_remove(job->lock);
    MPI_Abort(MPI_COMM_WORLD, code); // no close: it would wait for all ranks
}
