// SPDX-License-Identifier: BSD-3-Clause
#include "diagram/diagram.h"
#include "dewpoint/core/run.h"
#include "reading/coordinates.h"
#include "reading/scan.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { VALUES_LISTED = 8, MIXED_ROOM = 512 }; // of a mixed coordinate, in the message

// The columns of both passes, in the order of reading; those of the other coordinates follow.
enum {
    COLUMN_STATUS,
    COLUMN_VALUE,
    COLUMN_COMPANION,
    COLUMN_CLOSED_FORM,
    COLUMN_X,
    COLUMN_Y,
    COLUMN_WIDTH,
    COLUMN_SEED,
    COLUMN_STOP,
    COLUMN_FLOW_ERROR,
    COLUMN_DESCENT,
    COLUMN_OTHERS = COLUMN_DESCENT + DP_DESCENT_COLUMNS
};

static enum dp_status open_scan(const struct dp_store *store, const struct dp_plane *plane,
                                const struct dp_diagram *diagram, bool others, const char **names,
                                struct dp_scan *scan, struct dp_error *error)
{
    // Status first: a row that is done by then has its results on disk; the other way round it may not.
    names[COLUMN_STATUS] = "status";
    names[COLUMN_VALUE] = plane->column;
    names[COLUMN_COMPANION] = plane->companion ? plane->companion->column : NULL;
    names[COLUMN_CLOSED_FORM] = plane->closed_form;
    names[COLUMN_X] = plane->x;
    names[COLUMN_Y] = plane->y;
    names[COLUMN_WIDTH] = "width";
    names[COLUMN_SEED] = "seed";
    names[COLUMN_STOP] = "stop_reason";
    names[COLUMN_FLOW_ERROR] = dp_store_has(store, "flow_error") ? "flow_error" : NULL;
    memcpy(names + COLUMN_DESCENT, diagram->descent.column, sizeof diagram->descent.column);
    for (int k = 0; others && k < diagram->others; k++)
        names[COLUMN_OTHERS + k] = diagram->other[k];
    return dp_scan_open(store, names, COLUMN_OTHERS + (others ? diagram->others : 0), &plane->filter, scan,
                        error);
}

/* The number that cells reduce: the logarithm if a slope is needed. */
static double reduced(const struct dp_plane *plane, double value)
{
    return plane->kind == DP_PLANE_MEAN ? value : dp_log_value(value);
}

static double group_width(const struct dp_plane *plane, const struct dp_scan *scan, int64_t i)
{
    return plane->by_width ? scan->column[COLUMN_WIDTH][i] : 0;
}

static bool has_place(const struct dp_scan *scan, int64_t i)
{
    return isfinite(scan->column[COLUMN_X][i]) && isfinite(scan->column[COLUMN_Y][i]) &&
           isfinite(scan->column[COLUMN_WIDTH][i]);
}

static enum dp_status add_row(const struct dp_plane *plane, const struct dp_scan *scan, int64_t i,
                              struct dp_diagram *diagram, struct dp_error *error)
{
    double other[DP_OTHERS];
    double *const *const column = scan->column;
    const double x = column[COLUMN_X][i], y = column[COLUMN_Y][i], width = group_width(plane, scan, i);
    bool room = dp_distinct_add(&diagram->seeds, column[COLUMN_SEED][i]);
    const double stop = column[COLUMN_STOP][i];
    diagram->picked++;
    if (column[COLUMN_STATUS][i] > DP_PENDING && stop >= 0 && stop < DP_STOPS)
        diagram->stops[(int)stop]++;
    diagram->unsure += column[COLUMN_FLOW_ERROR] && column[COLUMN_STATUS][i] > DP_PENDING &&
                       column[COLUMN_STATUS][i] < DP_RUN_FAILED && column[COLUMN_FLOW_ERROR][i] > DP_UNSURE;
    for (int k = 0; k < diagram->others; k++) {
        other[k] = column[COLUMN_OTHERS + k][i];
        room = dp_distinct_add(&diagram->other_value[k], other[k]) && room;
    }
    if (!room)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for the values of the axes");
    if (!has_place(scan, i)) {
        diagram->nowhere++;
        return DP_OK;
    }
    if (plane->kind != DP_PLANE_MEAN && column[COLUMN_STATUS][i] == DP_DONE && column[COLUMN_VALUE][i] == 0)
        diagram->zeros++;
    if (plane->companion)
        DP_TRY(dp_cells_add(&diagram->companion, x, y, width, column[COLUMN_STATUS][i],
                            reduced(plane, column[COLUMN_COMPANION][i]), NULL, error));
    if (plane->closed_form)
        DP_TRY(dp_cells_add(&diagram->closed_form, x, y, width, column[COLUMN_STATUS][i],
                            reduced(plane, column[COLUMN_CLOSED_FORM][i]), NULL, error));
    DP_TRY(dp_cells_add(&diagram->cells, x, y, width, column[COLUMN_STATUS][i],
                        reduced(plane, column[COLUMN_VALUE][i]), other, error));
    if (column[COLUMN_STATUS][i] == DP_DONE && dp_descent_rose(&diagram->descent, scan, COLUMN_DESCENT, i))
        dp_cells_rose(&diagram->cells);
    if (column[COLUMN_STATUS][i] == DP_DONE && stop == DP_STOP_FLOOR)
        dp_cells_floor(&diagram->cells);
    return DP_OK;
}

