// SPDX-License-Identifier: BSD-3-Clause
#include "farm/dispatch/progress.h"
#include <math.h>

/* How long the run will take by its steps so far; 0 if they do not tell: it may stop earlier, flow chooses
 * its steps, and small networks share their time. */
static double seconds_by_steps(const struct dp_job *job, const struct dp_in_training *at)
{
    struct dp_run run;
    if (!at || !(at->step_seconds > 0))
        return 0;
    dp_sweep_run(&job->sweep, at->row, &run);
    if (run.method == DP_FLOW || run.method == DP_NORMALIZED_FLOW || run.stop_loss > 0 ||
        dp_run_companions(&run) > 1)
        return 0;
    return at->step_seconds * (double)dp_run_most_steps(&run, dp_inputs_data(&job->inputs, &run));
}

double dp_progress_left(const struct dp_job *job, bool any_ended, const struct dp_in_training *oldest,
                        bool *known)
{
    const double left = dp_scheduler_work_left(job->scheduler) / job->ranks;
    const double seconds = any_ended ? 0 : seconds_by_steps(job, oldest);
    const double expected = seconds > 0 ? dp_scheduler_row_seconds(job->scheduler, oldest->row) : 0;
    *known = any_ended || expected > 0;
    return expected > 0 ? fmax(0, left * seconds / expected - oldest->seconds) : left;
}
