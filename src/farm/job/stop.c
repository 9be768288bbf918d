// SPDX-License-Identifier: BSD-3-Clause
#include "farm/job/stop.h"
#include "farm/job/signals.h"
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const double least_margin = 3, most_margin = 60, margin_share = .05; // s, s, of what is left

static double until_slurm_ends(void)
{
    const char *text = getenv("SLURM_JOB_END_TIME"); // seconds since 1970
    char *end = NULL;
    const double at = text ? strtod(text, &end) : 0;
    if (!text || end == text || *end != '\0' || !(at > 0))
        return INFINITY;
    const double left = at - (double)time(NULL);
    if (left <= 0) // of another job, or of one whose time was extended
        return INFINITY;
    return left - fmin(fmax(margin_share * left, least_margin), most_margin);
}

double dp_stop_budget(const struct dp_farm_options *options)
{
    return fmax(0, fmin(options->time_budget, until_slurm_ends()));
}

int dp_stop_reason(struct dp_job *job)
{
    int none = 0;
    const int signal = dp_signals_caught();
    if (signal)
        atomic_compare_exchange_strong(&job->stop, &none, signal);
    else if (job->deadline < INFINITY && dp_job_clock() >= job->deadline)
        atomic_compare_exchange_strong(&job->stop, &none, DP_OUT_OF_TIME);
    return atomic_load(&job->stop);
}

double dp_stop_grace(const struct dp_job *job, int reason)
{
    const bool killed_soon = job->under_mpirun && (reason == SIGTERM || reason == SIGINT || reason == SIGHUP);
    return reason == DP_OUT_OF_TIME || killed_soon ? 0 : job->options->grace;
}

double dp_stop_time(struct dp_job *job, double now)
{
    const int reason = dp_stop_reason(job);
    if (reason && !isfinite(job->stop_time))
        job->stop_time = fmin(now + dp_stop_grace(job, reason), fmax(now, job->deadline));
    if (dp_signals_count() > 1)
        job->stop_time = fmin(job->stop_time, now);
    return job->stop_time;
}

const char *dp_stop_text(int reason, char text[static 64])
{
    if (reason == DP_OUT_OF_TIME)
        snprintf(text, 64, "stopped at the end of its time budget");
    else if (reason == DP_TOO_MANY_FAILURES)
        snprintf(text, 64, "stopped by too many failed runs");
    else
        snprintf(text, 64, "stopped by %s", dp_signals_name(reason));
    return text;
}
