// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/core/run.h"
#include "farm/training/watch.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* What it costs that a run looks for a stop all the time: the smallest networks are trained with and
 * without a watch, in turns, and the best times are compared. Fails above half a percent. */

enum { ROUNDS = 25, MOST = 16 };
static const double bound = .005;

/* Of this thread alone, whatever else the machine does. */
static double cpu_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double seconds(const struct dp_run *run, int64_t count, struct dp_job *job)
{
    struct dp_error error = {0};
    struct dp_record records[MOST];
    struct dp_run runs[MOST];
    struct dp_work work[MOST];
    for (int64_t i = 0; i < count; i++) {
        runs[i] = *run;
        runs[i].seed = i;
        work[i] = (struct dp_work){.run = &runs[i], .record = &records[i], .shares_data = i > 0};
    }
    struct dp_watcher watcher;
    struct dp_watch watch = {0};
    if (job)
        watch = dp_watch_begin(&watcher, job, 0, run);
    const double began = cpu_time();
    const enum dp_status status = job ? dp_runs_execute_watched(work, count, NULL, &watch, &error)
                                      : dp_runs_execute(work, count, NULL, &error);
    const double took = cpu_time() - began;
    if (status != DP_OK || records[0].steps != run->max_steps) {
        fprintf(stderr, "%sa run took %lld steps\n", error.text, (long long)records[0].steps);
        exit(2);
    }
    return took;
}

int main(void)
{
    static const struct {
        int64_t width, together;
    } cases[] = {{10, 1}, {10, 16}, {100, 1}, {1000, 1}};
    const struct dp_farm_options options = {.grace = 20, .checkpoint = 60};
    struct dp_job job = {.options = &options, .deadline = INFINITY, .stop_time = INFINITY};
    int dear = 0;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct dp_run run = dp_run_defaults();
        run.width = cases[c].width;
        run.method = DP_GD;
        run.learning_rate = 1e-9;
        run.stop_loss = 0;
        run.max_steps = 2000000 / run.width;
        double alone = INFINITY, watched = INFINITY;
        for (int i = 0; i < ROUNDS; i++) {
            alone = fmin(alone, seconds(&run, cases[c].together, NULL));
            watched = fmin(watched, seconds(&run, cases[c].together, &job));
        }
        const double share = watched / alone - 1;
        printf("width %4lld, %2lld together: %8.1f ns a step, %+.2f %% under a watch\n", (long long)run.width,
               (long long)cases[c].together, 1e9 * alone / (double)run.max_steps, 100 * share);
        dear += share > bound;
    }
    return dear > 0;
}
