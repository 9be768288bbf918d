// SPDX-License-Identifier: BSD-3-Clause
#include "gather.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WINDOW = 65536,    // rows read at a time
    VALUES_LISTED = 8, // of a mixed coordinate, in the message
    FIXED = 7          // columns that every reading needs
};

/* One window of rows: the columns in use, side by side. */
struct window {
    double *x, *y, *width, *seed, *multiplicity, *status, *value; // [WINDOW]
    double *pick[DP_PICKS], *other[DP_OTHERS];
    double *memory;
};

static bool open_window(struct window *window, int picks, int others)
{
    window->memory = malloc(sizeof(double) * WINDOW * (size_t)(FIXED + picks + others));
    if (!window->memory)
        return false;
    double *next = window->memory;
    double **const fixed[FIXED] = {
        &window->x,      &window->y,    &window->width, &window->seed, &window->multiplicity,
        &window->status, &window->value};
    for (int i = 0; i < FIXED; i++, next += WINDOW)
        *fixed[i] = next;
    for (int i = 0; i < picks; i++, next += WINDOW)
        window->pick[i] = next;
    for (int i = 0; i < others; i++, next += WINDOW)
        window->other[i] = next;
    return true;
}

static enum dp_status read_window(const struct dp_store *store, const struct dp_view *view,
                                  const struct dp_gathered *gathered, int64_t first, int64_t count,
                                  struct window *window, struct dp_error *error)
{
    // Status first: a row that is done by then has its results on disk; the other way round it may not.
    DP_TRY(dp_store_read(store, "status", first, count, window->status, error));
    DP_TRY(dp_store_read(store, view->value, first, count, window->value, error));
    DP_TRY(dp_store_read(store, view->x, first, count, window->x, error));
    DP_TRY(dp_store_read(store, view->y, first, count, window->y, error));
    DP_TRY(dp_store_read(store, "width", first, count, window->width, error));
    DP_TRY(dp_store_read(store, "seed", first, count, window->seed, error));
    DP_TRY(dp_store_read(store, "multiplicity", first, count, window->multiplicity, error));
    for (int i = 0; i < view->picks; i++)
        DP_TRY(dp_store_read(store, view->pick[i].column, first, count, window->pick[i], error));
    for (int i = 0; i < gathered->others; i++)
        DP_TRY(dp_store_read(store, gathered->other[i], first, count, window->other[i], error));
    return DP_OK;
}

/* Equal as a user means it: 0.3 also finds the axis value 0.30000000000000004. */
static bool matches(double value, double wanted)
{
    return value == wanted || fabs(value - wanted) <= 1e-9 * fabs(wanted) || (isnan(value) && isnan(wanted));
}

/* Does a row pass: for every column that is picked, one of its picks? */
static bool passes(const struct dp_view *view, const struct window *window, int64_t row)
{
    for (int i = 0; i < view->picks; i++) {
        bool any = false;
        for (int k = 0; k < view->picks && !any; k++)
            any = !strcmp(view->pick[k].column, view->pick[i].column) &&
                  matches(window->pick[k][row], view->pick[k].value);
        if (!any)
            return false;
    }
    return true;
}

static enum dp_status add_row(struct dp_gathered *gathered, const struct window *window, int64_t row,
                              struct dp_error *error)
{
    double other[DP_OTHERS];
    gathered->picked++;
    gathered->relu = gathered->relu && window->multiplicity[row] == 0; // only ReLU is not smooth at 0
    if (!isfinite(window->x[row]) || !isfinite(window->y[row]) || !isfinite(window->width[row])) {
        gathered->nowhere++;
        return DP_OK;
    }
    bool room = dp_values_add(&gathered->seeds, window->seed[row]);
    for (int k = 0; k < gathered->others; k++) {
        other[k] = window->other[k][row];
        room = dp_values_add(&gathered->other_value[k], other[k]) && room;
    }
    if (!room)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for the values of the axes");
    return dp_cells_add(&gathered->cells, window->x[row], window->y[row], window->width[row],
                        window->status[row], window->value[row], other, error);
}

