// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "farm/dispatch/protocol.h"

/* Slots: requests and replies between the dispatcher and the workers on its host, in shared memory.
 *
 * With MPI, a request and its reply take rank 0 two to three microseconds of processor time, most of them for
 * memory that is not in its caches: of MPI's for every rank, and copies. A worker has one slot, with room for
 * one request and one reply, since it has at most one open question. A request is written before its flag is
 * set and read after the flag has been seen; the reader clears the flag when it is done. The same holds for
 * replies. So every byte has one writer at a time, and nobody waits for a lock.
 *
 * A rank whose host is not the dispatcher's has no slot, nor has one that cannot get at the memory: they send
 * messages.
 */

struct dp_slot;

struct dp_slots {
    struct dp_slot *slots; // NULL: this rank has none
    int count;             // ranks on the host: the slot of rank 0 is not used
    int own;               // index of this rank's
};

/* Collective over the job's ranks. */
void dp_slots_open(const struct dp_job *job, struct dp_slots *slots);
void dp_slots_close(struct dp_slots *slots);

/* The worker's own slot; NULL: it has none. */
struct dp_slot *dp_slots_own(const struct dp_slots *slots);

/* On rank 0: the slot of the worker with this index, from 1 to count - 1, and its rank. */
struct dp_slot *dp_slots_at(const struct dp_slots *slots, int index, int *rank);

/* Worker: puts a request; false if the dispatcher has not taken the one before. */
bool dp_slot_ask(struct dp_slot *slot, const struct dp_request *request);

/* Worker: takes the reply, if it is there. */
bool dp_slot_answered(struct dp_slot *slot, struct dp_reply *reply);

/* The request that waits for the dispatcher, NULL if there is none. It stays as it is until the dispatcher is
 * done with it. */
const struct dp_request *dp_slot_waiting(struct dp_slot *slot);
void dp_slot_done(struct dp_slot *slot);

/* Dispatcher: replies to a request. The worker has taken the reply before, or it would not have asked. */
void dp_slot_reply(struct dp_slot *slot, const struct dp_reply *reply);
