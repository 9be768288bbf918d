// SPDX-License-Identifier: BSD-3-Clause
#include "farm/dispatch/assign.h"
#include "farm/dispatch/progress.h"
#include "farm/dispatch/slots.h"
#include "farm/job/idle.h"
#include "farm/job/job.h"
#include "farm/job/stop.h"
#include "farm/training/crash.h"
#include "farm/training/writer.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The dispatcher and the workers (protocol.h).
 *
 * The dispatcher is a thread of rank 0, because rank 0 trains too, and a run of a minute must not keep the
 * others waiting. It sleeps between looks; a mutex keeps the two threads from using MPI at once
 * (MPI_THREAD_SERIALIZED).
 *
 * Why it ends. A worker has at most one FETCH open, since it asks again only after a reply, and the
 * dispatcher replies to every FETCH at once, so nobody waits for ever. The queue only shrinks, but for rows
 * that failed, each of which comes back once (a stop empties it), so each worker is told once that there are
 * no more tasks; it then has no FETCH open, has reported every task and has all its rows on the disk, and
 * leaves. Messages of a pair of ranks arrive in order, so LEAVE is the last one. Rank 0's own thread stays
 * until all workers have left, to take what they may give back; then the dispatcher ends: no message is under
 * way, and every row has been reported. A rank that is stuck is named, and a job that is to stop does not
 * wait for it.
 */

enum { TAG_REQUEST = 1, TAG_REPLY = 2, TAG_STOP = 3 };
enum { UNDER_WAY = 4 };   // requests of a worker at once: a FETCH, a REPORT and signs of life
enum { INBOX = 32 };      // receives that are open at the dispatcher; what comes beside them costs MPI a copy
enum { MOST_ROUNDS = 8 }; // of requests, before the dispatcher looks after other things
static const double sign_of_life = 5; // s

/* What a rank looks after while it trains. */
struct dp_worker {
    struct dispatcher *dispatcher; // on rank 0, and nothing else there
    struct dp_slots slots;
    MPI_Request request; // for the word to stop
    int stop;
    bool told;   // rank 0 knows that we are to stop
    double last; // sign of life
    // Without a slot. A send may wait until the dispatcher looks, so training goes on beside it.
    struct dp_request sent[UNDER_WAY];
    MPI_Request sends[UNDER_WAY];
    int next; // of them
};

/* A receive of a request from any worker. They are filled in the order in which they began. */
struct inbox {
    struct dp_request request;
    MPI_Request receive;
};

struct dispatcher {
    pthread_mutex_t mutex; // for all below, and for MPI
    struct dp_slots slots;
    struct inbox inbox[INBOX];
    int next; // of them to be filled
    struct dp_job *job;
    struct dp_assignments assignments;
    struct dp_progress progress;
    bool training; // rank 0 itself is still at it
};

/* Names rank and row and ends the job from within: after this nothing collective can work, not even a close.
 * Rank 0 holds the lock, so it is asked to end the job, unless it does not answer. */
static void give_up(const struct dp_job *job, const struct dp_trainer *trainer, const struct dp_error *error)
{
    char text[DP_ERROR_TEXT + 128];
    snprintf(text, sizeof text, "dewpoint: rank %d, run %lld: %s", job->rank, (long long)trainer->row,
             error->text);
    fputs(text, stderr); // in one piece, as other ranks may be writing too
    fflush(stderr);
    const int code = dp_exit_code(error->status);
    const struct dp_request request = {.want = DP_ABORT, .exit_code = code};
    if (job->rank != 0) {
        MPI_Send(&request, sizeof request, MPI_BYTE, 0, TAG_REQUEST, job->comm);
        sleep(5);
    }
    dp_job_abort(job, code);
}

/* Does not wait for the worker: over TCP, the first message to it needs it to answer, and a worker that waits
 * at its slot, for us, does not look at MPI. */
static void send_stop(struct dispatcher *d, int worker, int reason)
{
    struct dp_assigned_rank *const rank = &d->assignments.ranks[worker];
    if (rank->released)
        return;
    rank->released = true;
    rank->word = reason;
    MPI_Isend(&rank->word, 1, MPI_INT, worker, TAG_STOP, d->job->comm, &rank->sending);
}

