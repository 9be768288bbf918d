// SPDX-License-Identifier: BSD-3-Clause
#include "farm/job/job.h"
#include "farm/job/signals.h"
#include "farm/job/stop.h"
#include "farm/training/checkpoint.h"
#include "farm/training/crash.h"
#include "farm/training/watch.h"
#include "farm/training/writer.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One chunk on one rank: train its rows, then write them with one call, a hyperslab a column. Only curves and
 * weights can be too big for that, so a chunk is cut into batches by memory. */

enum { most_together = 128 }; // rows of small networks
static const int64_t most_rows = 1 << 16;
static const int64_t most_doubles = 8 << 20; // 64 MB of traces

/* The doubles that a run's trace needs, for its parts. */
struct need {
    int64_t points, curve;
    int64_t weights; // at the start, and as many at the end
    int64_t along;
};

static struct need trace_need(const struct dp_job *job, const struct dp_run *run, int64_t row)
{
    struct need need = {0};
    const struct dp_samples *const data = dp_inputs_data(&job->inputs, run);
    const int64_t all = run->width * (dp_run_inputs(run, data) + 1 + dp_run_outputs(run, data));
    if (dp_run_keeps_curve(run)) {
        need.points = dp_run_curve_capacity(run);
        need.curve = need.points * (int64_t)(sizeof(struct dp_curve_point) / sizeof(double));
    }
    if (dp_sweep_keeps(&job->sweep, row, DP_KEEP_WEIGHTS))
        need.weights = all;
    if (dp_sweep_keeps(&job->sweep, row, DP_KEEP_TRAJECTORIES))
        need.along = need.points * all;
    return need;
}

static bool keeps_traces(const struct dp_job *job)
{
    return dp_run_keeps_curve(&job->sweep.base) || dp_sweep_may_keep(&job->sweep, DP_KEEP_WEIGHTS);
}

static enum dp_status make_room(struct dp_trainer *t, int64_t rows, int64_t doubles, struct dp_error *error)
{
    if (rows > t->room) {
        free(t->records);
        free(t->traces);
        t->records = malloc((size_t)rows * sizeof *t->records);
        t->traces = malloc((size_t)rows * sizeof *t->traces);
        t->room = t->records && t->traces ? rows : 0;
    }
    if (doubles > t->memory_size) {
        free(t->memory);
        t->memory = malloc((size_t)doubles * sizeof *t->memory);
        t->memory_size = t->memory ? doubles : 0;
    }
    if (rows > t->room || doubles > t->memory_size)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the records of %lld runs", (long long)rows);
    return DP_OK;
}

/* Points the traces of rows first.. into the memory. */
static void lay_traces(const struct dp_job *job, struct dp_trainer *t, int64_t first, int64_t count)
{
    double *at = t->memory;
    for (int64_t i = 0; i < count; i++) {
        struct dp_run run;
        dp_sweep_run(&job->sweep, first + i, &run);
        const struct need need = trace_need(job, &run, first + i);
        t->traces[i] = (struct dp_trace){.curve_capacity = need.points};
        if (need.curve)
            t->traces[i].curve = (struct dp_curve_point *)(void *)at;
        at += need.curve;
        if (need.weights) {
            t->traces[i].weights_first = at;
            t->traces[i].weights_last = at + need.weights;
            at += 2 * need.weights;
        }
        if (need.along)
            t->traces[i].weights_along = at;
        at += need.along;
    }
}

/* Decides how many of the rows from first make a batch, at least one, and prepares the buffers. */
static enum dp_status prepare(const struct dp_job *job, struct dp_trainer *t, int64_t first, int64_t left,
                              int64_t *count, struct dp_error *error)
{
    int64_t rows = left < most_rows ? left : most_rows, doubles = 0;
    if (keeps_traces(job))
        for (int64_t i = 0; i < rows; i++) {
            struct dp_run run;
            dp_sweep_run(&job->sweep, first + i, &run);
            const struct need need = trace_need(job, &run, first + i);
            const int64_t more = need.curve + 2 * need.weights + need.along;
            if (i > 0 && doubles + more > most_doubles)
                rows = i;
            else
                doubles += more;
        }
    *count = rows;
    DP_TRY(make_room(t, rows, doubles, error));
    if (keeps_traces(job))
        lay_traces(job, t, first, rows);
    return DP_OK;
}

