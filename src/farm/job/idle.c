// SPDX-License-Identifier: BSD-3-Clause
#include "farm/job/idle.h"
#include <time.h>

static const long shortest = 20000, longest = 1000000; // ns

void dp_idle_sleep(struct dp_idle *idle)
{
    const long most = idle->longest ? idle->longest : longest;
    idle->nanoseconds = idle->nanoseconds ? 2 * idle->nanoseconds : shortest;
    if (idle->nanoseconds > most)
        idle->nanoseconds = most;
    nanosleep(&(struct timespec){.tv_nsec = idle->nanoseconds}, NULL); // a signal may cut it short: fine
}

void dp_idle_wait(MPI_Request *request)
{
    struct dp_idle idle = {0};
    int complete = 0;
    for (;;) {
        MPI_Test(request, &complete, MPI_STATUS_IGNORE);
        if (complete)
            return;
        dp_idle_sleep(&idle);
    }
}
