// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm/knowledge.h"
#include "dewpoint/store/store.h"
#include <math.h>
#include <stdlib.h>

enum { WINDOW = 4096, WINDOWS = 64 };

enum dp_status dp_knowledge_add(struct dp_knowledge *k, const struct dp_known_cost *known,
                                struct dp_error *error)
{
    struct dp_known_cost *const last = k->count ? &k->known[k->count - 1] : NULL;
    if (last && dp_efforts_agree(&last->effort, &known->effort) &&
        (last->evaluations > 0) == (known->evaluations > 0)) {
        last->rows += known->rows;
        last->seconds += known->seconds;
        last->evaluations += known->evaluations;
        return DP_OK;
    }
    if (k->count == k->room) {
        const int64_t room = k->room ? 2 * k->room : 256;
        struct dp_known_cost *more = realloc(k->known, (size_t)room * sizeof *more);
        if (!more)
            return dp_fail(error, DP_NO_MEMORY, "no memory for the costs of %lld runs", (long long)room);
        k->known = more;
        k->room = room;
    }
    k->known[k->count++] = *known;
    return DP_OK;
}

/* The columns of a window of rows. */
struct window {
    double status[WINDOW], seconds[WINDOW], evaluations[WINDOW];
};

static enum dp_status add_window(const struct dp_efforts *efforts, const struct dp_store *store,
                                 const struct dp_sweep *sweep, int64_t first, struct window *w,
                                 struct dp_knowledge *k, struct dp_error *error)
{
    const int64_t left = dp_store_runs(store) - first, count = left < WINDOW ? left : WINDOW;
    DP_TRY(dp_store_read(store, "status", first, count, w->status, error));
    DP_TRY(dp_store_read(store, "wall_time", first, count, w->seconds, error));
    DP_TRY(dp_store_read(store, "evaluations", first, count, w->evaluations, error));
    for (int64_t i = 0; i < count; i++) {
        struct dp_run run;
        if (w->status[i] == DP_PENDING || w->status[i] == DP_RUN_FAILED || !(w->seconds[i] > 0))
            continue;
        dp_sweep_run(sweep, first + i, &run);
        const struct dp_samples *const data = dp_inputs_data(efforts->inputs, &run);
        if (!data && (run.target == DP_FILE || run.target == DP_FORMULA))
            continue; // of data that this sweep does not have
        const struct dp_known_cost known = {.effort = dp_effort_of(efforts, &run, data),
                                            .rows = 1,
                                            .seconds = w->seconds[i],
                                            .evaluations = w->evaluations[i] > 0 ? w->evaluations[i] : 0};
        DP_TRY(dp_knowledge_add(k, &known, error));
        k->rows++;
    }
    return DP_OK;
}

static enum dp_status add_rows(const struct dp_efforts *efforts, const struct dp_store *store,
                               struct dp_knowledge *k, struct dp_error *error)
{
    const int64_t windows = (dp_store_runs(store) + WINDOW - 1) / WINDOW;
    const int64_t stride = windows > WINDOWS ? windows / WINDOWS : 1;
    struct dp_sweep sweep = {0};
    struct window *const w = malloc(sizeof *w);
    enum dp_status status =
        w ? dp_store_sweep(store, &sweep, error) : dp_fail(error, DP_NO_MEMORY, "no memory to read rows");
    for (int64_t i = 0; status == DP_OK && i < windows; i += stride)
        status = add_window(efforts, store, &sweep, i * WINDOW, w, k, error);
    dp_sweep_free(&sweep);
    free(w);
    return status;
}

enum dp_status dp_knowledge_from_store(const struct dp_efforts *efforts, const char *path,
                                       struct dp_knowledge *k, struct dp_error *error)
{
    struct dp_store *store;
    DP_TRY(dp_store_open(path, &store, error));
    const enum dp_status status = add_rows(efforts, store, k, error);
    const enum dp_status closed = dp_store_close(store, error);
    return status == DP_OK ? closed : status;
}

void dp_knowledge_give(const struct dp_knowledge *k, struct dp_scheduler *scheduler)
{
    for (int64_t i = 0; i < k->count; i++)
        dp_scheduler_learn(scheduler, &k->known[i].effort, k->known[i].rows, k->known[i].seconds,
                           k->known[i].evaluations);
    if (k->count > 0)
        dp_scheduler_learned(scheduler);
}

void dp_knowledge_free(struct dp_knowledge *k)
{
    free(k->known);
    *k = (struct dp_knowledge){0};
}
