// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm/simulation.h"
#include <math.h>
#include <stdlib.h>

enum { EVENTS = 4 }; // of a rank at most: the reports of two chunks, and the request for a third

/* A request on its way to the dispatcher. */
struct event {
    double time;
    int rank;
    bool fetch;                  // it asks for a chunk
    struct dp_finished finished; // and reports this one; count 0: nothing
};

/* What is under way: a heap with the earliest event in front, and the time until which each rank has work. */
struct clock {
    struct event *events;
    int count;
    double *free_at;
    double dispatcher_free;
};

static bool earlier(const struct event *a, const struct event *b)
{
    return a->time != b->time ? a->time < b->time : a->rank < b->rank;
}

static void push(struct clock *c, struct event event)
{
    int at = c->count++;
    for (; at > 0 && earlier(&event, &c->events[(at - 1) / 2]); at = (at - 1) / 2)
        c->events[at] = c->events[(at - 1) / 2];
    c->events[at] = event;
}

static struct event pop(struct clock *c)
{
    const struct event first = c->events[0], last = c->events[--c->count];
    int at = 0;
    for (int child; (child = 2 * at + 1) < c->count; at = child) {
        if (child + 1 < c->count && earlier(&c->events[child + 1], &c->events[child]))
            child++;
        if (!earlier(&c->events[child], &last))
            break;
        c->events[at] = c->events[child];
    }
    c->events[at] = last;
    return first;
}

/* The rank gets a chunk: it trains it, and reports and asks as the protocol has it. */
static void start(const struct dp_simulation *sim, struct clock *c, int rank, struct dp_chunk chunk,
                  bool prefetch, struct dp_simulated *result)
{
    const double arrived = c->dispatcher_free + sim->latency, began = fmax(arrived, c->free_at[rank]);
    struct dp_finished finished = {.chunk = chunk, .overhead = sim->overhead};
    finished.seconds = sim->train(chunk.first, chunk.count, &finished.evaluations, sim->context) /
                       (sim->speeds ? sim->speeds[rank] : 1);
    result->waiting += began - c->free_at[rank];
    c->free_at[rank] = began + finished.seconds + sim->overhead;
    result->work += finished.seconds;
    result->overhead += sim->overhead;
    result->chunks++;
    result->rows += chunk.count;
    if (chunk.count == 1)
        result->longest = fmax(result->longest, finished.seconds);
    if (prefetch)
        push(c, (struct event){.time = began + sim->latency, .rank = rank, .fetch = true});
    push(c, (struct event){c->free_at[rank] + sim->latency, rank, !prefetch, finished});
}

static void serve(const struct dp_simulation *sim, struct clock *c, struct dp_scheduler *scheduler,
                  struct dp_simulated *result)
{
    const struct event event = pop(c);
    c->dispatcher_free = fmax(c->dispatcher_free, event.time) + sim->service;
    result->serving += sim->service;
    if (event.finished.chunk.count > 0)
        dp_scheduler_finished(scheduler, event.rank, &event.finished);
    if (!event.fetch)
        return;
    const struct dp_chunk chunk = dp_scheduler_next(scheduler, event.rank);
    if (chunk.count > 0)
        start(sim, c, event.rank, chunk, dp_scheduler_prefetches(scheduler, chunk), result);
}

enum dp_status dp_simulate(const struct dp_simulation *sim, struct dp_scheduler *scheduler,
                           struct dp_simulated *result, struct dp_error *error)
{
    struct clock c = {.events = malloc((size_t)sim->ranks * EVENTS * sizeof *c.events),
                      .free_at = calloc((size_t)sim->ranks, sizeof *c.free_at)};
    *result = (struct dp_simulated){0};
    enum dp_status status = DP_OK;
    if (!c.events || !c.free_at)
        status = dp_fail(error, DP_NO_MEMORY, "no memory for %d simulated ranks", sim->ranks);
    for (int rank = 0; status == DP_OK && rank < sim->ranks; rank++)
        push(&c, (struct event){.time = sim->latency, .rank = rank, .fetch = true});
    while (status == DP_OK && c.count > 0)
        serve(sim, &c, scheduler, result);
    for (int rank = 0; status == DP_OK && rank < sim->ranks; rank++)
        result->makespan = fmax(result->makespan, c.free_at[rank]);
    for (int rank = 0; status == DP_OK && rank < sim->ranks; rank++)
        result->tail += result->makespan - c.free_at[rank];
    free(c.events);
    free(c.free_at);
    return status;
}

double dp_simulated_efficiency(const struct dp_simulated *result, int ranks)
{
    return result->makespan > 0 ? fmax(result->work / ranks, result->longest) / result->makespan : 1;
}
