// SPDX-License-Identifier: BSD-3-Clause
#include "statistics/cell_seeds.h"
#include <math.h>
#include <stdlib.h>

static enum dp_status no_memory(struct dp_error *error)
{
    return dp_fail(error, DP_NO_MEMORY, "not enough memory for the lines of single seeds");
}

static void set_levers(struct dp_cell_seeds *seeds, int64_t c)
{
    const struct dp_cell *const cell = &seeds->cells->cell[c];
    double width[DP_WIDTHS];
    struct dp_tally tally[DP_WIDTHS];
    for (int64_t j = 0; j < cell->count; j++) {
        width[j] = seeds->cells->group[cell->first + j].width;
        tally[j] = seeds->cells->group[cell->first + j].tally;
    }
    seeds->design[c] =
        dp_seed_levers(width, tally, cell->count, seeds->cells->power, seeds->lever + cell->first);
}

enum dp_status dp_cell_seeds_start(struct dp_cell_seeds *seeds, struct dp_cells *cells, int lots,
                                   struct dp_error *error)
{
    const size_t count = (size_t)cells->count + 1;
    *seeds = (struct dp_cell_seeds){.cells = cells, .lots = lots, .group = -1};
    seeds->line = calloc(count * (size_t)lots, sizeof *seeds->line);
    seeds->design = malloc(count * sizeof *seeds->design);
    seeds->lever = malloc(((size_t)cells->groups + 1) * sizeof *seeds->lever);
    if (!seeds->line || !seeds->design || !seeds->lever)
        return no_memory(error);
    for (int64_t c = 0; c < cells->count; c++)
        set_levers(seeds, c);
    return DP_OK;
}

/* Moves to the run's group; -1 if there is none. */
static void find_group(struct dp_cell_seeds *seeds, double x, double y, double width)
{
    seeds->x = x;
    seeds->y = y;
    seeds->width = width;
    seeds->group = -1;
    seeds->cell = dp_cells_find(seeds->cells, x, y);
    const struct dp_group *const group =
        seeds->cell ? dp_cells_group(seeds->cells, seeds->cell, width) : NULL;
    if (group)
        seeds->group = group - seeds->cells->group;
}

void dp_cell_seeds_add(struct dp_cell_seeds *seeds, double x, double y, double width, int lot, double value)
{
    // Seeds are the fastest axis of a store, so most runs belong to the group of the run before.
    if (!seeds->cell || x != seeds->x || y != seeds->y || width != seeds->width)
        find_group(seeds, x, y, width);
    if (seeds->group < 0 || !isfinite(value))
        return;
    struct dp_seed_line *const lines = seeds->line + (seeds->cell - seeds->cells->cell) * seeds->lots;
    dp_seed_add(&lines[lot], &seeds->lever[seeds->group], value - seeds->cell->total.mean);
}

void dp_cell_seeds_fit(struct dp_cell_seeds *seeds)
{
    for (int64_t c = 0; c < seeds->cells->count; c++) {
        struct dp_cell *const cell = &seeds->cells->cell[c];
        dp_seeds_fit(seeds->line + c * seeds->lots, seeds->lots, &seeds->design[c], &cell->slope);
        cell->regime = dp_cell_regime(seeds->cells, cell);
    }
}

enum dp_status dp_cell_seeds_bootstrap(struct dp_cell_seeds *seeds, int64_t replicates,
                                       struct dp_error *error)
{
    double *const values = malloc(sizeof *values * (size_t)replicates);
    int *const draws = malloc(sizeof *draws * (size_t)(replicates * seeds->lots));
    const bool room = values && draws;
    for (int64_t r = 0; room && r < replicates; r++)
        dp_bootstrap_draw(r, seeds->lots, draws + r * seeds->lots);
    for (int64_t c = 0; room && c < seeds->cells->count; c++) {
        struct dp_cell *const cell = &seeds->cells->cell[c];
        if (cell->slope.estimate != DP_BY_SEED)
            continue;
        for (int64_t r = 0; r < replicates; r++)
            values[r] = dp_bootstrap_slope(seeds->line + c * seeds->lots, seeds->lots, &seeds->design[c],
                                           draws + r * seeds->lots);
        dp_bootstrap_interval(values, replicates, (int)cell->slope.seeds, &cell->slope.low,
                              &cell->slope.high);
        cell->regime = dp_cell_regime(seeds->cells, cell);
    }
    free(values);
    free(draws);
    return room ? DP_OK : no_memory(error);
}

void dp_cell_seeds_free(struct dp_cell_seeds *seeds)
{
    free(seeds->line);
    free(seeds->design);
    free(seeds->lever);
    *seeds = (struct dp_cell_seeds){0};
}
