// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/canonical_text.h"
#include <stdlib.h>
#include <string.h>

/* The rank of a swept key among the axes of the whole sweep. Blocks follow each other, so a key that differs
 * only between blocks is slower than any axis except width. */
enum rank { WIDTH, ZIPPED_WITH_WIDTH, BLOCKS, AXIS, ZIPPED_WITH_SEED, SEED };

struct entry {
    const struct dp_key *key;
    enum rank rank;
    size_t order;
    int within; // its zip
};

static bool differs(const struct dp_expansion *expansion, const struct dp_key *key)
{
    for (int b = 1; b < expansion->block_count; b++)
        if (!dp_key_same(key, &expansion->blocks[0].base, &expansion->blocks[b].base))
            return true;
    return false;
}

static enum rank rank_of(const struct dp_factor *factor)
{
    return dp_factor_sweeps(factor, "width")  ? ZIPPED_WITH_WIDTH
           : dp_factor_sweeps(factor, "seed") ? ZIPPED_WITH_SEED
                                              : AXIS;
}

static bool find_axis(const struct dp_block *block, struct entry *entry)
{
    for (int f = 0; f < block->factor_count; f++)
        for (int a = 0; a < block->factors[f]->axis_count; a++)
            if (block->factors[f]->axes[a].key == entry->key) {
                const struct dp_factor *const factor = block->factors[f];
                if (entry->rank == BLOCKS || factor->order < entry->order)
                    *entry = (struct entry){entry->key, rank_of(factor), factor->order, a};
                return true;
            }
    return false;
}

/* Whether the key is swept, and where it belongs. */
static bool find_entry(const struct dp_expansion *expansion, struct entry *entry)
{
    bool swept = false;
    for (int b = 0; b < expansion->block_count; b++)
        swept |= find_axis(&expansion->blocks[b], entry);
    if (!swept && !differs(expansion, entry->key))
        return false;
    if (strcmp(entry->key->name, "width") == 0)
        entry->rank = WIDTH;
    else if (strcmp(entry->key->name, "seed") == 0)
        entry->rank = SEED;
    return true;
}

static bool goes_before(const struct entry *a, const struct entry *b)
{
    if (a->rank != b->rank)
        return a->rank < b->rank;
    return a->order != b->order ? a->order < b->order : a->within < b->within;
}

static int compare_numbers(const void *left, const void *right)
{
    const double x = *(const double *)left, y = *(const double *)right;
    if (x != x || y != y) // unset values are all the same and stand last
        return (x != x) - (y != y);
    return (x > y) - (x < y);
}

static int compare_texts(const void *left, const void *right)
{
    return strcmp(left, right);
}

/* Puts the values of one block behind those that are there; the caller made room. */
static void gather(const struct dp_block *block, const struct dp_key *key, char *values, size_t size,
                   int64_t *n)
{
    const struct dp_values *const axis = dp_block_axis(block, key);
    struct dp_run run = block->base;
    for (int64_t i = 0; i < (axis ? axis->count : 1); i++) {
        if (axis)
            dp_values_put(axis, i, &run);
        const double number = dp_key_number(key, &run);
        memcpy(values + (size_t)(*n)++ * size,
               key->type == DP_STRING ? (const void *)dp_key_text(key, &run) : (const void *)&number, size);
    }
}

/* Distinct values of a key over all blocks; -1 when out of memory. */
static int64_t count_values(const struct dp_expansion *expansion, const struct dp_key *key)
{
    const size_t size = key->type == DP_STRING ? DP_TEXT : sizeof(double);
    int (*const compare)(const void *, const void *) =
        key->type == DP_STRING ? compare_texts : compare_numbers;
    int64_t all = 0, distinct = 0, n = 0;
    for (int b = 0; b < expansion->block_count; b++) {
        const struct dp_values *const axis = dp_block_axis(&expansion->blocks[b], key);
        all += axis ? axis->count : 1;
    }
    char *const values = malloc((size_t)all * size);
    if (!values)
        return -1;
    for (int b = 0; b < expansion->block_count; b++)
        gather(&expansion->blocks[b], key, values, size, &n);
    qsort(values, (size_t)n, size, compare);
    for (int64_t i = 0; i < n; i++)
        distinct += i == 0 || compare(values + (size_t)i * size, values + (size_t)(i - 1) * size) != 0;
    free(values);
    return distinct;
}

enum dp_status dp_axis_list_make(struct dp_sweep *sweep)
{
    struct entry sorted[DP_KEYS_MAX];
    int count = 0;
    for (int k = 0; k < dp_key_count; k++) {
        struct entry entry = {.key = &dp_keys[k], .rank = BLOCKS, .order = SIZE_MAX};
        if (!find_entry(sweep->expansion, &entry))
            continue;
        int i = count++;
        for (; i > 0 && goes_before(&entry, &sorted[i - 1]); i--)
            sorted[i] = sorted[i - 1];
        sorted[i] = entry;
    }
    sweep->axis_count = count; // at most the sweepable keys, which a test counts
    for (int i = 0; i < count; i++) {
        sweep->axes[i].key = sorted[i].key;
        sweep->axes[i].count = count_values(sweep->expansion, sorted[i].key);
        if (sweep->axes[i].count < 0)
            return DP_NO_MEMORY;
    }
    return DP_OK;
}
