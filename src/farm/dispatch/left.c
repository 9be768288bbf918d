// SPDX-License-Identifier: BSD-3-Clause
#include "farm/dispatch/progress.h"
#include <math.h>

/* How long the run will take by its steps so far; 0 if they do not tell: it may end earlier, and small
 * networks share their time. */
static double seconds_by_steps(const struct dp_job *job, const struct dp_in_training *at)
{
    struct dp_run run;
    if (!at || !(at->step_seconds > 0))
        return 0;
    dp_sweep_run(&job->sweep, at->row, &run);
    if (dp_run_may_end_early(&run) || dp_run_companions(&run) > 1)
        return 0;
    return at->step_seconds * (double)dp_run_most_steps(&run, dp_inputs_data(&job->inputs, &run));
}

/* The seconds left when every rank is in its last run: until the oldest run ends, if that is later than the
 * others are expected to end. NAN if it has taken longer than expected, because other runs then do not tell
 * when it ends. */
static double seconds_of_last(double left, int64_t rows, double seconds, const struct dp_in_training *oldest)
{
    if (oldest->seconds >= seconds)
        return NAN;
    return rows == 1 ? seconds - oldest->seconds : fmax(left, seconds - oldest->seconds);
}

double dp_progress_left(const struct dp_job *job, bool any_ended, const struct dp_in_training *oldest,
                        bool *known)
{
    const int64_t rows = dp_scheduler_rows(job->scheduler) - dp_scheduler_rows_done(job->scheduler);
    const double left = dp_scheduler_work_left(job->scheduler) / fmax(1, fmin(job->ranks, (double)rows));
    const double by_steps = seconds_by_steps(job, oldest);
    const bool is_long = oldest && oldest->seconds >= DP_LONG_RUN;
    const double expected =
        by_steps > 0 || is_long ? dp_scheduler_row_seconds(job->scheduler, oldest->row) : 0;
    *known = any_ended || (by_steps > 0 && expected > 0);
    if (!any_ended)
        return *known ? fmax(0, left * by_steps / expected - oldest->seconds) : left;
    return rows <= job->ranks && is_long
               ? seconds_of_last(left, rows, by_steps > 0 ? by_steps : expected, oldest)
               : left;
}