/* All workers have left, so each has been sent its word. */
static void complete_words(struct dispatcher *d)
{
    for (int worker = 1; worker < d->job->ranks; worker++)
        dp_idle_wait(&d->assignments.ranks[worker].sending);
}

static void receive(const struct dispatcher *d, struct inbox *in)
{
    MPI_Irecv(&in->request, sizeof in->request, MPI_BYTE, MPI_ANY_SOURCE, TAG_REQUEST, d->job->comm,
              &in->receive);
}

static void open_inbox(struct dispatcher *d)
{
    for (int i = 0; i < INBOX && d->assignments.workers > 0; i++)
        receive(d, &d->inbox[i]);
}

static void close_inbox(struct dispatcher *d)
{
    for (int i = 0; i < INBOX && d->job->ranks > 1; i++) {
        MPI_Cancel(&d->inbox[i].receive);
        MPI_Wait(&d->inbox[i].receive, MPI_STATUS_IGNORE);
    }
}

/* Takes a request in, and replies. slot: through which it came; NULL: it was a message. */
static void serve(struct dispatcher *d, int worker, const struct dp_request *request, struct dp_slot *slot,
                  double now)
{
    int none = 0;
    const int want = request->want;
    d->job->spent.requests++;
    if (want == DP_ABORT)
        dp_job_abort(d->job, request->exit_code);
    if (request->stop)
        atomic_compare_exchange_strong(&d->job->stop, &none, request->stop);
    dp_assignments_report(&d->assignments, worker, &request->report, now);
    if (request->training.seconds > 0)
        dp_assignments_see(&d->assignments, worker, &request->training, now);
    if (slot)
        dp_slot_done(slot); // before the reply, since the next request may follow it at once
    if (want == DP_LEAVE) {
        send_stop(d, worker, 0);
        dp_assignments_leave(&d->assignments, worker);
    } else if (want == DP_FETCH) {
        struct dp_reply reply;
        reply.task = dp_assignments_next(&d->assignments, worker, now);
        reply.prefetch = reply.task.attempt == DP_FIRST_ATTEMPT &&
                         dp_scheduler_prefetches(d->job->scheduler, reply.task.chunk);
        if (slot)
            dp_slot_reply(slot, &reply);
        else
            MPI_Send(&reply, sizeof reply, MPI_BYTE, worker, TAG_REPLY, d->job->comm);
    }
}

static bool serve_slots(struct dispatcher *d, double now)
{
    bool any = false;
    for (int i = 1; d->slots.slots && i < d->slots.count; i++) {
        int worker;
        struct dp_slot *const slot = dp_slots_at(&d->slots, i, &worker);
        const struct dp_request *const request = dp_slot_waiting(slot);
        if (request)
            serve(d, worker, request, slot, now);
        any = any || request;
    }
    return any;
}

static bool serve_messages(struct dispatcher *d, double now)
{
    bool any = false;
    while (d->assignments.workers > 0) {
        struct inbox *const in = &d->inbox[d->next];
        int there;
        MPI_Status from;
        MPI_Test(&in->receive, &there, &from);
        if (!there)
            break;
        any = true;
        serve(d, from.MPI_SOURCE, &in->request, NULL, now);
        receive(d, in);
        d->next = (d->next + 1) % INBOX;
    }
    return any;
}

/* Reads the requests that are there, those of all hosts in turn, and replies to each; false if there were
 * none. */
static bool serve_requests(struct dispatcher *d, double now)
{
    int rounds = 0;
    for (bool any = true; any && rounds < MOST_ROUNDS; rounds += any) {
        any = serve_slots(d, now);
        any = serve_messages(d, now) || any;
    }
    return rounds > 0;
}

