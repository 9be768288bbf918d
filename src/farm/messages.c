// SPDX-License-Identifier: BSD-3-Clause
#include "farm/idle.h"
#include "farm/job.h"
#include "farm/progress.h"
#include "farm/signals.h"
#include <stdio.h>
#include <stdlib.h>

/* The protocol between the dispatcher on rank 0 and the workers on all other ranks. A worker sends requests;
 * each carries what it has finished since the last one (perhaps nothing), a signal that it caught, and what
 * it wants:
 *
 *   REPORT  nothing
 *   FETCH   a chunk; the dispatcher replies with one, and says whether to prefetch: to ask for the next chunk
 *           before training this one; count 0: there are no more
 *   LEAVE   nothing, ever again
 *
 * The dispatcher is a thread of rank 0, because rank 0 trains too, and a run of a minute must not keep the
 * others waiting. It sleeps between looks; a mutex keeps the two threads from using MPI at once
 * (MPI_THREAD_SERIALIZED).
 *
 * Why it ends. A worker has at most one FETCH open, since it asks again only after a reply, and the
 * dispatcher replies to every FETCH at once, so nobody waits for ever. The queue only shrinks (a signal
 * empties it), so each worker is told once that there are no more chunks; it then has no FETCH open, has
 * reported every chunk, and leaves. Messages of a pair of ranks arrive in order, so LEAVE is the last one.
 * The dispatcher ends when every worker has left and rank 0's own thread is out of work: then no message is
 * under way, and every chunk has been reported. */

enum { TAG_REQUEST = 1, TAG_REPLY = 2 };
enum want { REPORT, FETCH, LEAVE };

struct request {
    struct dp_report report;
    int64_t signal, want;
};

struct reply {
    struct dp_chunk chunk;
    int64_t prefetch;
};

struct dispatcher {
    pthread_mutex_t mutex; // for all below, and for MPI
    struct dp_job *job;
    struct dp_progress progress;
    int workers;   // that have not left
    bool training; // rank 0 itself is still at it
    int signal;
};

/* Names rank and row and ends the job from within: after this nothing collective can work, not even a close.
 */
static void give_up(const struct dp_job *job, const struct dp_trainer *trainer, const struct dp_error *error)
{
    char text[DP_ERROR_TEXT + 128];
    snprintf(text, sizeof text, "dewpoint: rank %d, run %lld: %s", job->rank, (long long)trainer->row,
             error->text);
    fputs(text, stderr); // in one piece, as other ranks may be writing too
    fflush(stderr);
    MPI_Abort(MPI_COMM_WORLD, 1);
}

static struct reply next_chunk(struct dispatcher *dispatcher)
{
    if (!dispatcher->signal)
        dispatcher->signal = dp_signals_caught();
    if (dispatcher->signal)
        return (struct reply){0};
    const struct dp_chunk chunk = dp_scheduler_next(dispatcher->job->scheduler);
    return (struct reply){chunk, dp_scheduler_prefetches(dispatcher->job->scheduler, chunk)};
}

static void record_report(struct dispatcher *dispatcher, const struct dp_report *report)
{
    dp_scheduler_finished(dispatcher->job->scheduler, report->chunk, report->seconds, report->overhead);
    for (int i = 0; i < DP_RUN_STATUSES; i++)
        dispatcher->job->tally[i] += report->tally[i];
    for (int i = 0; i < DP_STOPS; i++)
        dispatcher->job->stops[i] += report->stops[i];
    dispatcher->job->stepless += report->stepless;
}

/* Reads the requests that are there and replies to each; false if there were none. */
static bool serve_requests(struct dispatcher *dispatcher)
{
    bool any = false;
    while (dispatcher->workers > 0) {
        int waiting;
        MPI_Status from;
        MPI_Iprobe(MPI_ANY_SOURCE, TAG_REQUEST, dispatcher->job->comm, &waiting, &from);
        if (!waiting)
            break;
        struct request request;
        MPI_Recv(&request, sizeof request, MPI_BYTE, from.MPI_SOURCE, TAG_REQUEST, dispatcher->job->comm,
                 MPI_STATUS_IGNORE);
        any = true;
        record_report(dispatcher, &request.report);
        if (request.signal && !dispatcher->signal)
            dispatcher->signal = (int)request.signal;
        dispatcher->workers -= request.want == LEAVE;
        if (request.want != FETCH)
            continue;
        const struct reply reply = next_chunk(dispatcher);
        MPI_Send(&reply, sizeof reply, MPI_BYTE, from.MPI_SOURCE, TAG_REPLY, dispatcher->job->comm);
    }
    return any;
}

