// SPDX-License-Identifier: BSD-3-Clause
#include "phase/gather.h"
#include "dewpoint/run.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { VALUES_LISTED = 8, LIST_ROOM = 512 }; // of a mixed coordinate, in the message

// The columns of both passes, in the order of reading; those of the other coordinates follow.
enum { STATUS, VALUE, COMPANION, X, Y, WIDTH, SEED, FIXED };

static enum dp_status open_rows(const struct dp_store *store, const struct dp_view *view,
                                const struct dp_gathered *gathered, bool others, const char **names,
                                struct dp_rows *rows, struct dp_error *error)
{
    // Status first: a row that is done by then has its results on disk; the other way round it may not.
    names[STATUS] = "status";
    names[VALUE] = view->column;
    names[COMPANION] = view->companion ? view->companion->column : NULL;
    names[X] = view->x;
    names[Y] = view->y;
    names[WIDTH] = "width";
    names[SEED] = "seed";
    for (int k = 0; others && k < gathered->others; k++)
        names[FIXED + k] = gathered->other[k];
    return dp_rows_open(store, names, FIXED + (others ? gathered->others : 0), view->pick, view->picks, rows,
                        error);
}

/* What the cells reduce: the logarithm where a slope is wanted. */
static double reduced(const struct dp_view *view, double value)
{
    return view->kind == DP_VIEW_MEAN ? value : dp_log_value(value);
}

static double group_width(const struct dp_view *view, const struct dp_rows *rows, int64_t i)
{
    return view->by_width ? rows->column[WIDTH][i] : 0;
}

static bool has_place(const struct dp_rows *rows, int64_t i)
{
    return isfinite(rows->column[X][i]) && isfinite(rows->column[Y][i]) && isfinite(rows->column[WIDTH][i]);
}

static enum dp_status add_row(const struct dp_view *view, const struct dp_rows *rows, int64_t i,
                              struct dp_gathered *gathered, struct dp_error *error)
{
    double other[DP_OTHERS];
    double *const *const column = rows->column;
    const double x = column[X][i], y = column[Y][i], width = group_width(view, rows, i);
    bool room = dp_values_add(&gathered->seeds, column[SEED][i]);
    gathered->picked++;
    for (int k = 0; k < gathered->others; k++) {
        other[k] = column[FIXED + k][i];
        room = dp_values_add(&gathered->other_value[k], other[k]) && room;
    }
    if (!room)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for the values of the axes");
    if (!has_place(rows, i)) {
        gathered->nowhere++;
        return DP_OK;
    }
    if (view->companion)
        DP_TRY(dp_cells_add(&gathered->companion, x, y, width, column[STATUS][i],
                            reduced(view, column[COMPANION][i]), NULL, error));
    return dp_cells_add(&gathered->cells, x, y, width, column[STATUS][i], reduced(view, column[VALUE][i]),
                        other, error);
}

static enum dp_status first_pass(const struct dp_store *store, const struct dp_view *view,
                                 struct dp_gathered *gathered, struct dp_error *error)
{
    const char *names[FIXED + DP_OTHERS];
    struct dp_rows rows;
    enum dp_status status = open_rows(store, view, gathered, true, names, &rows, error);
    while (status == DP_OK && rows.first < rows.runs) {
        status = dp_rows_next(&rows, error);
        for (int64_t i = 0; i < rows.count && status == DP_OK; i++)
            if (dp_rows_pass(&rows, i))
                status = add_row(view, &rows, i, gathered, error);
    }
    dp_rows_close(&rows);
    return status;
}

/* The lot of a seed: its own while there are enough of them. */
static int lot_of(const struct dp_gathered *gathered, double seed)
{
    const int64_t place = dp_values_place(&gathered->seeds, seed);
    return (int)((place >= 0 ? (uint64_t)place : dp_value_hash(3, dp_value_bits(seed))) %
                 (uint64_t)gathered->seed_lines.lots);
}

static enum dp_status second_pass(const struct dp_store *store, const struct dp_view *view,
                                  struct dp_gathered *gathered, struct dp_error *error)
{
    const char *names[FIXED];
    struct dp_rows rows;
    enum dp_status status = open_rows(store, view, gathered, false, names, &rows, error);
    while (status == DP_OK && rows.first < rows.runs) {
        status = dp_rows_next(&rows, error);
        for (int64_t i = 0; i < rows.count && status == DP_OK; i++) {
            double *const *const column = rows.column;
            if (column[STATUS][i] != DP_DONE || !dp_rows_pass(&rows, i) || !has_place(&rows, i))
                continue;
            const double width = group_width(view, &rows, i);
            const int lot = lot_of(gathered, column[SEED][i]);
            dp_cell_seeds_add(&gathered->seed_lines, column[X][i], column[Y][i], width, lot,
                              reduced(view, column[VALUE][i]));
            if (view->companion)
                dp_cell_seeds_add(&gathered->companion_lines, column[X][i], column[Y][i], width, lot,
                                  reduced(view, column[COMPANION][i]));
        }
    }
    dp_rows_close(&rows);
    return status;
}

/* The lines of single seeds, in all cells. */
static enum dp_status fit_seeds(const struct dp_store *store, const struct dp_view *view,
                                struct dp_gathered *gathered, struct dp_error *error)
{
    const int64_t seeds = gathered->seeds.count;
    const int lots = seeds < 1 ? 1 : seeds > DP_LOTS ? DP_LOTS : (int)seeds;
    DP_TRY(dp_cell_seeds_start(&gathered->seed_lines, &gathered->cells, lots, error));
    DP_TRY(dp_cell_seeds_start(&gathered->companion_lines, &gathered->companion, lots, error));
    DP_TRY(second_pass(store, view, gathered, error));
    dp_cell_seeds_fit(&gathered->seed_lines);
    dp_cell_seeds_fit(&gathered->companion_lines);
    return DP_OK;
}

