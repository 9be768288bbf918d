// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/product/expansion.h"
#include <stdlib.h>
#include <string.h>

/* Width slowest, so that neighbouring rows cost alike; seed fastest; the others as in the file. */
static int rank(const struct dp_factor *factor)
{
    return dp_factor_sweeps(factor, "width") ? 0 : dp_factor_sweeps(factor, "seed") ? 2 : 1;
}

static bool goes_before(const struct dp_factor *a, const struct dp_factor *b)
{
    return rank(a) != rank(b) ? rank(a) < rank(b) : a->order < b->order;
}

/* Adds a scope's factors in their order. */
static void add_factors(struct dp_block *block, const struct dp_scope *scope)
{
    for (int f = 0; f < scope->factor_count; f++) {
        const struct dp_factor *const factor = &scope->factors[f];
        int i = block->factor_count++;
        for (; i > 0 && goes_before(factor, block->factors[i - 1]); i--)
            block->factors[i] = block->factors[i - 1];
        block->factors[i] = factor;
    }
}

/* Number of points, or more than DP_SWEEP_MAX_RUNS as a sign of too many. */
static int64_t product(const struct dp_block *block)
{
    int64_t points = 1;
    for (int f = 0; f < block->factor_count; f++) {
        const int64_t count = block->factors[f]->count;
        if (count > DP_SWEEP_MAX_RUNS / points)
            return DP_SWEEP_MAX_RUNS + 1;
        points *= count;
    }
    return points;
}

static void copy_value(const struct dp_key *key, const struct dp_run *from, struct dp_run *to)
{
    if (key->type == DP_STRING)
        memcpy(dp_key_text(key, to), (const char *)from + key->offset, DP_TEXT);
    else
        dp_key_put(key, to, dp_key_number(key, from));
}

/* own: a block of the file, whose sections override those at the top; NULL when the file has no blocks. */
static void make_block(struct dp_block *block, const struct dp_scope *top, const struct dp_scope *own)
{
    block->base = top->run;
    add_factors(block, top);
    for (int k = 0; own && k < dp_key_count; k++)
        if (own->set[k].name)
            copy_value(&dp_keys[k], &own->run, &block->base);
    if (own)
        add_factors(block, own);
    block->points = product(block);
    // what is swept has no value of its own: the defaults make base the same however the file was written
    const struct dp_run defaults = dp_run_defaults();
    for (int k = 0; k < dp_key_count; k++)
        if (dp_block_axis(block, &dp_keys[k]))
            copy_value(&dp_keys[k], &defaults, &block->base);
}

/* The factors' counts, "7 x 9 x 1000000". */
static void product_text(const struct dp_block *block, char *text, size_t size)
{
    *text = '\0';
    for (int f = 0; f < block->factor_count; f++) {
        const size_t used = strlen(text);
        snprintf(text + used, size - used, "%s%lld", f ? " x " : "", (long long)block->factors[f]->count);
    }
}

/* The place of the longest axis of a block, which should be shortened when there are too many runs. */
static struct dp_place longest_axis(const struct dp_block *block, const char *name)
{
    struct dp_place place = {name, 0, 0};
    int64_t most = 0;
    for (int f = 0; f < block->factor_count; f++)
        if (block->factors[f]->count > most) {
            most = block->factors[f]->count;
            place = block->factors[f]->place;
        }
    return place;
}

static void check_size(const struct dp_expansion *expansion, const char *name, struct dp_faults *faults)
{
    char text[256];
    int64_t all = 0;
    for (int b = 0; b < expansion->block_count; b++) {
        const struct dp_block *const block = &expansion->blocks[b];
        all += block->points;
        if (all <= DP_SWEEP_MAX_RUNS)
            continue;
        product_text(block, text, sizeof text);
        dp_complain(faults, longest_axis(block, name),
                    "the axes%s multiply to %s runs%s; a sweep can have at most %lld",
                    expansion->block_count > 1 ? " of this block" : "", text,
                    b > 0 ? ", on top of those before" : "", DP_SWEEP_MAX_RUNS);
        return;
    }
}

