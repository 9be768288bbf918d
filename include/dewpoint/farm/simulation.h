// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/farm/scheduler.h"

/* A job on a virtual clock: the real scheduler, ranks that are numbers, and time that is a double.
 *
 * It follows the protocol of src/farm/dispatch/messages.c: a worker sends a request, one dispatcher serves
 * the requests one after the other in the order of their arrival, and a chunk that the scheduler lets be
 * prefetched overlaps with the request for the next one. `dewpoint plan` asks it for the makespan, and the
 * tests for what a policy is worth. Pure. */

struct dp_simulation {
    int ranks;
    const double *speeds; // [ranks], 1 is that of `seconds`; NULL: all 1
    double latency;       // s, of a message
    double service;       // s, of the dispatcher for a request
    double overhead;      // s, of a rank for a chunk beside its training
    /* True seconds of training of rows first..first+count-1, and their evaluations (0: not told). */
    double (*train)(int64_t first, int64_t count, double *evaluations, void *context);
    void *context;
};

/* What became of the ranks' time: ranks x makespan = work + overhead + waiting + tail. */
struct dp_simulated {
    double makespan;
    double work;     // s of training on all ranks
    double longest;  // s, the longest chunk of one row
    double overhead; // s
    double waiting;  // s that ranks waited for a reply that gave them rows
    double tail;     // s that ranks had nothing more to do before the last one ended
    double serving;  // s that the dispatcher was busy
    int64_t chunks, rows;
};

/* Runs the scheduler until nothing is left to hand out. */
enum dp_status dp_simulate(const struct dp_simulation *simulation, struct dp_scheduler *scheduler,
                           struct dp_simulated *result, struct dp_error *error);

/* The ideal time over the makespan. Ideal is the work spread evenly, or the longest run if that is more. */
double dp_simulated_efficiency(const struct dp_simulated *result, int ranks);