/* Rows trained by one call: small networks go side by side, so they come in numbers; others alone, each with
 * its own time. */
static int64_t rows_together(const struct dp_run *run, int64_t left)
{
    if (dp_run_companions(run) == 1)
        return 1;
    return left < most_together ? left : most_together;
}

/* Trains *count rows or fewer, together. Those that had to stop are left pending. */
static enum dp_status train_together(struct dp_job *job, struct dp_trainer *t, int64_t first, int64_t offset,
                                     int64_t *count, double *before, struct dp_error *error)
{
    struct dp_run runs[most_together];
    struct dp_work work[most_together];
    void *states[most_together];
    struct dp_watcher watcher;
    t->row = first + offset;
    dp_sweep_run(&job->sweep, t->row, &runs[0]);
    *count = rows_together(&runs[0], *count);
    const struct dp_watch watch = dp_watch_begin(&watcher, job, t->row, &runs[0]);
    for (int64_t i = 0; i < *count; i++) {
        dp_sweep_run(&job->sweep, t->row + i, &runs[i]);
        work[i] = (struct dp_work){
            .run = &runs[i],
            .file = dp_inputs_data(&job->inputs, &runs[i]),
            .start = dp_inputs_start(&job->inputs, &runs[i]),
            .shares_data = i > 0 && dp_keys_agree(dp_keys, dp_key_count, "data", &runs[i - 1], &runs[i]),
            .record = &t->records[offset + i],
            .trace = keeps_traces(job) ? &t->traces[offset + i] : NULL,
        };
        states[i] = NULL;
        if (dp_checkpoint_exists(job, t->row + i))
            states[i] = dp_checkpoint_load(job, t->row + i, &work[i].state_size, &watcher.seconds);
        work[i].state = states[i];
    }
    *before = watcher.seconds;
    dp_crash_rows(t->row, *count);
    const enum dp_status status = dp_runs_execute_watched(work, *count, job->isa, &watch, error);
    dp_crash_rows(0, 0);
    for (int64_t i = 0; i < *count; i++)
        free(states[i]);
    return status;
}

static bool is_finished(const struct dp_record *record)
{
    return record->status > DP_PENDING && record->status < DP_RUN_STATUSES;
}

/* The result of a row that nobody could train, and why. */
static void record_failure(const struct dp_job *job, struct dp_trainer *t, enum dp_stop why,
                           struct dp_report *report)
{
    const double nan = NAN;
    struct dp_record *record = &t->records[0];
    *record = (struct dp_record){.status = DP_RUN_FAILED,
                                 .stop = why,
                                 .rank = job->rank,
                                 .loss_rises = -1,
                                 .directions = -1,
                                 .lines = -1,
                                 .loss_rise = nan,
                                 .loss_first = nan,
                                 .loss = nan,
                                 .loss_test = nan,
                                 .rd = nan,
                                 .rd_w = nan,
                                 .rd_a = nan};
    for (int64_t i = 0; i < t->memory_size; i++) // of its traces
        t->memory[i] = nan;
    report->tally[DP_RUN_FAILED]++;
    report->stops[why]++;
}

/* A group of rows could not be trained: a sentence now, and the rest is for rank 0 to decide. */
static void report_failure(const struct dp_job *job, struct dp_chunk failed, struct dp_chunk rest,
                           const struct dp_task *task, struct dp_report *report, const struct dp_error *error)
{
    char text[DP_ERROR_TEXT + 128];
    const int length = (int)strcspn(error->text, "\n");
    snprintf(text, sizeof text, "dewpoint: rank %d, run %lld: %.*s; %s\n", job->rank, (long long)failed.first,
             length, error->text,
             task->attempt == DP_FIRST_ATTEMPT ? "it is tried once more" : "recorded as failed");
    fputs(text, stderr); // in one piece, as other ranks may be writing too
    report->failed = failed;
    report->rest = rest;
}

