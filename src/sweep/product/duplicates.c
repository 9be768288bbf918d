// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/product/expansion.h"
#include <stdlib.h>
#include <string.h>

/* A run that an earlier block has is dropped from a later one, so that a sweep is a set of runs.
 *
 * An earlier block is a product. It has a run exactly when it has the run's values on each of its factors and
 * agrees with the run's other keys. Each factor answers by bisection over its positions in sorted order. It
 * does not matter whether the earlier block excluded the run: conditions are the same for all blocks, so the
 * run is excluded here, too. */

/* One factor of an earlier block, with its positions sorted by the values of its axes. */
struct index {
    const struct dp_factor *factor;
    struct dp_position *sorted;
};

/* An earlier block as a set of runs. fixed: keys that it does not sweep but the later one does. */
struct members {
    const struct dp_block *block;
    int index_count;
    struct index indices[DP_SWEEP_AXES];
    int fixed_count;
    const struct dp_key *fixed[DP_KEYS_MAX];
};

static bool has_values(const struct index *index, const struct dp_run *run)
{
    int64_t low = 0, high = index->factor->count - 1;
    while (low <= high) {
        const int64_t middle = (low + high) / 2;
        const int order = dp_position_compare(&index->sorted[middle], run);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle - 1;
    }
    return false;
}

static bool has_run(const struct members *members, const struct dp_run *run)
{
    for (int i = 0; i < members->fixed_count; i++)
        if (!dp_key_same(members->fixed[i], &members->block->base, run))
            return false;
    for (int i = 0; i < members->index_count; i++)
        if (!has_values(&members->indices[i], run))
            return false;
    return true;
}

/* Whether the two blocks agree in every key that neither sweeps; if not, they have no run in common. */
static bool may_meet(const struct dp_block *earlier, const struct dp_block *later, struct members *members)
{
    memset(members, 0, sizeof *members);
    members->block = earlier;
    for (int k = 0; k < dp_key_count; k++) {
        const struct dp_key *const key = &dp_keys[k];
        if (dp_block_axis(earlier, key))
            continue;
        if (dp_block_axis(later, key))
            members->fixed[members->fixed_count++] = key;
        else if (!dp_key_same(key, &earlier->base, &later->base))
            return false;
    }
    return true;
}

static void members_free(struct members *members)
{
    for (int i = 0; i < members->index_count; i++)
        free(members->indices[i].sorted);
}

static enum dp_status members_make(struct members *members)
{
    for (int f = 0; f < members->block->factor_count; f++) {
        struct index *const index = &members->indices[f];
        index->factor = members->block->factors[f];
        index->sorted = dp_factor_sort(index->factor);
        if (!index->sorted) {
            members_free(members);
            return DP_NO_MEMORY;
        }
        members->index_count++;
    }
    return DP_OK;
}

static bool every(const struct dp_key *key, const void *context)
{
    (void)key;
    (void)context;
    return true;
}

static enum dp_status drop_common(struct dp_block *later, const struct members *members)
{
    const struct dp_projection all = dp_projection_make(later, every, NULL);
    struct dp_run run = later->base;
    for (int64_t point = 0; point < later->points; point++) {
        if (!dp_block_keeps(later, point))
            continue;
        dp_projection_put(&all, later, point, &run);
        if (has_run(members, &run)) {
            DP_TRY(dp_block_drop(later, point));
            later->duplicates++;
        }
    }
    return DP_OK;
}

enum dp_status dp_expansion_drop_duplicates(struct dp_expansion *expansion)
{
    for (int b = 1; b < expansion->block_count; b++)
        for (int a = 0; a < b; a++) {
            struct members members;
            if (!may_meet(&expansion->blocks[a], &expansion->blocks[b], &members))
                continue;
            DP_TRY(members_make(&members));
            const enum dp_status status = drop_common(&expansion->blocks[b], &members);
            members_free(&members);
            DP_TRY(status);
        }
    return DP_OK;
}