static void *dispatch(void *context)
{
    struct dispatcher *d = context;
    struct dp_idle idle = {.longest = d->assignments.workers ? 0 : 10000000};
    for (bool open = true; open; d->job->spent.looks++) {
        pthread_mutex_lock(&d->mutex);
        const double now = dp_job_clock(), cpu = dp_job_thread_clock();
        const bool busy = serve_requests(d, now);
        d->job->spent.service += dp_job_thread_clock() - cpu;
        const int reason = dp_stop_reason(d->job);
        for (int worker = 1; reason && worker < d->job->ranks; worker++)
            send_stop(d, worker, reason);
        if (!dp_assignments_watch(&d->assignments, now))
            dp_job_abort(d->job, DP_EXIT_INCOMPLETE);
        const struct dp_in_training oldest = dp_assignments_oldest(&d->assignments, now);
        dp_progress_update(&d->progress, d->job, &oldest);
        dp_job_keep(d->job);
        struct dp_news news;
        const bool is_news = dp_assignments_news(&d->assignments, now, &news);
        open = d->assignments.workers > 0 || d->training;
        pthread_mutex_unlock(&d->mutex);
        if (is_news)
            dp_news_write(d->job->path, &news);
        if (busy)
            idle.nanoseconds = 0;
        if (open)
            dp_idle_sleep(&idle);
    }
    d->job->spent.dispatcher = dp_job_thread_clock();
    return NULL;
}

static void train_on_rank_0(struct dispatcher *d, struct dp_trainer *trainer)
{
    struct dp_error error = {0};
    struct dp_idle idle = {.longest = 10000000};
    for (;;) {
        pthread_mutex_lock(&d->mutex);
        const struct dp_task task = dp_assignments_next(&d->assignments, 0, dp_job_clock());
        d->training = task.chunk.count > 0 || d->assignments.workers > 0;
        pthread_mutex_unlock(&d->mutex);
        if (!d->training)
            return;
        if (task.chunk.count == 0) {
            dp_writer_step(d->job->writer);
            dp_idle_sleep(&idle);
            continue;
        }
        idle.nanoseconds = 0;
        struct dp_report report;
        const enum dp_status status = dp_job_train(d->job, trainer, &task, &report, &error);
        pthread_mutex_lock(&d->mutex);
        if (status != DP_OK)
            give_up(d->job, trainer, &error);
        dp_assignments_report(&d->assignments, 0, &report, dp_job_clock());
        pthread_mutex_unlock(&d->mutex);
    }
}

/* On rank 0, for the dispatcher's thread. It may be writing for a while: then the next look will do. */
static void attend_here(struct dp_job *job, double now, const struct dp_in_training *at)
{
    struct dispatcher *const d = job->worker->dispatcher;
    if (pthread_mutex_trylock(&d->mutex) != 0)
        return;
    dp_assignments_see(&d->assignments, 0, at, now);
    pthread_mutex_unlock(&d->mutex);
}

static void lead(struct dp_job *job, struct dp_trainer *trainer)
{
    struct dispatcher d = {.job = job, .training = true};
    struct dp_error error = {0};
    pthread_t thread;
    if (dp_assignments_open(&d.assignments, job, &error) != DP_OK)
        give_up(job, trainer, &error);
    pthread_mutex_init(&d.mutex, NULL);
    struct dp_worker here = {.dispatcher = &d, .request = MPI_REQUEST_NULL};
    job->worker = &here;
    job->attend = attend_here;
    dp_news_remove(job->path);
    dp_progress_begin(&d.progress, job);
    open_inbox(&d);
    dp_slots_open(job, &d.slots);
    if (dp_writer_open(job, &d.mutex, &job->writer, &error) != DP_OK)
        give_up(job, trainer, &error);
    if (pthread_create(&thread, NULL, dispatch, &d) != 0) {
        dp_fail(&error, DP_INTERNAL, "cannot start the thread that hands out runs");
        give_up(job, trainer, &error);
    }
    train_on_rank_0(&d, trainer);
    if (dp_writer_flush(job->writer, &error) != DP_OK) {
        pthread_mutex_lock(&d.mutex);
        give_up(job, trainer, &error);
    }
    dp_writer_close(job->writer);
    job->attend = NULL;
    job->worker = NULL;
    pthread_join(thread, NULL);
    complete_words(&d);
    close_inbox(&d);
    dp_slots_close(&d.slots);
    dp_news_remove(job->path);
    dp_progress_end(&d.progress, job);
    pthread_mutex_destroy(&d.mutex);
    dp_assignments_close(&d.assignments);
}