static enum dp_status first_pass(const struct dp_store *store, const struct dp_plane *plane,
                                 struct dp_diagram *diagram, struct dp_error *error)
{
    const char *names[COLUMN_OTHERS + DP_OTHERS];
    struct dp_scan scan;
    enum dp_status status = open_scan(store, plane, diagram, true, names, &scan, error);
    while (status == DP_OK && scan.first < scan.runs) {
        status = dp_scan_next(&scan, error);
        for (int64_t i = 0; i < scan.count && status == DP_OK; i++)
            if (dp_scan_passes(&scan, i))
                status = add_row(plane, &scan, i, diagram, error);
    }
    dp_scan_close(&scan);
    return status;
}

/* The lot of a seed: its own if there are enough lots. */
static int lot_of(const struct dp_diagram *diagram, double seed)
{
    const int64_t place = dp_distinct_index(&diagram->seeds, seed);
    return (int)((place >= 0 ? (uint64_t)place : dp_value_hash(3, dp_value_bits(seed))) %
                 (uint64_t)diagram->seed_lines.lots);
}

static enum dp_status second_pass(const struct dp_store *store, const struct dp_plane *plane,
                                  struct dp_diagram *diagram, struct dp_error *error)
{
    const char *names[COLUMN_OTHERS];
    struct dp_scan scan;
    enum dp_status status = open_scan(store, plane, diagram, false, names, &scan, error);
    while (status == DP_OK && scan.first < scan.runs) {
        status = dp_scan_next(&scan, error);
        for (int64_t i = 0; i < scan.count && status == DP_OK; i++) {
            double *const *const column = scan.column;
            if (column[COLUMN_STATUS][i] != DP_DONE || !dp_scan_passes(&scan, i) || !has_place(&scan, i))
                continue;
            const double width = group_width(plane, &scan, i);
            const int lot = lot_of(diagram, column[COLUMN_SEED][i]);
            dp_cell_seeds_add(&diagram->seed_lines, column[COLUMN_X][i], column[COLUMN_Y][i], width, lot,
                              reduced(plane, column[COLUMN_VALUE][i]));
            if (plane->companion)
                dp_cell_seeds_add(&diagram->companion_lines, column[COLUMN_X][i], column[COLUMN_Y][i], width,
                                  lot, reduced(plane, column[COLUMN_COMPANION][i]));
        }
    }
    dp_scan_close(&scan);
    return status;
}

/* The lines of single seeds, in all cells. */
static enum dp_status fit_seeds(const struct dp_store *store, const struct dp_plane *plane,
                                struct dp_diagram *diagram, struct dp_error *error)
{
    const int64_t seeds = diagram->seeds.count;
    const int lots = seeds < 1 ? 1 : seeds > DP_LOTS ? DP_LOTS : (int)seeds;
    DP_TRY(dp_cell_seeds_start(&diagram->seed_lines, &diagram->cells, lots, error));
    DP_TRY(dp_cell_seeds_start(&diagram->companion_lines, &diagram->companion, lots, error));
    DP_TRY(second_pass(store, plane, diagram, error));
    dp_cell_seeds_fit(&diagram->seed_lines);
    dp_cell_seeds_fit(&diagram->companion_lines);
    return DP_OK;
}

/* Reports a coordinate with names that cells would mix. */
static enum dp_status mixed(const struct dp_store *store, const struct dp_plane *plane,
                            const struct dp_diagram *diagram, int k, struct dp_error *error)
{
    const struct dp_distinct *const values = &diagram->other_value[k];
    const char *const name = diagram->other[k];
    char list[MIXED_ROOM] = "", text[DP_TEXT], first[DP_TEXT];
    for (int64_t i = 0; i < values->count && i < VALUES_LISTED; i++) {
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? " " : "",
                 dp_coordinate_text(store, name, values->value[i], true, text, sizeof text));
    }
    dp_coordinate_text(store, name, values->value[0], true, first, sizeof first);
    const bool has_width = !strcmp(plane->x, "width") || !strcmp(plane->y, "width");
    return dp_fail(error, DP_BAD_INPUT,
                   "%s takes %lld values (%s%s) at the same %s%s %s%s; choose one with --at %s=%s, make "
                   "it an axis with --x or --y, or average over it with --average %s",
                   name, (long long)values->count, list, values->count > VALUES_LISTED ? " ..." : "",
                   plane->x, has_width ? " and" : ",", plane->y, has_width ? "" : " and width", name, first,
                   name);
}

static bool may_average(const struct dp_store *store, const struct dp_plane *plane, const char *name)
{
    for (int i = 0; i < plane->averages; i++)
        if (!strcmp(plane->average[i], name))
            return true;
    return !dp_coordinate_is_named(store, name);
}

