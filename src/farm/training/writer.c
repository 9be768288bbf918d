// SPDX-License-Identifier: BSD-3-Clause
#include "farm/training/writer.h"
#include "farm/training/checkpoint.h"
#include <math.h>
#include <stdlib.h>

static const double least_pause = .05, most_pause = 2; // s between two syncs,
static const double syncs_apart = 20;                  // which are so many times as long as a sync

/* Rows that were put together. */
struct rows {
    int64_t first, count;
    unsigned char *statuses;
};

/* Some of them, in the order in which they were put. */
struct group {
    struct rows *rows;
    int64_t count, room;
};

enum state { IDLE, SYNCING, SYNCED };

struct dp_writer {
    struct dp_job *job;
    pthread_mutex_t *messages;
    struct group waiting; // put, not synced
    struct group synced;  // or being synced
    double began, next;   // of the last sync; when the next one may begin
    enum dp_status failed;
    struct dp_error failure;

    pthread_t thread;
    pthread_mutex_t mutex; // for what follows
    pthread_cond_t change;
    enum state state;
    bool closing;
    enum dp_status status; // of the sync
    struct dp_error error;
};

static void *sync_when_asked(void *context)
{
    struct dp_writer *w = context;
    pthread_mutex_lock(&w->mutex);
    while (!w->closing) {
        if (w->state != SYNCING) {
            pthread_cond_wait(&w->change, &w->mutex);
            continue;
        }
        pthread_mutex_unlock(&w->mutex);
        const enum dp_status status = dp_store_sync(w->job->store, &w->error);
        pthread_mutex_lock(&w->mutex);
        w->status = status;
        w->state = SYNCED;
        pthread_cond_broadcast(&w->change);
    }
    pthread_mutex_unlock(&w->mutex);
    return NULL;
}

enum dp_status dp_writer_open(struct dp_job *job, pthread_mutex_t *messages, struct dp_writer **writer,
                              struct dp_error *error)
{
    struct dp_writer *w = calloc(1, sizeof *w);
    *writer = NULL;
    if (!w)
        return dp_fail(error, DP_NO_MEMORY, "no memory to write rows");
    w->job = job;
    w->messages = messages;
    pthread_mutex_init(&w->mutex, NULL);
    pthread_cond_init(&w->change, NULL);
    if (pthread_create(&w->thread, NULL, sync_when_asked, w) != 0) {
        pthread_cond_destroy(&w->change);
        pthread_mutex_destroy(&w->mutex);
        free(w);
        return dp_fail(error, DP_INTERNAL, "cannot start the thread that syncs the store");
    }
    *writer = w;
    return DP_OK;
}

static void empty(struct group *group)
{
    for (int64_t i = 0; i < group->count; i++)
        free(group->rows[i].statuses);
    group->count = 0;
}

void dp_writer_close(struct dp_writer *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->mutex);
    w->closing = true;
    pthread_cond_broadcast(&w->change);
    pthread_mutex_unlock(&w->mutex);
    pthread_join(w->thread, NULL);
    empty(&w->waiting);
    empty(&w->synced);
    free(w->waiting.rows);
    free(w->synced.rows);
    pthread_mutex_destroy(&w->mutex);
    pthread_cond_destroy(&w->change);
    free(w);
}

static enum dp_status remember(struct group *group, int64_t first, int64_t count,
                               const struct dp_record *records, struct dp_error *error)
{
    if (group->count == group->room) {
        const int64_t room = group->room ? 2 * group->room : 16;
        struct rows *more = realloc(group->rows, (size_t)room * sizeof *more);
        if (!more)
            return dp_fail(error, DP_NO_MEMORY, "no memory to write rows");
        group->rows = more;
        group->room = room;
    }
    unsigned char *const statuses = malloc((size_t)count);
    if (!statuses)
        return dp_fail(error, DP_NO_MEMORY, "no memory to write rows");
    for (int64_t i = 0; i < count; i++)
        statuses[i] = (unsigned char)records[i].status;
    group->rows[group->count++] = (struct rows){first, count, statuses};
    return DP_OK;
}