/* Tells of a coordinate with names that cells would mix. */
static enum dp_status mixed(const struct dp_store *store, const struct dp_view *view,
                            const struct dp_gathered *gathered, int k, struct dp_error *error)
{
    const struct dp_values *const values = &gathered->other_value[k];
    const char *const name = gathered->other[k];
    char list[LIST_ROOM] = "", text[DP_TEXT], first[DP_TEXT];
    for (int64_t i = 0; i < values->count && i < VALUES_LISTED; i++) {
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? " " : "",
                 dp_coordinate_text(store, name, values->value[i], true, text, sizeof text));
    }
    dp_coordinate_text(store, name, values->value[0], true, first, sizeof first);
    return dp_fail(
        error, DP_BAD_INPUT,
        "%s takes %lld values (%s%s) at the same %s, %s and width; choose one with --at %s=%s, make "
        "it an axis with --x or --y, or average over it with --average %s",
        name, (long long)values->count, list, values->count > VALUES_LISTED ? " ..." : "", view->x, view->y,
        name, first, name);
}

static bool may_average(const struct dp_store *store, const struct dp_view *view, const char *name)
{
    for (int i = 0; i < view->averages; i++)
        if (!strcmp(view->average[i], name))
            return true;
    return !dp_coordinate_names(store, name);
}

/* Does the coordinate of that name vary within cells as well? */
static bool mixes(const struct dp_gathered *gathered, const char *name)
{
    for (int k = 0; k < gathered->others; k++)
        if (!strcmp(gathered->other[k], name))
            return gathered->cells.mixed[k];
    return false;
}

static enum dp_status check_mixed(const struct dp_store *store, const struct dp_view *view,
                                  const struct dp_gathered *gathered, struct dp_error *error)
{
    enum dp_status status = DP_OK;
    for (int k = 0; k < gathered->others; k++) {
        const char *const name = gathered->other[k];
        // The multiplicity follows from the activation where that varies, which is then the one to choose.
        const bool follows = !strcmp(name, "multiplicity") && mixes(gathered, "activation");
        if (gathered->cells.mixed[k] && !follows && !may_average(store, view, name))
            status = mixed(store, view, gathered, k, error);
    }
    return status;
}

static enum dp_status nothing_picked(const struct dp_store *store, const struct dp_view *view,
                                     struct dp_error *error)
{
    char list[LIST_ROOM] = "", text[DP_TEXT];
    for (int i = 0; i < view->picks; i++) {
        const size_t used = strlen(list);
        snprintf(
            list + used, sizeof list - used, "%s%s=%s", i ? ", " : "", view->pick[i].column,
            dp_coordinate_text(store, view->pick[i].column, view->pick[i].value, true, text, sizeof text));
    }
    return dp_fail(error, DP_BAD_INPUT, "--at: no run of the store has %s", list);
}

/* All coordinates but x, y, the seed and, where cells have groups by width, the width. */
static enum dp_status start(const struct dp_store *store, const struct dp_view *view,
                            struct dp_gathered *gathered, struct dp_error *error)
{
    const char *names[DP_OTHERS + 4];
    const int count = dp_coordinates(store, names, DP_OTHERS + 4);
    *gathered = (struct dp_gathered){.runs = dp_store_runs(store)};
    for (int i = 0; i < count && gathered->others < DP_OTHERS; i++)
        if (strcmp(names[i], view->x) && strcmp(names[i], view->y) && strcmp(names[i], "width") &&
            strcmp(names[i], "seed"))
            gathered->other[gathered->others++] = names[i];
    DP_TRY(dp_cells_start(&gathered->companion, 0, error));
    return dp_cells_start(&gathered->cells, gathered->others, error);
}

enum dp_status dp_gather(const struct dp_store *store, const struct dp_view *view, double power,
                         struct dp_gathered *gathered, struct dp_error *error)
{
    DP_TRY(start(store, view, gathered, error));
    DP_TRY(first_pass(store, view, gathered, error));
    if (view->picks && !gathered->picked)
        return nothing_picked(store, view, error);
    dp_values_sort(&gathered->seeds);
    for (int k = 0; k < gathered->others; k++)
        dp_values_sort(&gathered->other_value[k]);
    DP_TRY(check_mixed(store, view, gathered, error));
    DP_TRY(dp_cells_finish(&gathered->cells, power, error));
    DP_TRY(dp_cells_finish(&gathered->companion, power, error));
    return view->kind == DP_VIEW_MEAN ? DP_OK : fit_seeds(store, view, gathered, error);
}

bool dp_gathered_averages(const struct dp_gathered *gathered, int k)
{
    return gathered->cells.mixed[k];
}

const struct dp_values *dp_gathered_values(const struct dp_gathered *gathered, const char *name)
{
    for (int k = 0; k < gathered->others; k++)
        if (!strcmp(gathered->other[k], name))
            return &gathered->other_value[k];
    return NULL;
}

void dp_gathered_free(struct dp_gathered *gathered)
{
    dp_cell_seeds_free(&gathered->seed_lines);
    dp_cell_seeds_free(&gathered->companion_lines);
    dp_cells_free(&gathered->cells);
    dp_cells_free(&gathered->companion);
    dp_values_free(&gathered->seeds);
    for (int k = 0; k < DP_OTHERS; k++)
        dp_values_free(&gathered->other_value[k]);
}
