// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <mpi.h>

/* Waiting without spinning. MPI libraries poll at full speed while they wait, which takes the core from a
 * rank that has work when ranks share cores, and heats the room when they do not. We test, and sleep in
 * between: short at first, since most answers come at once, then up to a millisecond, a twentieth of a chunk.
 */

struct dp_idle {
    long nanoseconds; // of the last sleep
    long longest;     // 0: a millisecond
};

/* Sleeps, each time longer; set nanoseconds to 0 when something happened. */
void dp_idle_sleep(struct dp_idle *idle);

/* Completes request, sleeping meanwhile. */
void dp_idle_wait(MPI_Request *request);