/* Training clears the records of its rows; these are of rows that are not trained. */
static void leave_pending(const struct dp_trainer *t, int64_t from, int64_t end)
{
    memset(t->records + from, 0, (size_t)(end - from) * sizeof *t->records);
}

/* Trains rows first .. first + count - 1 of a task, until the job stops or a run fails, and says in *why for
 * what reason; true when all were trained. */
static bool train_rows(struct dp_job *job, struct dp_trainer *t, const struct dp_task *task, int64_t first,
                       int64_t count, struct dp_report *report, enum dp_stop *why)
{
    int64_t together;
    for (int64_t done = 0; done < count; done += together) {
        struct dp_error error = {0};
        double before;
        if (dp_stop_reason(job)) {
            leave_pending(t, done, count);
            return false;
        }
        together = count - done;
        const double began = dp_job_clock();
        const enum dp_status status = train_together(job, t, first, done, &together, &before, &error);
        if (status != DP_OK) {
            const struct dp_chunk failed = {first + done, together};
            const int64_t end = task->chunk.first + task->chunk.count, next = failed.first + together;
            leave_pending(t, done, count);
            *why = status == DP_NO_MEMORY ? DP_STOP_MEMORY : DP_STOP_ERROR;
            report_failure(job, failed, (struct dp_chunk){next, end - next}, task, report, &error);
            return false;
        }
        const double seconds = dp_job_clock() - began;
        report->seconds += seconds;
        report->longest = fmax(report->longest, seconds);
        for (int64_t i = done; i < done + together; i++) {
            struct dp_record *record = &t->records[i];
            record->wall_time = (seconds + before) / (double)together;
            record->rank = job->rank;
            if (!is_finished(record))
                continue;
            report->tally[record->status]++;
            report->stops[record->stop]++;
            report->evaluations += (double)record->evaluations;
            report->stepless += record->stop == DP_STOP_LOSS && record->steps == 0;
            report->unsure += record->flow_error > DP_UNSURE;
        }
    }
    return true;
}

/* Writes those of rows first .. first + count - 1 that are finished. */
static enum dp_status write_rows(struct dp_job *job, const struct dp_trainer *t, int64_t first, int64_t count,
                                 struct dp_report *report, struct dp_error *error)
{
    const struct dp_trace *traces = keeps_traces(job) ? t->traces : NULL;
    const double began = dp_job_clock();
    for (int64_t at = 0, end; at < count; at = end) {
        end = at + 1;
        if (!is_finished(&t->records[at]))
            continue;
        while (end < count && is_finished(&t->records[end]))
            end++;
        DP_TRY(dp_writer_put(job->writer, first + at, end - at, t->records + at, traces ? traces + at : NULL,
                             error));
        report->chunk.count += end - at;
    }
    dp_writer_step(job->writer);
    report->overhead += dp_job_clock() - began;
    return DP_OK;
}

enum dp_status dp_job_train(struct dp_job *job, struct dp_trainer *t, const struct dp_task *task,
                            struct dp_report *report, struct dp_error *error)
{
    *report = (struct dp_report){.chunk = {.first = task->chunk.first}};
    const int64_t end = task->chunk.first + task->chunk.count;
    enum dp_stop why = DP_STOP_CRASH; // twice: it gets no attempt
    bool going = true;
    int64_t count;
    for (int64_t first = task->chunk.first; first < end && going; first += count) {
        t->row = first;
        DP_TRY(prepare(job, t, first, end - first, &count, error));
        if (task->attempt != DP_NO_ATTEMPT)
            going = train_rows(job, t, task, first, count, report, &why);
        if (task->attempt == DP_NO_ATTEMPT ||
            (task->attempt == DP_SECOND_ATTEMPT && report->failed.count > 0)) {
            report->failed.count = 0;
            record_failure(job, t, why, report);
        }
        t->row = first;
        DP_TRY(write_rows(job, t, first, count, report, error));
    }
    return DP_OK;
}

void dp_trainer_free(struct dp_trainer *t)
{
    free(t->records);
    free(t->traces);
    free(t->memory);
    *t = (struct dp_trainer){0};
}
