// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/expressions/condition.h"
#include "sweep/product/expansion.h"
#include <stdlib.h>

/* A condition reads few keys, and a block has many points for each combination of their values (seeds, for
 * example). The condition is therefore evaluated once per combination, and the points only look up the
 * result. */

static bool read_by(const struct dp_key *key, const void *condition)
{
    return dp_condition_reads(condition, key);
}

/* The combinations for which the condition holds; *any: whether there are some. */
static uint64_t *evaluate(const struct dp_block *block, struct dp_condition *condition,
                          const struct dp_projection *projection, bool *any)
{
    uint64_t *const holds = dp_bits(projection->size);
    if (!holds)
        return NULL;
    struct dp_run run = block->base;
    for (int64_t c = 0; c < projection->size; c++) {
        dp_projection_put(projection, block, c, &run);
        if (dp_condition_holds(condition, &run)) {
            dp_bit_set(holds, c);
            *any = true;
        }
    }
    return holds;
}

static enum dp_status exclude(struct dp_block *block, struct dp_condition *condition)
{
    const struct dp_projection projection = dp_projection_make(block, read_by, condition);
    bool any = false;
    uint64_t *const holds = evaluate(block, condition, &projection, &any);
    if (!holds)
        return DP_NO_MEMORY;
    enum dp_status status = DP_OK;
    struct dp_walk walk = {.block = block, .point = -1};
    while (any && status == DP_OK && dp_walk_next(&walk))
        if (dp_block_keeps(block, walk.point) && dp_bit(holds, dp_projection_at(&projection, &walk))) {
            status = dp_block_drop(block, walk.point);
            block->excluded++;
        }
    free(holds);
    return status;
}

enum dp_status dp_expansion_exclude(struct dp_expansion *expansion)
{
    for (int b = 0; b < expansion->block_count; b++)
        for (int c = 0; c < expansion->parsed.condition_count; c++)
            DP_TRY(exclude(&expansion->blocks[b], expansion->parsed.conditions[c]));
    return DP_OK;
}
