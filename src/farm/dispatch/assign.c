// SPDX-License-Identifier: BSD-3-Clause
#include "farm/dispatch/assign.h"
#include "farm/job/stop.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const double silence = 120;  // s, after which a rank is named
static const double most_pause = 5; // s between two looks at most, or rank 0 itself was away
static const double last_wait = 20; // s beyond the grace
static const double unnoticed = .3; // s that a job may take to stop without a word

static bool give_back(struct dp_assignments *a, struct dp_chunk chunk, enum dp_attempt attempt, int rank)
{
    if (chunk.count == 0)
        return true;
    struct dp_returned *more = realloc(a->returned, (size_t)(a->returned_count + 1) * sizeof *a->returned);
    if (!more)
        return false; // the next job finds them pending
    a->returned = more;
    more[a->returned_count++] = (struct dp_returned){{chunk, attempt}, rank};
    return true;
}

enum dp_status dp_assignments_open(struct dp_assignments *a, struct dp_job *job, struct dp_error *error)
{
    *a = (struct dp_assignments){.job = job, .workers = job->ranks - 1, .began = dp_job_clock()};
    job->spent.start = a->began - job->began;
    a->ranks = calloc((size_t)job->ranks, sizeof *a->ranks);
    bool memory = a->ranks != NULL;
    for (int i = 0; memory && i < job->ranks; i++)
        a->ranks[i].heard = a->ranks[i].reported = a->began;
    for (int64_t i = 0; memory && i < job->suspect_count; i++)
        memory = give_back(a, (struct dp_chunk){job->suspects[i].row, 1},
                           job->suspects[i].crashes > 1 ? DP_NO_ATTEMPT : DP_SECOND_ATTEMPT, -1);
    return memory ? DP_OK : dp_fail(error, DP_NO_MEMORY, "no memory for the list of ranks");
}

/* What was given back, for a rank that has not had it; for any when there is nothing else. */
static bool take_returned(struct dp_assignments *a, int rank, bool any, struct dp_task *task)
{
    for (int64_t i = a->returned_count - 1; i >= 0; i--) {
        struct dp_returned *returned = &a->returned[i];
        if (returned->rank == rank && returned->task.attempt != DP_FIRST_ATTEMPT && !any)
            continue;
        *task = returned->task;
        if (task->attempt != DP_FIRST_ATTEMPT)
            task->chunk.count = 1; // one by one
        returned->task.chunk.first += task->chunk.count;
        returned->task.chunk.count -= task->chunk.count;
        if (returned->task.chunk.count == 0)
            *returned = a->returned[--a->returned_count];
        return true;
    }
    return false;
}

struct dp_task dp_assignments_next(struct dp_assignments *a, int rank, double now)
{
    struct dp_job *job = a->job;
    struct dp_task task = {.attempt = DP_FIRST_ATTEMPT};
    a->ranks[rank].heard = now;
    a->ranks[rank].busy = false;
    if (dp_stop_reason(job))
        return task;
    if (!take_returned(a, rank, false, &task)) {
        if (job->deadline < INFINITY)
            dp_scheduler_limit(job->scheduler, job->deadline - now, job->budget);
        task.chunk = dp_scheduler_next(job->scheduler, rank);
        if (task.chunk.count == 0)
            take_returned(a, rank, true, &task);
    }
    a->ranks[rank].chunk = task.chunk;
    a->ranks[rank].training.seconds = 0;
    a->ranks[rank].busy = task.chunk.count > 0;
    return task;
}

void dp_assignments_report(struct dp_assignments *a, int rank, const struct dp_report *report, double now)
{
    struct dp_job *job = a->job;
    a->ranks[rank].heard = now;
    if (report->chunk.count > 0 || report->seconds > 0) // a stop may leave no row of a chunk finished
        a->ranks[rank].reported = now;
    job->spent.training += report->seconds;
    job->spent.storing += report->overhead;
    job->spent.longest = fmax(job->spent.longest, report->longest);
    dp_scheduler_finished(job->scheduler, rank,
                          &(struct dp_finished){.chunk = report->chunk,
                                                .seconds = report->seconds,
                                                .overhead = report->overhead,
                                                .evaluations = report->evaluations});
    for (int i = 0; i < DP_RUN_STATUSES; i++)
        job->tally[i] += report->tally[i];
    for (int i = 0; i < DP_STOPS; i++)
        job->stops[i] += report->stops[i];
    job->stepless += report->stepless;
    job->unsure += report->unsure;
    give_back(a, report->failed, DP_SECOND_ATTEMPT, rank);
    give_back(a, report->rest, DP_FIRST_ATTEMPT, rank);
    int none = 0;
    if (job->tally[DP_RUN_FAILED] > job->options->max_failures)
        atomic_compare_exchange_strong(&job->stop, &none, DP_TOO_MANY_FAILURES);
}