static void send_request(struct dp_job *job, const struct dp_report *report,
                         const struct dp_in_training *training, enum dp_want want)
{
    struct dp_worker *const worker = job->worker;
    struct dp_slot *const slot = dp_slots_own(&worker->slots);
    const struct dp_request request = {.report = *report,
                                       .training = training ? *training : (struct dp_in_training){0},
                                       .stop = dp_stop_reason(job),
                                       .want = (int32_t)want};
    worker->told = request.stop != 0;
    worker->last = dp_job_clock();
    if (slot) {
        for (struct dp_idle idle = {0}; !dp_slot_ask(slot, &request);)
            dp_idle_sleep(&idle);
        return;
    }
    const int next = worker->next++ % UNDER_WAY;
    MPI_Wait(&worker->sends[next], MPI_STATUS_IGNORE);
    worker->sent[next] = request;
    MPI_Isend(&worker->sent[next], sizeof worker->sent[next], MPI_BYTE, 0, TAG_REQUEST, job->comm,
              &worker->sends[next]);
}

static void attend(struct dp_job *job, double now, const struct dp_in_training *at)
{
    static const struct dp_report nothing;
    struct dp_worker *worker = job->worker;
    int there = 0, none = 0;
    if (worker->request != MPI_REQUEST_NULL)
        MPI_Test(&worker->request, &there, MPI_STATUS_IGNORE);
    if (there && worker->stop)
        atomic_compare_exchange_strong(&job->stop, &none, worker->stop);
    struct dp_slot *const slot = dp_slots_own(&worker->slots);
    if (slot && dp_slot_waiting(slot))
        return; // rank 0 is busy: training goes on
    if (now - worker->last >= sign_of_life || (!worker->told && dp_stop_reason(job)))
        send_request(job, &nothing, at, DP_REPORT);
}

static struct dp_reply wait_for_reply(const struct dp_job *job)
{
    struct dp_slot *const slot = dp_slots_own(&job->worker->slots);
    struct dp_reply reply;
    MPI_Request request;
    if (slot) {
        for (struct dp_idle idle = {0}; !dp_slot_answered(slot, &reply);)
            dp_idle_sleep(&idle);
        return reply;
    }
    MPI_Irecv(&reply, sizeof reply, MPI_BYTE, 0, TAG_REPLY, job->comm, &request);
    dp_idle_wait(&request);
    return reply;
}

static void follow(struct dp_job *job, struct dp_trainer *trainer)
{
    static const struct dp_report nothing;
    struct dp_error error = {0};
    struct dp_worker worker = {.last = dp_job_clock()};
    for (int i = 0; i < UNDER_WAY; i++)
        worker.sends[i] = MPI_REQUEST_NULL;
    MPI_Irecv(&worker.stop, 1, MPI_INT, 0, TAG_STOP, job->comm, &worker.request);
    dp_slots_open(job, &worker.slots);
    job->worker = &worker;
    job->attend = attend;
    if (dp_writer_open(job, NULL, &job->writer, &error) != DP_OK)
        give_up(job, trainer, &error);
    send_request(job, &nothing, NULL, DP_FETCH);
    struct dp_report report;
    bool pending = false; // the report has not been sent
    for (struct dp_reply reply; (reply = wait_for_reply(job)).task.chunk.count > 0;) {
        if (reply.prefetch)
            send_request(job, pending ? &report : &nothing, NULL, DP_FETCH);
        else if (pending)
            send_request(job, &report, NULL, DP_REPORT);
        if (dp_job_train(job, trainer, &reply.task, &report, &error) != DP_OK)
            give_up(job, trainer, &error);
        // After a prefetch the next reply is there, or soon will be: the request that follows takes the
        // report along.
        pending = reply.prefetch;
        if (!pending)
            send_request(job, &report, NULL, DP_FETCH);
    }
    if (pending)
        send_request(job, &report, NULL, DP_REPORT);
    if (dp_writer_flush(job->writer, &error) != DP_OK)
        give_up(job, trainer, &error);
    dp_writer_close(job->writer);
    send_request(job, &nothing, NULL, DP_LEAVE);
    dp_idle_wait(&worker.request);
    MPI_Waitall(UNDER_WAY, worker.sends, MPI_STATUSES_IGNORE);
    dp_slots_close(&worker.slots);
    job->worker = NULL;
    job->attend = NULL;
}

void dp_job_work(struct dp_job *job)
{
    struct dp_trainer trainer = {0};
    dp_crash_catch(job);
    if (job->rank == 0)
        lead(job, &trainer);
    else
        follow(job, &trainer);
    dp_trainer_free(&trainer);
}
