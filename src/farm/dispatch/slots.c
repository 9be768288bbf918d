// SPDX-License-Identifier: BSD-3-Clause
#include "farm/dispatch/slots.h"
#include "farm/job/idle.h"
#include <stdatomic.h>
#include <string.h>

enum { LINE = 64 }; // bytes of a cache line
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "flags are seen by other processes");

struct dp_slot {
    _Alignas(LINE) _Atomic int asked;
    int rank;
    struct dp_request request;
    _Alignas(LINE) _Atomic int answered;
    struct dp_reply reply;
};

// The slots in memory that every rank of the host sees, at the same place within a page.
static struct dp_slot *first_slot(MPI_Win window)
{
    MPI_Aint size;
    int unit;
    void *base;
    MPI_Win_shared_query(window, 0, &size, &unit, &base);
    return (struct dp_slot *)(((uintptr_t)base + LINE - 1) / LINE * LINE);
}

static void make(struct dp_slots *s)
{
    const MPI_Aint bytes = s->own == 0 ? (MPI_Aint)(sizeof(struct dp_slot) * (size_t)s->count + LINE) : 0;
    void *base;
    MPI_Comm_set_errhandler(s->host, MPI_ERRORS_RETURN);
    int made = MPI_Win_allocate_shared(bytes, 1, MPI_INFO_NULL, s->host, &base, &s->window) == MPI_SUCCESS;
    MPI_Allreduce(MPI_IN_PLACE, &made, 1, MPI_INT, MPI_MIN, s->host);
    if (!made) {
        s->window = MPI_WIN_NULL;
        return;
    }
    s->slots = first_slot(s->window);
    if (s->own == 0)
        memset(s->slots, 0, sizeof *s->slots * (size_t)s->count);
}

void dp_slots_open(const struct dp_job *job, struct dp_slots *s)
{
    *s = (struct dp_slots){.host = MPI_COMM_NULL, .window = MPI_WIN_NULL};
    if (job->ranks == 1)
        return;
    MPI_Comm_split_type(job->comm, MPI_COMM_TYPE_SHARED, job->rank, MPI_INFO_NULL, &s->host);
    MPI_Comm_size(s->host, &s->count);
    MPI_Comm_rank(s->host, &s->own);
    int lowest = job->rank;
    MPI_Bcast(&lowest, 1, MPI_INT, 0, s->host);
    if (lowest != 0 || s->count == 1)
        return;
    make(s);
    MPI_Barrier(s->host);
    if (s->slots)
        s->slots[s->own].rank = job->rank;
    MPI_Barrier(s->host);
}

void dp_slots_close(struct dp_slots *s)
{
    if (s->window != MPI_WIN_NULL) {
        // Freeing is collective: whoever is early sleeps here.
        MPI_Request request;
        MPI_Ibarrier(s->host, &request);
        dp_idle_wait(&request);
        MPI_Win_free(&s->window);
    }
    if (s->host != MPI_COMM_NULL)
        MPI_Comm_free(&s->host);
    s->slots = NULL;
}

struct dp_slot *dp_slots_own(const struct dp_slots *s)
{
    return s->slots ? &s->slots[s->own] : NULL;
}

struct dp_slot *dp_slots_at(const struct dp_slots *s, int index, int *rank)
{
    *rank = s->slots[index].rank;
    return &s->slots[index];
}

bool dp_slot_ask(struct dp_slot *slot, const struct dp_request *request)
{
    if (atomic_load_explicit(&slot->asked, memory_order_acquire))
        return false;
    slot->request = *request;
    atomic_store_explicit(&slot->asked, 1, memory_order_release);
    return true;
}

bool dp_slot_answered(struct dp_slot *slot, struct dp_reply *reply)
{
    if (!atomic_load_explicit(&slot->answered, memory_order_acquire))
        return false;
    *reply = slot->reply;
    atomic_store_explicit(&slot->answered, 0, memory_order_release);
    return true;
}

const struct dp_request *dp_slot_waiting(struct dp_slot *slot)
{
    return atomic_load_explicit(&slot->asked, memory_order_acquire) ? &slot->request : NULL;
}

void dp_slot_done(struct dp_slot *slot)
{
    atomic_store_explicit(&slot->asked, 0, memory_order_release);
}

void dp_slot_reply(struct dp_slot *slot, const struct dp_reply *reply)
{
    slot->reply = *reply;
    atomic_store_explicit(&slot->answered, 1, memory_order_release);
}