static enum state state_of(struct dp_writer *w)
{
    pthread_mutex_lock(&w->mutex);
    const enum state state = w->state;
    pthread_mutex_unlock(&w->mutex);
    return state;
}

static void set_state(struct dp_writer *w, enum state state)
{
    pthread_mutex_lock(&w->mutex);
    w->state = state;
    pthread_cond_broadcast(&w->change);
    pthread_mutex_unlock(&w->mutex);
}

/* The lock for MPI must be held. */
static enum dp_status mark(struct dp_writer *w, struct dp_error *error)
{
    for (int64_t i = 0; i < w->synced.count; i++) {
        const struct rows *rows = &w->synced.rows[i];
        DP_TRY(dp_store_mark(w->job->store, rows->first, rows->count, rows->statuses, error));
        for (int64_t row = rows->first; row < rows->first + rows->count; row++)
            if (dp_checkpoint_exists(w->job, row))
                dp_checkpoint_remove(w->job, row);
    }
    empty(&w->synced);
    return DP_OK;
}

/* What the thread has synced is marked; it is idle then. The lock for MPI must be held. */
static enum dp_status collect(struct dp_writer *w, struct dp_error *error)
{
    const double spent = dp_job_clock() - w->began;
    if (w->status != DP_OK) {
        if (error)
            *error = w->error;
        return w->status;
    }
    set_state(w, IDLE);
    w->next = w->began + fmin(fmax(least_pause, syncs_apart * spent), most_pause);
    return mark(w, error);
}

static void begin_sync(struct dp_writer *w)
{
    const struct group other = w->synced;
    w->synced = w->waiting;
    w->waiting = other;
    w->began = dp_job_clock();
    set_state(w, SYNCING);
}

void dp_writer_step(struct dp_writer *w)
{
    if (!w || w->failed != DP_OK)
        return;
    enum state state = state_of(w);
    if (state == SYNCED) {
        if (w->messages && pthread_mutex_trylock(w->messages) != 0)
            return;
        w->failed = collect(w, &w->failure);
        if (w->messages)
            pthread_mutex_unlock(w->messages);
        state = IDLE;
    }
    if (w->failed == DP_OK && state == IDLE && w->waiting.count > 0 && dp_job_clock() >= w->next)
        begin_sync(w);
}

static enum dp_status told(const struct dp_writer *w, struct dp_error *error)
{
    if (w->failed != DP_OK && error)
        *error = w->failure;
    return w->failed;
}

enum dp_status dp_writer_put(struct dp_writer *w, int64_t first, int64_t count,
                             const struct dp_record *records, const struct dp_trace *traces,
                             struct dp_error *error)
{
    DP_TRY(told(w, error));
    if (w->messages)
        pthread_mutex_lock(w->messages);
    const enum dp_status status =
        dp_store_put(w->job->store, &w->job->sweep, first, count, records, traces, error);
    if (w->messages)
        pthread_mutex_unlock(w->messages);
    DP_TRY(status);
    return remember(&w->waiting, first, count, records, error);
}

static void wait_for_sync(struct dp_writer *w)
{
    pthread_mutex_lock(&w->mutex);
    while (w->state == SYNCING)
        pthread_cond_wait(&w->change, &w->mutex);
    pthread_mutex_unlock(&w->mutex);
}

enum dp_status dp_writer_flush(struct dp_writer *w, struct dp_error *error)
{
    for (;;) {
        DP_TRY(told(w, error));
        wait_for_sync(w);
        if (state_of(w) == SYNCED) {
            if (w->messages)
                pthread_mutex_lock(w->messages);
            w->failed = collect(w, &w->failure);
            if (w->messages)
                pthread_mutex_unlock(w->messages);
            continue;
        }
        if (w->waiting.count == 0)
            return DP_OK;
        begin_sync(w);
    }
}