void dp_assignments_see(struct dp_assignments *a, int rank, const struct dp_in_training *at, double now)
{
    a->ranks[rank].heard = now;
    a->ranks[rank].training = *at;
}

struct dp_in_training dp_assignments_oldest(const struct dp_assignments *a, double now)
{
    struct dp_in_training oldest = {0};
    for (int i = 0; i < a->job->ranks; i++) {
        struct dp_in_training at = a->ranks[i].training;
        if (a->ranks[i].left || at.seconds <= 0)
            continue;
        at.step_seconds = at.steps > 0 ? at.seconds / at.steps : 0;
        at.seconds += now - a->ranks[i].heard;
        if (at.seconds > oldest.seconds)
            oldest = at;
    }
    return oldest;
}

void dp_assignments_leave(struct dp_assignments *a, int rank)
{
    a->ranks[rank].left = true;
    a->workers--;
}

static void name(struct dp_assignments *a, int rank, double seconds, const char *consequence)
{
    const struct dp_chunk chunk = a->ranks[rank].chunk;
    fprintf(stderr, "dewpoint: rank %d on %s has not answered for %.0f s; it was given runs %lld to %lld%s\n",
            rank, a->job->host_names + (size_t)rank * MPI_MAX_PROCESSOR_NAME, seconds, (long long)chunk.first,
            (long long)(chunk.first + chunk.count - 1), consequence);
}

/* Says once what a job that is to stop waits for, if that takes a while. */
static void announce(struct dp_assignments *a, double now)
{
    const struct dp_job *const job = a->job;
    const int reason = dp_stop_reason(a->job);
    const double grace = dp_stop_grace(job, reason);
    const char *const then =
        job->options->checkpoint > 0 ? "leave a checkpoint" : "begin again in the next job";
    char text[64];
    int ranks = 0;
    int64_t row = -1;
    if (a->stopping == 0 || a->announced || now - a->stopping < unnoticed)
        return;
    a->announced = true;
    for (int i = 0; i < job->ranks; i++)
        if (a->ranks[i].busy) {
            ranks++;
            row = row < 0 ? a->ranks[i].chunk.first : row;
        }
    if (ranks == 0)
        return;
    fprintf(stderr, "%sdewpoint: %s; runs are in hand on %d rank%s, such as run %lld: they ",
            isatty(STDERR_FILENO) ? "\n" : "", dp_stop_text(reason, text), ranks, ranks == 1 ? "" : "s",
            (long long)row);
    if (grace > 0)
        fprintf(stderr, "have %.0f s to finish and then %s; a second Ctrl-C or signal does not wait\n", grace,
                then);
    else
        fprintf(stderr, "%s now\n", then);
}

bool dp_assignments_watch(struct dp_assignments *a, double now)
{
    const double since = now - a->looked;
    const bool stopping = dp_stop_reason(a->job) != 0;
    if (stopping && a->stopping == 0)
        a->stopping = now;
    announce(a, now);
    if (since < 1)
        return true;
    // When rank 0 itself was held up, so were perhaps all: a suspended job, a stopped machine.
    const double away = a->looked > 0 && since > most_pause ? since : 0;
    a->looked = now;
    bool going = true;
    if (a->stopping > 0)
        a->stopping += away;
    for (int i = 1; i < a->job->ranks; i++) {
        struct dp_assigned_rank *rank = &a->ranks[i];
        rank->heard += away;
        if (rank->left)
            continue;
        if (a->stopping > 0 && now - a->stopping > a->job->options->grace + last_wait) {
            name(a, i, now - rank->heard, "; the job ends without it");
            going = false;
        } else if (now - rank->heard > silence && !rank->silent) {
            name(a, i, now - rank->heard, "");
        }
        rank->silent = now - rank->heard > silence;
    }
    return going;
}

void dp_assignments_close(struct dp_assignments *a)
{
    const double now = dp_job_clock();
    a->job->spent.makespan = now - a->began;
    for (int i = 0; a->ranks && i < a->job->ranks; i++)
        a->job->spent.tail += now - a->ranks[i].reported;
    free(a->ranks);
    free(a->returned);
}
