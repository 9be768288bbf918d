// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "farm/job/job.h"

/* The protocol between the dispatcher on rank 0 and the workers on all other ranks. A worker sends requests;
 * each carries what it has finished since the last one (perhaps nothing), why it thinks that the job must
 * stop, and what it wants:
 *
 *   REPORT  nothing; in a long run it comes every few seconds with where the run stands, so that silence
 *           means something
 *   FETCH   a task; the dispatcher replies with one, and says whether to prefetch: to ask for the next one
 *           before training this one (and to report this one with the request after that); a task without
 *           rows: there are no more
 *   LEAVE   nothing, ever again
 *   ABORT   the end of the job: it could not write a row, and has said why; always a message
 *
 * Requests and replies go through slots in shared memory between ranks on the dispatcher's host, and through
 * messages between hosts. The dispatcher also sends every worker one word to stop, as a message: when the job
 * is to stop, or after LEAVE. */

enum dp_want { DP_REPORT, DP_FETCH, DP_LEAVE, DP_ABORT };

struct dp_request {
    struct dp_report report;
    struct dp_in_training training; // .seconds 0: none
    int32_t stop, want;
    int32_t exit_code; // of DP_ABORT
};

struct dp_reply {
    struct dp_task task;
    int64_t prefetch;
};