enum dp_status dp_expansion_create(struct dp_parsed *parsed, const char *name, struct dp_faults *faults,
                                   struct dp_expansion **expansion)
{
    struct dp_expansion *made = calloc(1, sizeof *made);
    *expansion = NULL;
    if (!made) {
        dp_parsed_free(parsed);
        return DP_NO_MEMORY;
    }
    made->parsed = *parsed;
    memset(parsed, 0, sizeof *parsed);
    const int blocks = made->parsed.block_count > 0 ? made->parsed.block_count : 1;
    made->blocks = calloc((size_t)blocks, sizeof *made->blocks);
    if (!made->blocks) {
        dp_expansion_free(made);
        return DP_NO_MEMORY;
    }
    made->block_count = blocks;
    for (int b = 0; b < blocks; b++)
        make_block(&made->blocks[b], &made->parsed.top,
                   made->parsed.block_count ? &made->parsed.blocks[b] : NULL);
    const int64_t before = faults->count;
    check_size(made, name, faults);
    if (faults->count > before)
        dp_expansion_free(made);
    else
        *expansion = made;
    return DP_OK;
}

void dp_expansion_free(struct dp_expansion *expansion)
{
    if (!expansion)
        return;
    for (int b = 0; b < expansion->block_count; b++) {
        free(expansion->blocks[b].kept);
        free(expansion->blocks[b].before);
        for (int what = 0; what < DP_KEEPS; what++)
            free(expansion->blocks[b].keep_holds[what]);
    }
    free(expansion->blocks);
    dp_parsed_free(&expansion->parsed);
    free(expansion);
}

uint64_t *dp_bits(int64_t n)
{
    return calloc((size_t)(n / 64 + 1), sizeof(uint64_t));
}

bool dp_block_keeps(const struct dp_block *block, int64_t point)
{
    return !block->kept || dp_bit(block->kept, point);
}

enum dp_status dp_block_drop(struct dp_block *block, int64_t point)
{
    if (!block->kept) {
        block->kept = dp_bits(block->points);
        if (!block->kept)
            return DP_NO_MEMORY;
        for (int64_t i = 0; i < block->points; i++)
            dp_bit_set(block->kept, i);
    }
    block->kept[point / 64] &= ~((uint64_t)1 << (point % 64));
    return DP_OK;
}

const struct dp_values *dp_block_axis(const struct dp_block *block, const struct dp_key *key)
{
    for (int f = 0; f < block->factor_count; f++)
        for (int a = 0; a < block->factors[f]->axis_count; a++)
            if (block->factors[f]->axes[a].key == key)
                return &block->factors[f]->axes[a];
    return NULL;
}

static int64_t count_bits(uint64_t word)
{
    return __builtin_popcountll(word);
}

/* Counts a block's kept points and notes how many lie before each group. */
static enum dp_status number_block(struct dp_block *block)
{
    block->rows = block->points;
    if (!block->kept)
        return DP_OK;
    const int64_t words = block->points / 64 + 1;
    block->before = malloc((size_t)(words / DP_GROUP + 1) * sizeof *block->before);
    if (!block->before)
        return DP_NO_MEMORY;
    block->rows = 0;
    for (int64_t w = 0; w < words; w++) {
        if (w % DP_GROUP == 0)
            block->before[w / DP_GROUP] = block->rows;
        block->rows += count_bits(block->kept[w]);
    }
    return DP_OK;
}

enum dp_status dp_expansion_number(struct dp_expansion *expansion, int64_t *runs)
{
    *runs = 0;
    for (int b = 0; b < expansion->block_count; b++) {
        expansion->blocks[b].first_row = *runs;
        DP_TRY(number_block(&expansion->blocks[b]));
        *runs += expansion->blocks[b].rows;
    }
    return DP_OK;
}

/* The kept point number n: the group by bisection, the word by counting, the bit by clearing the lower
 * ones. */