static void *dispatch(void *context)
{
    struct dispatcher *dispatcher = context;
    struct dp_idle idle = {.longest = dispatcher->workers ? 0 : 10000000};
    for (bool open = true; open;) {
        pthread_mutex_lock(&dispatcher->mutex);
        const bool busy = serve_requests(dispatcher);
        dp_progress_update(&dispatcher->progress, dispatcher->job);
        dp_job_keep(dispatcher->job);
        open = dispatcher->workers > 0 || dispatcher->training;
        pthread_mutex_unlock(&dispatcher->mutex);
        if (busy)
            idle.nanoseconds = 0;
        if (open)
            dp_idle_sleep(&idle);
    }
    return NULL;
}

static void train_on_rank_0(struct dispatcher *dispatcher, struct dp_trainer *trainer)
{
    struct dp_error error = {0};
    for (;;) {
        pthread_mutex_lock(&dispatcher->mutex);
        const struct dp_chunk chunk = next_chunk(dispatcher).chunk;
        dispatcher->training = chunk.count > 0;
        pthread_mutex_unlock(&dispatcher->mutex);
        if (chunk.count == 0)
            return;
        struct dp_report report;
        const enum dp_status status =
            dp_job_train(dispatcher->job, trainer, chunk, &dispatcher->mutex, &report, &error);
        pthread_mutex_lock(&dispatcher->mutex);
        if (status != DP_OK)
            give_up(dispatcher->job, trainer, &error);
        record_report(dispatcher, &report);
        pthread_mutex_unlock(&dispatcher->mutex);
    }
}

static int lead(struct dp_job *job, struct dp_trainer *trainer)
{
    struct dispatcher dispatcher = {.job = job, .workers = job->ranks - 1, .training = true};
    pthread_t thread;
    pthread_mutex_init(&dispatcher.mutex, NULL);
    dp_progress_begin(&dispatcher.progress, job);
    if (pthread_create(&thread, NULL, dispatch, &dispatcher) != 0) {
        struct dp_error error = {0};
        dp_fail(&error, DP_INTERNAL, "cannot start the thread that hands out runs");
        give_up(job, trainer, &error);
    }
    train_on_rank_0(&dispatcher, trainer);
    pthread_join(thread, NULL);
    dp_progress_end(&dispatcher.progress, job);
    pthread_mutex_destroy(&dispatcher.mutex);
    return dp_scheduler_rows_done(job->scheduler) < job->sweep.runs ? dispatcher.signal : 0;
}

static void send_request(const struct dp_job *job, const struct dp_report *report, enum want want)
{
    const struct request request = {*report, dp_signals_caught(), want};
    MPI_Send(&request, sizeof request, MPI_BYTE, 0, TAG_REQUEST, job->comm);
}

static struct reply receive_reply(const struct dp_job *job)
{
    struct reply reply;
    MPI_Request request;
    MPI_Irecv(&reply, sizeof reply, MPI_BYTE, 0, TAG_REPLY, job->comm, &request);
    dp_idle_wait(&request);
    return reply;
}

static void follow(struct dp_job *job, struct dp_trainer *trainer)
{
    static const struct dp_report nothing;
    struct dp_error error = {0};
    send_request(job, &nothing, FETCH);
    for (struct reply reply; (reply = receive_reply(job)).chunk.count > 0;) {
        struct dp_report report = nothing;
        if (reply.prefetch)
            send_request(job, &nothing, FETCH);
        if (!dp_signals_caught() && dp_job_train(job, trainer, reply.chunk, NULL, &report, &error) != DP_OK)
            give_up(job, trainer, &error);
        send_request(job, &report, reply.prefetch ? REPORT : FETCH);
    }
    send_request(job, &nothing, LEAVE);
}

int dp_job_work(struct dp_job *job)
{
    struct dp_trainer trainer = {0};
    int signal = 0;
    if (job->rank == 0)
        signal = lead(job, &trainer);
    else
        follow(job, &trainer);
    dp_trainer_free(&trainer);
    return signal;
}
