// SPDX-License-Identifier: BSD-3-Clause
#include "farm/idle.h"
#include "farm/job.h"
#include "farm/progress.h"
#include "farm/signals.h"
#include <stdio.h>
#include <stdlib.h>

/* Who says what to whom. Workers write to rank 0's desk; each letter carries what its sender has finished
 * since the last one (perhaps nothing), a signal it caught, and what it wants:
 *
 *   TELL   nothing
 *   ASK    a chunk; the desk answers with one, and says whether to ask for the next before training this one;
 *          count 0: there is no more
 *   LEAVE  nothing, ever again
 *
 * The desk is a thread of rank 0, because rank 0 trains too, and a run of a minute must not keep the others
 * waiting. It sleeps between looks; a mutex keeps the two threads from using MPI at once
 * (MPI_THREAD_SERIALIZED).
 *
 * Why it ends. A worker has at most one question open, since it asks again only after an answer, and the desk
 * answers every question at once, so nobody waits for ever. The queue only shrinks (a signal empties it), so
 * each worker is told once that there is no more; it then has no question open and has told of every chunk,
 * and it leaves. Letters of a pair arrive in order, so LEAVE is the last one. The desk closes when every
 * worker has left and rank 0's own thread is out of work: then nothing is under way, and every chunk has been
 * told of. */

enum { TAG_LETTER = 1, TAG_ANSWER = 2 };
enum wish { TELL, ASK, LEAVE };

struct letter {
    struct dp_report report;
    int64_t signal, wish;
};

struct answer {
    struct dp_chunk chunk;
    int64_t ahead;
};

struct desk {
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

static struct answer hand_out(struct desk *desk)
{
    if (!desk->signal)
        desk->signal = dp_signals_caught();
    if (desk->signal)
        return (struct answer){0};
    const struct dp_chunk chunk = dp_scheduler_next(desk->job->scheduler);
    return (struct answer){chunk, !dp_scheduler_tail(desk->job->scheduler)};
}

static void take_in(struct desk *desk, const struct dp_report *report)
{
    dp_scheduler_finished(desk->job->scheduler, report->chunk, report->seconds, report->overhead);
    for (int i = 0; i < DP_RUN_STATUSES; i++)
        desk->job->tally[i] += report->tally[i];
}

/* Reads the letters that are there and answers them; false if there were none. */
static bool answer_all(struct desk *desk)
{
    bool any = false;
    while (desk->workers > 0) {
        int waiting;
        MPI_Status from;
        MPI_Iprobe(MPI_ANY_SOURCE, TAG_LETTER, desk->job->comm, &waiting, &from);
        if (!waiting)
            break;
        struct letter letter;
        MPI_Recv(&letter, sizeof letter, MPI_BYTE, from.MPI_SOURCE, TAG_LETTER, desk->job->comm,
                 MPI_STATUS_IGNORE);
        any = true;
        take_in(desk, &letter.report);
        if (letter.signal && !desk->signal)
            desk->signal = (int)letter.signal;
        desk->workers -= letter.wish == LEAVE;
        if (letter.wish != ASK)
            continue;
        const struct answer answer = hand_out(desk);
        MPI_Send(&answer, sizeof answer, MPI_BYTE, from.MPI_SOURCE, TAG_ANSWER, desk->job->comm);
    }
    return any;
}

static void *keep_desk(void *context)
{
    struct desk *desk = context;
    struct dp_idle idle = {.longest = desk->workers ? 0 : 10000000};
    for (bool open = true; open;) {
        pthread_mutex_lock(&desk->mutex);
        const bool busy = answer_all(desk);
        dp_progress_update(&desk->progress, desk->job);
        open = desk->workers > 0 || desk->training;
        pthread_mutex_unlock(&desk->mutex);
        if (busy)
            idle.nanoseconds = 0;
        if (open)
            dp_idle_sleep(&idle);
    }
    return NULL;
}

static void train_at_the_desk(struct desk *desk, struct dp_trainer *trainer)
{
    struct dp_error error = {0};
    for (;;) {
        pthread_mutex_lock(&desk->mutex);
        const struct dp_chunk chunk = hand_out(desk).chunk;
        desk->training = chunk.count > 0;
        pthread_mutex_unlock(&desk->mutex);
        if (chunk.count == 0)
            return;
        struct dp_report report;
        const enum dp_status status = dp_job_train(desk->job, trainer, chunk, &desk->mutex, &report, &error);
        pthread_mutex_lock(&desk->mutex);
        if (status != DP_OK)
            give_up(desk->job, trainer, &error);
        take_in(desk, &report);
        pthread_mutex_unlock(&desk->mutex);
    }
}

static int lead(struct dp_job *job, struct dp_trainer *trainer)
{
    struct desk desk = {.job = job, .workers = job->ranks - 1, .training = true};
    pthread_t keeper;
    pthread_mutex_init(&desk.mutex, NULL);
    dp_progress_begin(&desk.progress, job);
    if (pthread_create(&keeper, NULL, keep_desk, &desk) != 0) {
        struct dp_error error = {0};
        dp_fail(&error, DP_INTERNAL, "cannot start the thread that hands out runs");
        give_up(job, trainer, &error);
    }
    train_at_the_desk(&desk, trainer);
    pthread_join(keeper, NULL);
    dp_progress_end(&desk.progress, job);
    pthread_mutex_destroy(&desk.mutex);
    return dp_scheduler_rows_done(job->scheduler) < job->sweep.runs ? desk.signal : 0;
}

static void write_letter(const struct dp_job *job, const struct dp_report *report, enum wish wish)
{
    const struct letter letter = {*report, dp_signals_caught(), wish};
    MPI_Send(&letter, sizeof letter, MPI_BYTE, 0, TAG_LETTER, job->comm);
}

static struct answer listen(const struct dp_job *job)
{
    struct answer answer;
    MPI_Request request;
    MPI_Irecv(&answer, sizeof answer, MPI_BYTE, 0, TAG_ANSWER, job->comm, &request);
    dp_idle_wait(&request);
    return answer;
}

static void follow(struct dp_job *job, struct dp_trainer *trainer)
{
    static const struct dp_report nothing;
    struct dp_error error = {0};
    write_letter(job, &nothing, ASK);
    for (struct answer answer; (answer = listen(job)).chunk.count > 0;) {
        struct dp_report report = nothing;
        if (answer.ahead)
            write_letter(job, &nothing, ASK);
        if (!dp_signals_caught() && dp_job_train(job, trainer, answer.chunk, NULL, &report, &error) != DP_OK)
            give_up(job, trainer, &error);
        write_letter(job, &report, answer.ahead ? TELL : ASK);
    }
    write_letter(job, &nothing, LEAVE);
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
