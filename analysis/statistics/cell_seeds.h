// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "statistics/cells.h"
#include "statistics/seed_lines.h"

/* The second pass over the runs: lines of single seeds in every cell (seed_lines.h explains why).
 *
 * After dp_cells_finish, call dp_cell_seeds_start, dp_cell_seeds_add for every run that was added before, and
 * dp_cell_seeds_fit, which replaces the pooled slopes, errors and regimes of the cells by those of the seeds.
 * Then dp_cell_seeds_bootstrap may be called, and dp_bootstrap_slope on the lines of a cell. Release with
 * dp_cell_seeds_free.
 *
 * Memory: 48 bytes for each cell and seed (at most DP_LOTS of them), 32 for each group. */

struct dp_cell_seeds {
    struct dp_cells *cells; // not owned
    int lots;
    struct dp_seed_line *line;     // [cells->count][lots]
    struct dp_seed_design *design; // [cells->count]
    struct dp_lever *lever;        // [cells->groups]
    // private: the group of the run before
    const struct dp_cell *cell;
    int64_t group;
    double x, y, width;
};

/* lots: the number of seeds, or DP_LOTS if there are more. */
enum dp_status dp_cell_seeds_start(struct dp_cell_seeds *seeds, struct dp_cells *cells, int lots,
                                   struct dp_error *error);

/* Adds a done run of the lot 0 <= lot < lots; value as for dp_cells_add. A run in no known cell is
 * ignored. */
void dp_cell_seeds_add(struct dp_cell_seeds *seeds, double x, double y, double width, int lot, double value);

void dp_cell_seeds_fit(struct dp_cell_seeds *seeds);

/* Replaces the intervals (and regimes) of all cells that are fitted by seeds by bootstrap intervals from this
 * many replicates. */
enum dp_status dp_cell_seeds_bootstrap(struct dp_cell_seeds *seeds, int64_t replicates,
                                       struct dp_error *error);

void dp_cell_seeds_free(struct dp_cell_seeds *seeds);