static int64_t kept_point(const struct dp_block *block, int64_t n)
{
    if (!block->kept)
        return n;
    int64_t low = 0, high = (block->points / 64) / DP_GROUP;
    while (low < high) {
        const int64_t middle = (low + high + 1) / 2;
        if (block->before[middle] <= n)
            low = middle;
        else
            high = middle - 1;
    }
    n -= block->before[low];
    int64_t w = low * DP_GROUP;
    for (; count_bits(block->kept[w]) <= n; w++)
        n -= count_bits(block->kept[w]);
    uint64_t word = block->kept[w];
    for (; n > 0; n--)
        word &= word - 1;
    return 64 * w + __builtin_ctzll(word);
}

static void put_position(const struct dp_factor *factor, int64_t position, struct dp_run *run)
{
    for (int a = 0; a < factor->axis_count; a++)
        dp_values_put(&factor->axes[a], position, run);
}

const struct dp_block *dp_expansion_find(const struct dp_expansion *expansion, int64_t row, int64_t *point)
{
    int low = 0, high = expansion->block_count - 1;
    while (low < high) { // the last block that begins at or before row; empty ones begin where the next does
        const int middle = (low + high + 1) / 2;
        if (expansion->blocks[middle].first_row <= row)
            low = middle;
        else
            high = middle - 1;
    }
    *point = kept_point(&expansion->blocks[low], row - expansion->blocks[low].first_row);
    return &expansion->blocks[low];
}

void dp_expansion_run(const struct dp_expansion *expansion, int64_t row, struct dp_run *run)
{
    int64_t point;
    const struct dp_block *const block = dp_expansion_find(expansion, row, &point);
    *run = block->base;
    for (int f = block->factor_count - 1; f >= 0; f--) {
        const int64_t count = block->factors[f]->count;
        put_position(block->factors[f], point % count, run);
        point /= count;
    }
}

bool dp_walk_next(struct dp_walk *walk)
{
    if (++walk->point == 0)
        return walk->block->points > 0;
    for (int f = walk->block->factor_count - 1; f >= 0; f--) {
        if (++walk->position[f] < walk->block->factors[f]->count)
            return true;
        walk->position[f] = 0;
    }
    return false;
}

struct dp_projection dp_projection_make(const struct dp_block *block,
                                        bool (*wanted)(const struct dp_key *, const void *),
                                        const void *context)
{
    struct dp_projection projection = {.size = 1};
    for (int f = block->factor_count - 1; f >= 0; f--) {
        bool any = false;
        for (int a = 0; a < block->factors[f]->axis_count; a++)
            any |= wanted(block->factors[f]->axes[a].key, context);
        if (!any)
            continue;
        projection.stride[f] = projection.size;
        projection.size *= block->factors[f]->count;
    }
    return projection;
}

int64_t dp_projection_at(const struct dp_projection *projection, const struct dp_walk *walk)
{
    int64_t combination = 0;
    for (int f = 0; f < walk->block->factor_count; f++)
        combination += projection->stride[f] * walk->position[f];
    return combination;
}

int64_t dp_projection_of(const struct dp_projection *projection, const struct dp_block *block, int64_t point)
{
    int64_t combination = 0;
    for (int f = block->factor_count - 1; f >= 0; f--) {
        const int64_t count = block->factors[f]->count;
        combination += projection->stride[f] * (point % count);
        point /= count;
    }
    return combination;
}

void dp_projection_put(const struct dp_projection *projection, const struct dp_block *block,
                       int64_t combination, struct dp_run *run)
{
    for (int f = 0; f < block->factor_count; f++)
        if (projection->stride[f] > 0)
            put_position(block->factors[f], combination / projection->stride[f] % block->factors[f]->count,
                         run);
}

uint64_t *dp_projection_kept(const struct dp_block *block, const struct dp_projection *projection)
{
    uint64_t *const kept = dp_bits(projection->size);
    struct dp_walk walk = {.block = block, .point = -1};
    while (kept && dp_walk_next(&walk))
        if (dp_block_keeps(block, walk.point))
            dp_bit_set(kept, dp_projection_at(projection, &walk));
    return kept;
}
