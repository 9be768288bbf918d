// SPDX-License-Identifier: BSD-3-Clause
#include "farm/dispatch/slots.h"
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 64 }; // bytes of a cache line
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "flags are seen by other processes");

struct dp_slot {
    _Alignas(LINE) _Atomic int asked;
    int rank;
    struct dp_request request;
    _Alignas(LINE) _Atomic int answered;
    struct dp_reply reply;
};

static size_t bytes_of(const struct dp_slots *s)
{
    return sizeof(struct dp_slot) * (size_t)s->count;
}

/* The memory of this name, which is made with O_CREAT, as zeros; NULL: it cannot be had. */
static struct dp_slot *map(const char *name, int flags, size_t bytes)
{
    const int file = shm_open(name, O_RDWR | flags, S_IRUSR | S_IWUSR);
    if (file < 0)
        return NULL;
    void *memory = MAP_FAILED;
    // That there is no more memory must be found here, not by a SIGBUS later.
    if (!(flags & O_CREAT) || posix_fallocate(file, 0, (off_t)bytes) == 0)
        memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    return memory == MAP_FAILED ? NULL : memory;
}

/* Collective over the ranks of rank 0's host. Not with MPI_Win_allocate_shared: when Open MPI fails on one
 * rank, as where /dev/shm is full, the others wait for that rank for ever. */
static void make(const struct dp_job *job, struct dp_slots *s, MPI_Comm host)
{
    char name[80] = ""; // no other job's, and no left-over's
    if (s->own == 0) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        snprintf(name, sizeof name, "/dewpoint-%ld-%lld-%ld", (long)getpid(), (long long)now.tv_sec,
                 now.tv_nsec);
        s->slots = map(name, O_CREAT | O_EXCL, bytes_of(s));
    }
    int made = s->slots != NULL;
    MPI_Bcast(&made, 1, MPI_INT, 0, host);
    MPI_Bcast(name, sizeof name, MPI_CHAR, 0, host);
    if (made && s->own != 0)
        s->slots = map(name, 0, bytes_of(s));
    if (s->slots)
        s->slots[s->own].rank = job->rank;
    MPI_Barrier(host);
    if (s->own == 0)
        shm_unlink(name); // the memory lasts until its last rank has closed it
}

void dp_slots_open(const struct dp_job *job, struct dp_slots *s)
{
    *s = (struct dp_slots){0};
    if (job->ranks == 1)
        return;
    MPI_Comm host;
    MPI_Comm_split_type(job->comm, MPI_COMM_TYPE_SHARED, job->rank, MPI_INFO_NULL, &host);
    MPI_Comm_size(host, &s->count);
    MPI_Comm_rank(host, &s->own);
    int lowest = job->rank;
    MPI_Bcast(&lowest, 1, MPI_INT, 0, host);
    if (lowest == 0 && s->count > 1)
        make(job, s, host);
    MPI_Comm_free(&host);
}

void dp_slots_close(struct dp_slots *s)
{
    if (s->slots)
        munmap(s->slots, bytes_of(s));
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
