// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/files/json.h"
#include "farm/dispatch/progress.h"
#include "farm/dispatch/spent.h"
#include "farm/job/stop.h"
#include <stdio.h>
#include <string.h>

/* Progress and result for other programs: an object a line. */

static struct dp_json begin(const char *event)
{
    struct dp_json json = {.out = stdout};
    dp_json_open(&json, '{');
    dp_json_member_text(&json, "event", event);
    return json;
}

static void end(struct dp_json *json)
{
    dp_json_close(json, '}');
    putchar('\n');
    fflush(stdout);
}

void dp_progress_json(const struct dp_progress *p, const struct dp_job *job,
                      const struct dp_in_training *oldest, double now)
{
    const int64_t done = dp_scheduler_rows_done(job->scheduler);
    const double elapsed = now - p->began;
    bool known;
    struct dp_json json = begin("progress");
    dp_json_member_number(&json, "seconds", elapsed);
    dp_json_member_whole(&json, "rows_done", done);
    dp_json_member_whole(&json, "rows", dp_scheduler_rows(job->scheduler));
    dp_json_member_number(&json, "rows_per_second", elapsed > 0 ? (double)(done - p->before) / elapsed : 0);
    dp_json_member_number(&json, "seconds_left", dp_progress_left(job, done > p->before, oldest, &known));
    if (oldest && oldest->seconds > 0) {
        dp_json_name(&json, "longest_in_training");
        dp_json_open(&json, '{');
        dp_json_member_whole(&json, "row", oldest->row);
        dp_json_member_number(&json, "seconds", oldest->seconds);
        dp_json_member_number(&json, "step", oldest->steps);
        dp_json_member_number(&json, "loss", oldest->loss);
        dp_json_close(&json, '}');
    }
    end(&json);
}

static void write_spent(struct dp_json *json, const struct dp_job *job)
{
    const struct dp_shares shares = dp_spent_shares(job);
    dp_json_member_number(json, "start_seconds", job->spent.start);
    dp_json_member_number(json, "makespan_seconds", job->spent.makespan);
    dp_json_member_number(json, "bound_seconds", shares.bound);
    dp_json_member_number(json, "quality", shares.quality);
    dp_json_member_number(json, "training_percent", shares.training);
    dp_json_member_number(json, "storing_percent", shares.storing);
    dp_json_member_number(json, "dispatch_percent", shares.dispatch);
    dp_json_member_number(json, "tail_percent", shares.tail);
    dp_json_member_whole(json, "dispatcher_requests", job->spent.requests);
    dp_json_member_whole(json, "dispatcher_looks", job->spent.looks);
    dp_json_member_number(json, "dispatcher_seconds", job->spent.dispatcher);
    dp_json_member_number(json, "dispatcher_service_seconds", job->spent.service);
}

void dp_progress_result_json(const struct dp_job *job, int stopped)
{
    static const struct {
        const char *name;
        enum dp_run_status status;
    } states[] = {{"done", DP_DONE},
                  {"diverged", DP_DIVERGED},
                  {"step_limit", DP_STEP_LIMIT},
                  {"failed", DP_RUN_FAILED}};
    struct dp_json json = begin("end");
    char why[64];
    int64_t left = job->sweep.runs;
    dp_json_member_text(&json, "store", job->path);
    dp_json_member_whole(&json, "ranks", job->ranks);
    dp_json_member_whole(&json, "rows", job->sweep.runs);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        dp_json_member_whole(&json, states[i].name, job->tally[states[i].status]);
        left -= job->tally[states[i].status];
    }
    dp_json_member_whole(&json, "left", left);
    dp_json_member_whole(&json, "unsure", job->unsure);
    dp_json_member_text(&json, "stopped", stopped ? dp_stop_text(stopped, why) : NULL);
    if (job->spent.makespan > 0)
        write_spent(&json, job);
    end(&json);
}