/* Whether the coordinate with this name varies within cells, too. */
static bool mixes(const struct dp_diagram *diagram, const char *name)
{
    for (int k = 0; k < diagram->others; k++)
        if (!strcmp(diagram->other[k], name))
            return diagram->cells.mixed[k];
    return false;
}

static enum dp_status check_mixed(const struct dp_store *store, const struct dp_plane *plane,
                                  const struct dp_diagram *diagram, struct dp_error *error)
{
    enum dp_status status = DP_OK;
    for (int k = 0; k < diagram->others; k++) {
        const char *const name = diagram->other[k];
        // The multiplicity follows from the activation where that varies, which is then the one to choose.
        const bool follows = !strcmp(name, "multiplicity") && mixes(diagram, "activation");
        if (diagram->cells.mixed[k] && !follows && !may_average(store, plane, name))
            status = mixed(store, plane, diagram, k, error);
    }
    return status;
}

static enum dp_status nothing_picked(const struct dp_store *store, const struct dp_plane *plane,
                                     struct dp_error *error)
{
    char list[MIXED_ROOM] = "", text[DP_TEXT];
    for (int i = 0; i < plane->filter.terms; i++) {
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s=%s", i ? ", " : "", plane->filter.term[i].column,
                 dp_coordinate_text(store, plane->filter.term[i].column, plane->filter.term[i].value, true,
                                    text, sizeof text));
    }
    return dp_fail(error, DP_BAD_INPUT, "--at: no run of the store has %s", list);
}

/* Starts with all coordinates except x, y, the seed and, if cells have groups by width, the width. */
static enum dp_status start(const struct dp_store *store, const struct dp_plane *plane,
                            struct dp_diagram *diagram, struct dp_error *error)
{
    const char *names[DP_OTHERS + 4];
    const int count = dp_coordinates(store, names, DP_OTHERS + 4);
    *diagram = (struct dp_diagram){.runs = dp_store_runs(store)};
    for (int i = 0; i < count && diagram->others < DP_OTHERS; i++)
        if (strcmp(names[i], plane->x) && strcmp(names[i], plane->y) && strcmp(names[i], "width") &&
            strcmp(names[i], "seed"))
            diagram->other[diagram->others++] = names[i];
    DP_TRY(dp_cells_start(&diagram->companion, 0, error));
    DP_TRY(dp_cells_start(&diagram->closed_form, 0, error));
    DP_TRY(dp_descent_of(store, &diagram->descent, error));
    DP_TRY(dp_cells_start(&diagram->cells, diagram->others, error));
    diagram->cells.judges_doubtful = plane->doubtful;
    return DP_OK;
}

enum dp_status dp_diagram_read(const struct dp_store *store, const struct dp_plane *plane, double power,
                               struct dp_diagram *diagram, struct dp_error *error)
{
    DP_TRY(start(store, plane, diagram, error));
    DP_TRY(first_pass(store, plane, diagram, error));
    if (plane->filter.terms && !diagram->picked)
        return nothing_picked(store, plane, error);
    dp_distinct_sort(&diagram->seeds);
    for (int k = 0; k < diagram->others; k++)
        dp_distinct_sort(&diagram->other_value[k]);
    DP_TRY(check_mixed(store, plane, diagram, error));
    DP_TRY(dp_cells_finish(&diagram->cells, power, error));
    DP_TRY(dp_cells_finish(&diagram->companion, power, error));
    DP_TRY(dp_cells_finish(&diagram->closed_form, power, error));
    return plane->kind == DP_PLANE_MEAN ? DP_OK : fit_seeds(store, plane, diagram, error);
}

bool dp_diagram_averages(const struct dp_diagram *diagram, int k)
{
    return diagram->cells.mixed[k];
}

const struct dp_distinct *dp_diagram_values(const struct dp_diagram *diagram, const char *name)
{
    for (int k = 0; k < diagram->others; k++)
        if (!strcmp(diagram->other[k], name))
            return &diagram->other_value[k];
    return NULL;
}

double dp_diagram_at_width(const struct dp_plane *plane, const struct dp_cells *cells,
                           const struct dp_cell *cell, double width)
{
    const struct dp_group *const group = dp_cells_group(cells, cell, width);
    const double mean = group ? dp_tally_mean(&group->tally) : (double)NAN;
    return plane->kind == DP_PLANE_MEAN ? mean : exp(mean);
}

double dp_diagram_closed_form(const struct dp_diagram *diagram, const struct dp_cell *cell)
{
    if (!diagram->closed_form.count)
        return NAN;
    const struct dp_slope *const slope = &diagram->closed_form.cell[cell - diagram->cells.cell].slope;
    return slope->widths == cell->slope.widths ? slope->slope : (double)NAN;
}

void dp_diagram_free(struct dp_diagram *diagram)
{
    dp_cell_seeds_free(&diagram->seed_lines);
    dp_cell_seeds_free(&diagram->companion_lines);
    dp_cells_free(&diagram->cells);
    dp_cells_free(&diagram->companion);
    dp_cells_free(&diagram->closed_form);
    dp_distinct_free(&diagram->seeds);
    for (int k = 0; k < DP_OTHERS; k++)
        dp_distinct_free(&diagram->other_value[k]);
}
