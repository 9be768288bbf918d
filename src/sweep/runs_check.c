// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/runs_check.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const char *const dp_lone_keys[] = {
    "seed",       "data_seed",  "gamma",        "gamma_prime", "test_samples",  "tolerance",
    "adam_beta1", "adam_beta2", "adam_epsilon", "reduction",   "teacher_width", 0,
};

enum { MOST_SENTENCES = 8 }; // a block, because one mistake can have a sentence for every width

/* A key that only some values of another key make use of. */
static const struct use {
    const char *key, *owner;
    const char *values[4]; // of the owner
} uses[] = {
    {"gamma", "scheme", {"phase"}},
    {"gamma_prime", "scheme", {"phase"}},
    {"learning_rate", "method", {"gd", "sgd", "adam", "normalized_flow"}},
    {"tolerance", "method", {"flow"}},
    {"adam_beta1", "method", {"adam"}},
    {"adam_beta2", "method", {"adam"}},
    {"adam_epsilon", "method", {"adam"}},
    {"teacher_width", "target", {"teacher"}},
    {"mode_low", "target", {"linear-modes"}},
    {"mode_high", "target", {"linear-modes"}},
};

struct checking {
    const struct dp_sweep_points *points;
    int block; // its number
    struct dp_place file;
    struct dp_faults *faults;
    int told;
    char sentences[MOST_SENTENCES][256];
};

static const struct dp_block *block_of(const struct checking *c)
{
    return &c->points->blocks[c->block];
}

/* Where the key got its value in this block: an axis, the block's sections, or those at the top. */
static struct dp_place place_of(const struct checking *c, const struct dp_key *key, bool *swept)
{
    const struct dp_draft *const draft = &c->points->draft;
    const struct dp_values *const axis = dp_block_axis(block_of(c), key);
    const int k = dp_key_index(key);
    *swept = axis != NULL;
    if (axis)
        return axis->place;
    if (draft->block_count > 0 && draft->blocks[c->block].set[k].name)
        return draft->blocks[c->block].set[k];
    return draft->top.set[k];
}

/* Of the keys that a sentence names, the place of the first that is swept, else of the last that is set. */
static struct dp_place place_of_sentence(const struct checking *c, const char *sentence)
{
    struct dp_place best = c->file;
    for (const char *p = sentence; *p;) {
        char word[64];
        size_t length = 0;
        while ((isalnum((unsigned char)p[length]) || p[length] == '_') && length < sizeof word - 1)
            length++;
        memcpy(word, p, length);
        word[length] = '\0';
        p += length > 0 ? length : 1;
        const struct dp_key *const key = dp_key_find(word);
        bool swept;
        const struct dp_place place = key ? place_of(c, key, &swept) : (struct dp_place){0};
        if (place.name)
            best = place;
        if (place.name && swept)
            break;
    }
    return best;
}

static void tell(struct checking *c, const char *sentence)
{
    for (int i = 0; i < c->told; i++)
        if (strcmp(c->sentences[i], sentence) == 0)
            return;
    snprintf(c->sentences[c->told++], sizeof c->sentences[0], "%.255s", sentence);
    dp_complain(c->faults, place_of_sentence(c, sentence), "%s", sentence);
}

static void check_run(struct checking *c, const struct dp_run *run)
{
    if (dp_run_check(run, NULL) == DP_OK)
        return;
    struct dp_error error = {0};
    dp_run_check(run, &error);
    error.text[strcspn(error.text, "\n")] = '\0';
    error.text[sizeof c->sentences[0] - 1] = '\0';
    tell(c, error.text);
}

static bool stands_with_others(const struct dp_key *key, const void *context)
{
    (void)context;
    for (int i = 0; dp_lone_keys[i]; i++)
        if (strcmp(dp_lone_keys[i], key->name) == 0)
            return false;
    return true;
}

/* Marks the combinations of which a point is kept; NULL when out of memory. */
static uint64_t *find_kept(const struct dp_block *block, const struct dp_projection *projection)
{
    uint64_t *const kept = dp_bits(projection->size);
    struct dp_walk walk = {.block = block, .point = -1};
    while (kept && dp_walk_next(&walk))
        if (dp_block_keeps(block, walk.point))
            dp_bit_set(kept, dp_projection_at(projection, &walk));
    return kept;
}

static enum dp_status check_block(struct checking *c)
{
    const struct dp_block *const block = block_of(c);
    const struct dp_projection projection = dp_projection_make(block, stands_with_others, NULL);
    uint64_t *const kept = block->kept ? find_kept(block, &projection) : NULL;
    if (block->kept && !kept)
        return DP_NO_MEMORY;
    struct dp_run run = block->base;
    for (int f = 0; f < block->factor_count; f++) // factors left out stay at their first position
        for (int a = 0; a < block->factors[f]->axis_count; a++)
            dp_values_put(&block->factors[f]->axes[a], 0, &run);
    for (int64_t i = 0; i < projection.size && c->told < MOST_SENTENCES; i++)
        if (!kept || dp_bit(kept, i)) {
            dp_projection_put(&projection, block, i, &run);
            check_run(c, &run);
        }
    free(kept);
    return DP_OK;
}

/* Whether the block has a run whose owner key has one of the values that make use of the key. */
static bool is_used(const struct dp_block *block, const struct use *use)
{
    const struct dp_key *const owner = dp_key_find(use->owner);
    const struct dp_values *const axis = dp_block_axis(block, owner);
    const int64_t count = axis ? axis->count : 1;
    for (int64_t i = 0; i < count; i++) {
        const double value = axis ? axis->values[i] : dp_key_number(owner, &block->base);
        for (int v = 0; v < 4 && use->values[v]; v++)
            if (strcmp(owner->choices[(int)value], use->values[v]) == 0)
                return true;
    }
    return false;
}

static void check_uses(struct checking *c)
{
    const struct dp_block *const block = block_of(c);
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        const struct dp_values *const axis = dp_block_axis(block, dp_key_find(uses[i].key));
        if (!axis || is_used(block, &uses[i]))
            continue;
        char value[DP_TEXT];
        struct dp_run run = block->base;
        const struct dp_key *const owner = dp_key_find(uses[i].owner);
        const struct dp_values *const owners = dp_block_axis(block, owner);
        if (owners)
            dp_values_put(owners, 0, &run);
        dp_complain(c->faults, axis->place, "%s %s does not read %s, so it cannot be an axis", owner->name,
                    dp_key_format(owner, &run, value, sizeof value), axis->key->name);
    }
}

enum dp_status dp_runs_check(const struct dp_sweep_points *points, const char *name, struct dp_faults *faults)
{
    struct checking *const c = calloc(1, sizeof *c);
    if (!c)
        return DP_NO_MEMORY;
    enum dp_status status = DP_OK;
    for (int b = 0; b < points->block_count && status == DP_OK && faults->count < 100; b++) {
        *c = (struct checking){.points = points, .block = b, .file = {name, 0, 0}, .faults = faults};
        check_uses(c);
        status = check_block(c);
    }
    free(c);
    return status;
}
