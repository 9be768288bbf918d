// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm/knowledge.h"
#include "verbs/status/status.h"
#include <math.h>
#include <stdlib.h>

/* What the runs of a store have cost, and what the pending ones will cost by the cost model of the farm. */

enum { WINDOW = 1 << 14 };

/* Puts a row among the slowest, the slowest first. */
static void place(struct dp_status_costs *c, int64_t row, double seconds)
{
    int at = c->slow_count < DP_SLOWEST ? c->slow_count : DP_SLOWEST;
    for (; at > 0 && c->slowest[at - 1].seconds < seconds; at--)
        if (at < DP_SLOWEST)
            c->slowest[at] = c->slowest[at - 1];
    if (at < DP_SLOWEST)
        c->slowest[at] = (struct dp_slow_row){row, seconds};
    c->slow_count += c->slow_count < DP_SLOWEST;
}

static enum dp_status add_window(const struct dp_store *store, int64_t first, bool *done,
                                 struct dp_status_costs *c, struct dp_error *error)
{
    static const char *const names[] = {"status", "wall_time", "rank"};
    enum { STATUS, SECONDS, RANK, COLUMNS };
    const int64_t left = dp_store_runs(store) - first, count = left < WINDOW ? left : WINDOW;
    double *const values = malloc(COLUMNS * WINDOW * sizeof *values);
    enum dp_status status =
        values ? DP_OK : dp_fail(error, DP_NO_MEMORY, "no memory to read %d rows", WINDOW);
    for (int i = 0; i < COLUMNS && status == DP_OK; i++)
        status = dp_store_read(store, names[i], first, count, values + i * WINDOW, error);
    for (int64_t i = 0; i < count && status == DP_OK; i++) {
        const double state = values[STATUS * WINDOW + i], seconds = values[SECONDS * WINDOW + i];
        done[first + i] = state > DP_PENDING && state < DP_RUN_FAILED;
        if (!done[first + i] || !(seconds > 0))
            continue;
        c->spent += seconds;
        c->ranks = fmax(c->ranks, values[RANK * WINDOW + i] + 1);
        place(c, first + i, seconds);
    }
    free(values);
    return status;
}

/* What is left, if the sweep and its files can be read. */
static void find_left(const struct dp_store *store, const char *path, const bool *done,
                      struct dp_status_costs *c)
{
    const struct dp_scheduler_options options = {.ranks = 1, .grain = .02};
    struct dp_error unread = {0};
    struct dp_sweep sweep = {0};
    struct dp_inputs inputs = {0};
    struct dp_efforts efforts;
    struct dp_knowledge knowledge = {0};
    struct dp_scheduler *scheduler = NULL;
    enum dp_status status = dp_store_sweep(store, &sweep, &unread);
    if (status == DP_OK)
        status = dp_inputs_read(&sweep, &inputs, &unread);
    if (status == DP_OK) {
        dp_efforts_open(&sweep, &inputs, &efforts);
        status =
            dp_scheduler_create(sweep.runs, done, dp_effort_of_row, &efforts, &options, &scheduler, &unread);
    }
    if (status == DP_OK)
        status = dp_knowledge_from_store(&efforts, path, &knowledge, &unread);
    if (status == DP_OK && knowledge.rows > 0) {
        dp_knowledge_give(&knowledge, scheduler);
        c->left = dp_scheduler_work_left(scheduler);
    }
    dp_knowledge_free(&knowledge);
    dp_scheduler_free(scheduler);
    dp_inputs_free(&inputs);
    dp_sweep_free(&sweep);
}

enum dp_status dp_status_costs(const struct dp_store *store, const char *path, bool estimate,
                               struct dp_status_costs *c, struct dp_error *error)
{
    const int64_t runs = dp_store_runs(store);
    bool *const done = calloc((size_t)runs, sizeof *done);
    enum dp_status status =
        done ? DP_OK : dp_fail(error, DP_NO_MEMORY, "no memory for the states of %lld runs", (long long)runs);
    *c = (struct dp_status_costs){.left = estimate ? NAN : 0};
    for (int64_t first = 0; status == DP_OK && first < runs; first += WINDOW)
        status = add_window(store, first, done, c, error);
    if (status == DP_OK && estimate)
        find_left(store, path, done, c);
    free(done);
    return status;
}
