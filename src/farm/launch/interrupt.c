// SPDX-License-Identifier: BSD-3-Clause
#include "farm/launch/interrupt.h"
#include "farm/job/signals.h"
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const long look_every = 20000000; // ns

struct interrupt {
    struct dp_job *job;
    _Atomic bool over;
};

static void *wait_for_signal(void *context)
{
    struct interrupt *const interrupt = context;
    struct dp_job *const job = interrupt->job;
    while (!dp_signals_caught()) {
        if (atomic_load(&interrupt->over))
            return NULL;
        nanosleep(&(struct timespec){.tv_nsec = look_every}, NULL);
    }
    fprintf(stderr, "dewpoint: stopped by %s before the first run; the same command begins again\n",
            dp_signals_name(dp_signals_caught()));
    if (atomic_load(&job->locked)) {
        dp_store_clean_behind(job->path);
        dp_lock_remove(job->lock);
    }
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
    if (pthread_create(&thread, NULL, wait_for_signal, &interrupt) != 0)
        return dp_fail(error, DP_INTERNAL, "cannot start the thread that waits for signals");
    const enum dp_status status = step(job, error);
    atomic_store(&interrupt.over, true);
    pthread_join(thread, NULL);
    return status;
}
