// SPDX-License-Identifier: BSD-3-Clause
#include "statistics/cells.h"
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { GROUPS_FIRST = 256 };

static enum dp_status no_memory(struct dp_error *error)
{
    return dp_fail(error, DP_NO_MEMORY, "not enough memory to group the runs into cells");
}

static bool same(const struct dp_group *group, double x, double y, double width)
{
    return dp_value_bits(group->width) == dp_value_bits(width) &&
           dp_value_bits(group->x) == dp_value_bits(x) && dp_value_bits(group->y) == dp_value_bits(y);
}

/* The slot of a group, or the empty slot in which it belongs. */
static int64_t find_slot(const struct dp_cells *cells, double x, double y, double width)
{
    const uint64_t hash = dp_value_hash(dp_value_hash(dp_value_hash(0, dp_value_bits(x)), dp_value_bits(y)),
                                        dp_value_bits(width));
    const uint64_t mask = (uint64_t)cells->slots - 1;
    uint64_t at = hash & mask;
    while (cells->slot[at] >= 0 && !same(&cells->group[cells->slot[at]], x, y, width))
        at = (at + 1) & mask;
    return (int64_t)at;
}

/* Makes room for twice as many groups, with two slots per group. */
static enum dp_status grow(struct dp_cells *cells, struct dp_error *error)
{
    const int64_t room = cells->room ? 2 * cells->room : GROUPS_FIRST;
    struct dp_group *const group = realloc(cells->group, sizeof *group * (size_t)room);
    if (!group)
        return no_memory(error);
    cells->group = group;
    if (cells->others) {
        double *const other = realloc(cells->other, sizeof *other * (size_t)(room * cells->others));
        if (!other)
            return no_memory(error);
        cells->other = other;
    }
    int64_t *const slot = malloc(sizeof *slot * (size_t)(2 * room));
    if (!slot)
        return no_memory(error);
    free(cells->slot);
    cells->slot = slot;
    cells->slots = 2 * room;
    cells->room = room;
    for (int64_t i = 0; i < cells->slots; i++)
        slot[i] = -1;
    for (int64_t i = 0; i < cells->groups; i++)
        slot[find_slot(cells, group[i].x, group[i].y, group[i].width)] = i;
    return DP_OK;
}

enum dp_status dp_cells_start(struct dp_cells *cells, int others, struct dp_error *error)
{
    *cells = (struct dp_cells){.others = others};
    if (others > DP_OTHERS)
        return dp_fail(error, DP_INTERNAL, "more than %d coordinates in a store", DP_OTHERS);
    return grow(cells, error);
}

/* Opens a new group in an empty slot. */
static enum dp_status add_group(struct dp_cells *cells, int64_t at, double x, double y, double width,
                                const double *other, struct dp_error *error)
{
    if (!dp_distinct_add(&cells->x, x) || !dp_distinct_add(&cells->y, y) ||
        !dp_distinct_add(&cells->width, width))
        return no_memory(error);
    if (cells->x.full || cells->y.full || cells->width.full)
        return dp_fail(error, DP_BAD_INPUT, "an axis has more than %d values", DP_DISTINCT_MOST);
    if (cells->groups == cells->room) {
        DP_TRY(grow(cells, error));
        at = find_slot(cells, x, y, width);
    }
    cells->group[cells->groups] = (struct dp_group){.x = x, .y = y, .width = width};
    if (cells->others)
        memcpy(cells->other + cells->groups * cells->others, other, sizeof *other * (size_t)cells->others);
    cells->slot[at] = cells->groups++;
    return DP_OK;
}

enum dp_status dp_cells_add(struct dp_cells *cells, double x, double y, double width, double status,
                            double value, const double *other, struct dp_error *error)
{
    // Seeds are the fastest axis of a store, so most runs belong to the group of the run before.
    if (!cells->groups || !same(&cells->group[cells->last], x, y, width)) {
        const int64_t at = find_slot(cells, x, y, width);
        if (cells->slot[at] < 0) {
            cells->last = cells->groups;
            DP_TRY(add_group(cells, at, x, y, width, other, error));
        } else {
            cells->last = cells->slot[at];
        }
    }
    for (int k = 0; k < cells->others; k++)
        if (dp_value_bits(cells->other[cells->last * cells->others + k]) != dp_value_bits(other[k]))
            cells->mixed[k] = true;
    dp_tally_add(&cells->group[cells->last].tally, status, value);
    return DP_OK;
}

