// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/farm/effort.h"

/* What is known about the cost of runs before a job begins: from the times in an earlier store, or from trial
 * runs.
 *
 * A store needs no extra data for this: it has the time and the evaluations of each row. Of a large store,
 * windows spread over its rows are read. Trial runs are spread over the sweep, and a run that does not end in
 * time still shows how fast its steps are. */

struct dp_known_cost {
    struct dp_effort effort;
    double rows, seconds, evaluations; // rows: may be a fraction of one; evaluations 0: unknown
};

struct dp_knowledge {
    struct dp_known_cost *known;
    int64_t count, room;
    int64_t rows; // runs that it comes from
};

/* Adds what the store at path knows of runs like those of the sweep. Fails as dp_store_open does. */
enum dp_status dp_knowledge_from_store(const struct dp_efforts *efforts, const char *path,
                                       struct dp_knowledge *knowledge, struct dp_error *error);

/* Trains runs of the sweep for about this many seconds on this core. isa: as for dp_runs_execute. */
enum dp_status dp_knowledge_from_trial(const struct dp_efforts *efforts, double seconds, const char *isa,
                                       struct dp_knowledge *knowledge, struct dp_error *error);

/* Lets the scheduler learn all of it. */
void dp_knowledge_give(const struct dp_knowledge *knowledge, struct dp_scheduler *scheduler);

void dp_knowledge_free(struct dp_knowledge *knowledge);

/* One entry more; it is merged with the last one if their efforts agree. DP_NO_MEMORY. */
enum dp_status dp_knowledge_add(struct dp_knowledge *knowledge, const struct dp_known_cost *known,
                                struct dp_error *error);
