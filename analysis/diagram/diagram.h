// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/run.h"
#include "diagram/descent.h"
#include "diagram/plane.h"
#include "statistics/cell_seeds.h"
#include "statistics/cells.h"
#include "statistics/distinct.h"

/* From a store to cells.
 *
 * Besides x, y, width and seed, a store may have other coordinates (learning_rate, activation, ...). If one
 * of them takes several values at the same x, y and width, cells average over it, and the report says so. If
 * its values are names, a mean would mean nothing, and dp_diagram_read fails with a sentence that says how to
 * choose.
 *
 * The store is read twice, a window of rows at a time: first for the cells and their pooled fits, then for
 * the lines of single seeds (seed_lines.h). A job may be writing the store: a seed that gains a run between
 * the two passes counts as incomplete. Memory grows with cells x widths and cells x seeds (at most DP_LOTS),
 * not with the runs. */

struct dp_diagram {
    struct dp_cells cells;       // finished
    struct dp_cells companion;   // the same cells of plane->companion; count 0 without one
    struct dp_cells closed_form; // the same cells of plane->closed_form; count 0 without one
    struct dp_cell_seeds seed_lines, companion_lines;
    struct dp_distinct seeds; // distinct, sorted
    struct dp_descent descent;
    int64_t runs;            // rows in the store
    int64_t picked;          // runs that pass the filter
    int64_t stops[DP_STOPS]; // of those, by what ended them
    int64_t unsure;          // of those, finished with a flow_error above DP_UNSURE
    int64_t nowhere;         // of those, without a place in the plane (x, y or width not a number)
    int others;              // the other coordinates
    int64_t zeros;           // done, but the column is 0 and its logarithm is needed
    const char *other[DP_OTHERS];
    struct dp_distinct other_value[DP_OTHERS]; // distinct, sorted
};

/* Reads the store. power: the weights of the lines are runs x width^power. The diagram must be zero before;
 * free it with dp_diagram_free, also on failure. */
enum dp_status dp_diagram_read(const struct dp_store *store, const struct dp_plane *plane, double power,
                               struct dp_diagram *diagram, struct dp_error *error);

/* Whether a coordinate is averaged over within a cell. */
bool dp_diagram_averages(const struct dp_diagram *diagram, int k);

/* The values of a coordinate among the picked runs; NULL for a coordinate of the plane. */
const struct dp_distinct *dp_diagram_values(const struct dp_diagram *diagram, const char *name);

/* The value of a cell at one width: the geometric mean of RD, or the mean of another column; NAN without
 * one. */
double dp_diagram_at_width(const struct dp_plane *plane, const struct dp_cells *cells,
                           const struct dp_cell *cell, double width);

/* The slope of the closed form over the widths of a cell, NAN unless it has a value at all of them. */
double dp_diagram_closed_form(const struct dp_diagram *diagram, const struct dp_cell *cell);

void dp_diagram_free(struct dp_diagram *diagram);
