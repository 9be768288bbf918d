// SPDX-License-Identifier: BSD-3-Clause
#include "farm/launch/interrupt.h"
#include "farm/job/signals.h"
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const long look_every = 20000000; // ns

struct interrupt {
    struct dp_job *job;
    pthread_mutex_t mutex; // for what follows
    pthread_cond_t change;
    bool over;
};

/* Waits until the step is over, until the next look at most. */
static bool is_over(struct interrupt *interrupt)
{
    struct timespec next;
    clock_gettime(CLOCK_REALTIME, &next);
    next.tv_nsec += look_every;
    next.tv_sec += next.tv_nsec / 1000000000;
    next.tv_nsec %= 1000000000;
    pthread_mutex_lock(&interrupt->mutex);
    if (!interrupt->over)
        pthread_cond_timedwait(&interrupt->change, &interrupt->mutex, &next);
    const bool over = interrupt->over;
    pthread_mutex_unlock(&interrupt->mutex);
    return over;
}

static void *wait_for_signal(void *context)
{
    struct interrupt *const interrupt = context;
    struct dp_job *const job = interrupt->job;
    while (!dp_signals_caught())
        if (is_over(interrupt))
            return NULL;
    fprintf(stderr, "dewpoint: stopped by %s before the first run; the same command begins again\n",
            dp_signals_name(dp_signals_caught()));
    if (atomic_load(&job->locked)) {
        dp_store_clean_behind(job->path);
        dp_lock_remove(job->lock);
    }
    // mpirun waits two seconds after a rank that ends with a code of its own, and one after an abort.
    if (job->ranks > 1)
        MPI_Abort(MPI_COMM_WORLD, DP_EXIT_INCOMPLETE);
    _exit(DP_EXIT_INCOMPLETE); // nobody else is to be told, and MPI would add words of its own
}

enum dp_status dp_interruptibly(enum dp_status (*step)(struct dp_job *, struct dp_error *),
                                struct dp_job *job, struct dp_error *error)
{
    struct interrupt interrupt = {.job = job};
    pthread_t thread;
    if (job->rank != 0)
        return DP_OK;
    pthread_mutex_init(&interrupt.mutex, NULL);
    pthread_cond_init(&interrupt.change, NULL);
    enum dp_status status = DP_OK;
    if (pthread_create(&thread, NULL, wait_for_signal, &interrupt) != 0) {
        status = dp_fail(error, DP_INTERNAL, "cannot start the thread that waits for signals");
    } else {
        dp_signals_block(true);
        status = step(job, error);
        dp_signals_block(false);
        pthread_mutex_lock(&interrupt.mutex);
        interrupt.over = true;
        pthread_cond_signal(&interrupt.change);
        pthread_mutex_unlock(&interrupt.mutex);
        pthread_join(thread, NULL);
    }
    pthread_cond_destroy(&interrupt.change);
    pthread_mutex_destroy(&interrupt.mutex);
    return status;
}