static enum dp_status read_all(const struct dp_store *store, const struct dp_view *view,
                               struct dp_gathered *gathered, struct dp_error *error)
{
    struct window window;
    if (!open_window(&window, view->picks, gathered->others))
        return dp_fail(error, DP_NO_MEMORY, "not enough memory to read the store");
    enum dp_status status = DP_OK;
    for (int64_t first = 0; first < gathered->runs && status == DP_OK; first += WINDOW) {
        const int64_t left = gathered->runs - first, count = left < WINDOW ? left : WINDOW;
        status = read_window(store, view, gathered, first, count, &window, error);
        for (int64_t row = 0; row < count && status == DP_OK; row++)
            if (passes(view, &window, row))
                status = add_row(gathered, &window, row, error);
    }
    free(window.memory);
    return status;
}

/* Tells of a coordinate that cells would mix. */
static enum dp_status mixed(const struct dp_store *store, const struct dp_view *view,
                            const struct dp_gathered *gathered, int k, struct dp_error *error)
{
    const struct dp_values *const values = &gathered->other_value[k];
    char list[512] = "", text[DP_TEXT], first[DP_TEXT];
    for (int64_t i = 0; i < values->count && i < VALUES_LISTED; i++) {
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? " " : "",
                 dp_coordinate_text(store, gathered->other[k], values->value[i], true, text, sizeof text));
    }
    dp_coordinate_text(store, gathered->other[k], values->value[0], true, first, sizeof first);
    return dp_fail(error, DP_BAD_INPUT,
                   "%s takes %lld values (%s%s) at the same %s, %s and width, and a cell must not mix them; "
                   "choose one with --at %s=%s, or make it an axis with --x or --y",
                   gathered->other[k], (long long)values->count, list,
                   values->count > VALUES_LISTED ? " ..." : "", view->x, view->y, gathered->other[k], first);
}

static bool activation_mixed(const struct dp_gathered *gathered)
{
    for (int k = 0; k < gathered->others; k++)
        if (!strcmp(gathered->other[k], "activation"))
            return gathered->cells.mixed[k];
    return false;
}

static enum dp_status nothing_picked(const struct dp_store *store, const struct dp_view *view,
                                     struct dp_error *error)
{
    char list[512] = "", text[DP_TEXT];
    for (int i = 0; i < view->picks; i++) {
        const size_t used = strlen(list);
        snprintf(
            list + used, sizeof list - used, "%s%s=%s", i ? ", " : "", view->pick[i].column,
            dp_coordinate_text(store, view->pick[i].column, view->pick[i].value, true, text, sizeof text));
    }
    return dp_fail(error, DP_BAD_INPUT, "--at: no run of the store has %s", list);
}

enum dp_status dp_gather(const struct dp_store *store, const struct dp_view *view,
                         struct dp_gathered *gathered, struct dp_error *error)
{
    const char *names[DP_OTHERS + 4];
    const int count = dp_coordinates(store, names, DP_OTHERS + 4);
    *gathered = (struct dp_gathered){.runs = dp_store_runs(store), .relu = true};
    for (int i = 0; i < count && gathered->others < DP_OTHERS; i++)
        if (strcmp(names[i], view->x) && strcmp(names[i], view->y) && strcmp(names[i], "width") &&
            strcmp(names[i], "seed"))
            gathered->other[gathered->others++] = names[i];
    DP_TRY(dp_cells_start(&gathered->cells, gathered->others, error));
    DP_TRY(read_all(store, view, gathered, error));
    if (view->picks && !gathered->picked)
        return nothing_picked(store, view, error);
    dp_values_sort(&gathered->seeds);
    enum dp_status status = DP_OK;
    for (int k = 0; k < gathered->others; k++) {
        dp_values_sort(&gathered->other_value[k]);
        // The multiplicity follows from the activation, which is the one to choose.
        if (gathered->cells.mixed[k] &&
            !(!strcmp(gathered->other[k], "multiplicity") && activation_mixed(gathered)))
            status = mixed(store, view, gathered, k, error);
    }
    return status == DP_OK ? dp_cells_finish(&gathered->cells, error) : status;
}

void dp_gathered_free(struct dp_gathered *gathered)
{
    dp_cells_free(&gathered->cells);
    dp_values_free(&gathered->seeds);
    for (int k = 0; k < DP_OTHERS; k++)
        dp_values_free(&gathered->other_value[k]);
}