void dp_cells_floor(struct dp_cells *cells)
{
    cells->group[cells->last].tally.floors++;
}

void dp_cells_rose(struct dp_cells *cells)
{
    cells->group[cells->last].tally.rose++;
}

enum dp_regime dp_cell_regime(const struct dp_cells *cells, const struct dp_cell *cell)
{
    const enum dp_regime regime = dp_regime_of(&cell->slope);
    const bool withheld = dp_tally_is_doubtful(&cell->total) && !cells->judges_doubtful;
    return withheld && regime != DP_NO_SLOPE ? DP_WITHHELD : regime;
}

/* Whether a and b differ only by rounding, in a set with a known largest size. */
static bool near(double b, double a, double largest)
{
    return b - a <= 1e-9 * fabs(a) + 1e-14 * largest;
}

static int by_cell_and_width(const void *a, const void *b)
{
    const struct dp_group *const g = a, *const h = b;
    const int y = dp_value_compare(&g->y, &h->y), x = dp_value_compare(&g->x, &h->x);
    return y ? y : x ? x : dp_value_compare(&g->width, &h->width);
}

/* Fits one cell whose groups are known. width and tally: room for its groups. */
static void finish_cell(const struct dp_cells *cells, struct dp_cell *cell, double *width,
                        struct dp_tally *tally)
{
    for (int64_t j = 0; j < cell->count; j++) {
        const struct dp_group *const group = &cells->group[cell->first + j];
        width[j] = group->width;
        tally[j] = group->tally;
        dp_tally_join(&cell->total, &group->tally);
    }
    cell->slope = dp_slope_fit(width, tally, cell->count, cells->power);
    cell->regime = dp_cell_regime(cells, cell);
}

/* The last value of a sorted set that is not greater: it represents a value that was in the set. */
static double snapped(const struct dp_distinct *values, double value)
{
    int64_t low = 0, high = values->count;
    while (high - low > 1)
        *(values->value[(low + high) / 2] <= value ? &low : &high) = (low + high) / 2;
    return values->value[low];
}

/* Removes values of a sorted set that differ from their predecessor only by rounding, and replaces each value
 * of axis (offset in struct dp_group) by the one that represents it. Exponents computed from two logarithms
 * at different widths differ in their last bits, and would give cells of one width each. */
static void snap(struct dp_cells *cells, struct dp_distinct *values, size_t offset)
{
    double largest = 0;
    int64_t kept = 0;
    dp_distinct_sort(values);
    for (int64_t i = 0; i < values->count; i++)
        largest = fmax(largest, fabs(values->value[i]));
    for (int64_t i = 0; i < values->count; i++)
        if (!kept || !near(values->value[i], values->value[kept - 1], largest))
            values->value[kept++] = values->value[i];
    if (kept == values->count)
        return;
    values->count = kept;
    for (int64_t i = 0; i < cells->groups; i++) {
        double *const value = (double *)((char *)&cells->group[i] + offset);
        *value = snapped(values, *value);
    }
}

/* Joins groups that have become equal, after sorting. */
static void join_groups(struct dp_cells *cells)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < cells->groups; i++) {
        const struct dp_group *const group = &cells->group[i];
        if (kept && same(&cells->group[kept - 1], group->x, group->y, group->width))
            dp_tally_join(&cells->group[kept - 1].tally, &group->tally);
        else
            cells->group[kept++] = *group;
    }
    cells->groups = kept;
}

