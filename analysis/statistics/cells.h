// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include "statistics/distinct.h"
#include "statistics/reduce.h"
#include <stdint.h>

/* Groups runs into cells (x, y) and, within a cell, into groups of one width.
 *
 * Runs are added one by one in any order. Only the tally of their group is kept, so memory grows with the
 * number of groups and not with the number of runs. A group also remembers the other coordinates of its first
 * run. If a later run differs in one of them, the group averages over this coordinate, which is then marked.
 *
 * Start from a zero struct. Call dp_cells_start, dp_cells_add for every run, and dp_cells_finish once, which
 * sorts and fits lines through the widths; then cells can be read. If errors from single seeds are needed,
 * add every run once more (cell_seeds.h). Release with dp_cells_free. */

enum { DP_OTHERS = 32 }; // coordinates beside x, y, width and seed

struct dp_group {
    double x, y, width;
    struct dp_tally tally;
};

struct dp_cell {
    double x, y;
    int64_t first, count;  // its groups, by ascending width: group[first..first+count-1]
    struct dp_tally total; // over the widths
    struct dp_slope slope;
    enum dp_regime regime;
};

struct dp_cells {
    struct dp_group *group; // [groups]
    int64_t groups;
    struct dp_cell *cell; // [count], by y, then x
    int64_t count;
    struct dp_distinct x, y, width; // sorted by dp_cells_finish
    struct dp_tally total;          // of all runs
    bool mixed[DP_OTHERS];          // coordinates with several values within one group
    double power;                   // weights of the lines are runs x width^power
    bool judges_doubtful;           // also give a regime to cells with doubtful runs
    // private
    int others;
    double *other; // [groups][others] the first run's values
    int64_t room;  // groups allocated
    int64_t *slot; // [slots] hash table of group numbers, -1 empty
    int64_t slots;
    int64_t last; // group of the last run added
};

/* others: the number of other coordinates of each run, at most DP_OTHERS. */
enum dp_status dp_cells_start(struct dp_cells *cells, int others, struct dp_error *error);

/* Counts one run; y as for dp_tally_add. other[others]: its other coordinates. */
enum dp_status dp_cells_add(struct dp_cells *cells, double x, double y, double width, double status,
                            double value, const double *other, struct dp_error *error);

/* Records that the last run added ended at a floor. */
void dp_cells_floor(struct dp_cells *cells);

/* Records that the loss of the last run added rose where it should fall. */
void dp_cells_rose(struct dp_cells *cells);

/* Sorts the groups into cells and fits every cell with weights runs x width^power. */
enum dp_status dp_cells_finish(struct dp_cells *cells, double power, struct dp_error *error);

/* The regime of a cell by its slope; DP_WITHHELD for a slope of doubtful runs, unless judges_doubtful is
 * set. */
enum dp_regime dp_cell_regime(const struct dp_cells *cells, const struct dp_cell *cell);

/* The group of a cell at a width, NULL if it has none. */
const struct dp_group *dp_cells_group(const struct dp_cells *cells, const struct dp_cell *cell, double width);

/* The cell at (x, y), up to rounding; NULL if there is none. */
const struct dp_cell *dp_cells_find(const struct dp_cells *cells, double x, double y);

/* A value of every cell as a grid [y.count][x.count], NAN without a cell. Allocated; the caller frees. */
typedef double dp_cell_value(const struct dp_cells *cells, const struct dp_cell *cell, const void *context);
double *dp_cells_grid(const struct dp_cells *cells, dp_cell_value *value, const void *context);

/* Which points of the grid are cells. Allocated; the caller frees. */
bool *dp_cells_there(const struct dp_cells *cells);

/* Standard error of the cell's mean (total.mean): sqrt(s2 / N), s2 the variance of y over the runs of one
 * width. */
double dp_cell_mean_error(const struct dp_cells *cells, const struct dp_cell *cell);

void dp_cells_free(struct dp_cells *cells);
