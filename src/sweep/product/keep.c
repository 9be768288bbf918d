// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/expressions/condition.h"
#include "sweep/product/expansion.h"
#include <stdlib.h>
#include <string.h>

/* Which runs keep data that are too large to keep for all runs: the keys weights and trajectories.
 *
 * A condition is evaluated here, once for each combination of the values that it reads, and a run only looks
 * up the result: every rank needs it for every run during training. */

// In the order of enum dp_keep.
static const char *const key_names[DP_KEEPS] = {"weights", "trajectories"};

static bool read_by(const struct dp_key *key, const void *condition)
{
    return dp_condition_reads(condition, key);
}

static enum dp_status evaluate(struct dp_block *block, struct dp_condition *condition,
                               struct dp_projection *projection, uint64_t **holds)
{
    *projection = dp_projection_make(block, read_by, condition);
    *holds = dp_bits(projection->size);
    if (!*holds)
        return DP_NO_MEMORY;
    struct dp_run run = block->base;
    for (int64_t c = 0; c < projection->size; c++) {
        dp_projection_put(projection, block, c, &run);
        if (dp_condition_holds(condition, &run))
            dp_bit_set(*holds, c);
    }
    return DP_OK;
}

static enum dp_status read_key(struct dp_expansion *expansion, enum dp_keep what, const char *name,
                               struct dp_faults *faults)
{
    struct dp_run *const run = &expansion->parsed.top.run;
    const struct dp_key *const key = dp_key_find(key_names[what]);
    const struct dp_place set = expansion->parsed.top.set[dp_key_index(key)];
    const char *const text = dp_key_text(key, run);
    expansion->keeps_all[what] = strcmp(text, "all") == 0;
    if (expansion->keeps_all[what] || strcmp(text, "none") == 0)
        return DP_OK;
    if (text[strspn(text, " ")] == '\0') {
        dp_complain(faults, set.name ? set : (struct dp_place){name, 0, 0},
                    "%s must be none, all or a condition, not empty", key->name);
        return DP_OK;
    }
    return dp_condition_create(text, set.name ? set : (struct dp_place){name, 0, 0}, faults,
                               &expansion->parsed.keep[what]);
}

enum dp_status dp_expansion_keep(struct dp_expansion *expansion, const char *name, struct dp_faults *faults)
{
    for (int what = 0; what < DP_KEEPS; what++) {
        DP_TRY(read_key(expansion, (enum dp_keep)what, name, faults));
        struct dp_condition *const condition = expansion->parsed.keep[what];
        for (int b = 0; condition && b < expansion->block_count; b++) {
            struct dp_block *const block = &expansion->blocks[b];
            DP_TRY(evaluate(block, condition, &block->keep_projection[what], &block->keep_holds[what]));
        }
    }
    return DP_OK;
}

const struct dp_condition *dp_expansion_condition(const struct dp_expansion *expansion,
                                                  const struct dp_key *key)
{
    for (int what = 0; what < DP_KEEPS; what++)
        if (strcmp(key->name, key_names[what]) == 0)
            return expansion->parsed.keep[what];
    return NULL;
}

bool dp_sweep_may_keep(const struct dp_sweep *sweep, enum dp_keep what)
{
    return sweep->expansion->keeps_all[what] || sweep->expansion->parsed.keep[what];
}

bool dp_sweep_keeps(const struct dp_sweep *sweep, int64_t row, enum dp_keep what)
{
    if (!sweep->expansion->parsed.keep[what])
        return sweep->expansion->keeps_all[what];
    int64_t point;
    const struct dp_block *const block =
        dp_expansion_find(sweep->expansion, dp_sweep_whole_row(sweep, row), &point);
    return dp_bit(block->keep_holds[what], dp_projection_of(&block->keep_projection[what], block, point));
}