enum dp_status dp_cells_finish(struct dp_cells *cells, double power, struct dp_error *error)
{
    if (cells->width.count > DP_WIDTHS)
        return dp_fail(error, DP_BAD_INPUT, "a line through more than %d widths", DP_WIDTHS);
    cells->power = power;
    snap(cells, &cells->x, offsetof(struct dp_group, x));
    snap(cells, &cells->y, offsetof(struct dp_group, y));
    dp_distinct_sort(&cells->width);
    qsort(cells->group, (size_t)cells->groups, sizeof *cells->group, by_cell_and_width);
    join_groups(cells);
    cells->cell = calloc((size_t)cells->groups + 1, sizeof *cells->cell);
    double *const width = malloc(sizeof *width * (size_t)(cells->width.count + 1));
    struct dp_tally *const tally = malloc(sizeof *tally * (size_t)(cells->width.count + 1));
    const bool room = cells->cell && width && tally;
    for (int64_t i = 0; room && i < cells->groups;) {
        struct dp_cell *const cell = &cells->cell[cells->count++];
        const struct dp_group *const group = &cells->group[i];
        *cell = (struct dp_cell){.x = group->x, .y = group->y, .first = i};
        while (i < cells->groups && same(&cells->group[i], group->x, group->y, cells->group[i].width)) {
            cell->count++;
            i++;
        }
        finish_cell(cells, cell, width, tally);
        dp_tally_join(&cells->total, &cell->total);
    }
    free(width);
    free(tally);
    return room ? DP_OK : no_memory(error);
}

bool *dp_cells_there(const struct dp_cells *cells)
{
    bool *const there = calloc((size_t)(cells->x.count * cells->y.count) + 1, sizeof *there);
    for (int64_t i = 0; there && i < cells->count; i++)
        there[dp_distinct_index(&cells->y, cells->cell[i].y) * cells->x.count +
              dp_distinct_index(&cells->x, cells->cell[i].x)] = true;
    return there;
}

double *dp_cells_grid(const struct dp_cells *cells, dp_cell_value *value, const void *context)
{
    const int64_t places = cells->x.count * cells->y.count;
    double *const grid = malloc(sizeof *grid * (size_t)(places + 1));
    if (!grid)
        return NULL;
    for (int64_t i = 0; i < places; i++)
        grid[i] = NAN;
    for (int64_t i = 0; i < cells->count; i++) {
        const struct dp_cell *const cell = &cells->cell[i];
        const int64_t column = dp_distinct_index(&cells->x, cell->x),
                      row = dp_distinct_index(&cells->y, cell->y);
        if (column >= 0 && row >= 0)
            grid[row * cells->x.count + column] = value(cells, cell, context);
    }
    return grid;
}

double dp_cell_mean_error(const struct dp_cells *cells, const struct dp_cell *cell)
{
    int64_t runs = 0, widths = 0;
    double scatter = 0;
    for (int64_t j = 0; j < cell->count; j++) {
        const struct dp_tally *const tally = &cells->group[cell->first + j].tally;
        runs += tally->used;
        widths += tally->used > 0;
        scatter += tally->scatter;
    }
    return runs > widths ? sqrt(scatter / (double)(runs - widths) / (double)runs) : (double)NAN;
}

static int by_place(const void *a, const void *b)
{
    const struct dp_cell *const c = a, *const d = b;
    const int y = dp_value_compare(&c->y, &d->y);
    return y ? y : dp_value_compare(&c->x, &d->x);
}

const struct dp_cell *dp_cells_find(const struct dp_cells *cells, double x, double y)
{
    if (!cells->count)
        return NULL;
    const struct dp_cell wanted = {.x = snapped(&cells->x, x), .y = snapped(&cells->y, y)};
    return bsearch(&wanted, cells->cell, (size_t)cells->count, sizeof wanted, by_place);
}

const struct dp_group *dp_cells_group(const struct dp_cells *cells, const struct dp_cell *cell, double width)
{
    for (int64_t j = 0; j < cell->count; j++)
        if (dp_value_bits(cells->group[cell->first + j].width) == dp_value_bits(width))
            return &cells->group[cell->first + j];
    return NULL;
}

void dp_cells_free(struct dp_cells *cells)
{
    free(cells->group);
    free(cells->cell);
    free(cells->other);
    free(cells->slot);
    dp_distinct_free(&cells->x);
    dp_distinct_free(&cells->y);
    dp_distinct_free(&cells->width);
    *cells = (struct dp_cells){0};
}
