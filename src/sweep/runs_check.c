// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/runs_check.h"
#include "sweep/expressions/formula_check.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const dp_lone_keys[] = {
    "seed",       "data_seed",  "gamma",        "gamma_prime", "test_samples",  "tolerance",
    "adam_beta1", "adam_beta2", "adam_epsilon", "reduction",   "teacher_width", 0,
};

enum { MOST_COMPLAINTS = 8 }; // about one block

struct checking {
    const struct dp_expansion *expansion;
    int block; // its number
    struct dp_place file;
    struct dp_faults *faults;
    bool read[DP_KEYS_MAX]; // by a run of the block
    bool endless;           // nothing but the default of max_steps ends one of its runs
    enum dp_status status;
    char formula[DP_TEXT]; // the last that was checked, and for how many inputs
    int64_t inputs;
    int told;
    struct dp_place places[MOST_COMPLAINTS]; // one mistake can recur in every run, but is told once
};

static const struct dp_block *block_of(const struct checking *c)
{
    return &c->expansion->blocks[c->block];
}

/* The place where the key is set for this block: in the block's sections, or in those at the top. */
static struct dp_place set_at(const struct checking *c, const struct dp_key *key)
{
    const struct dp_parsed *const parsed = &c->expansion->parsed;
    const int k = dp_key_index(key);
    if (parsed->block_count > 0 && parsed->blocks[c->block].set[k].name)
        return parsed->blocks[c->block].set[k];
    return parsed->top.set[k];
}

/* The place of a mistake: that of a swept key of the two, else that of one that is set, else the file. */
static struct dp_place place_of(const struct checking *c, const struct dp_error *error)
{
    const struct dp_key *const keys[] = {dp_key_find(error->key), dp_key_find(error->other_key)};
    for (int i = 0; i < 2; i++) {
        const struct dp_values *const axis = keys[i] ? dp_block_axis(block_of(c), keys[i]) : NULL;
        if (axis)
            return axis->place;
    }
    for (int i = 0; i < 2; i++) {
        const struct dp_place place = keys[i] ? set_at(c, keys[i]) : (struct dp_place){0};
        if (place.name)
            return place;
    }
    return c->file;
}

static bool same_place(struct dp_place a, struct dp_place b)
{
    return a.name == b.name && a.line == b.line && a.column == b.column;
}

static void tell(struct checking *c, struct dp_place place, const char *sentence)
{
    for (int i = 0; i < c->told; i++)
        if (same_place(c->places[i], place))
            return;
    if (c->told == MOST_COMPLAINTS)
        return;
    c->places[c->told++] = place;
    dp_complain(c->faults, place, "%.*s", (int)strcspn(sentence, "\n"), sentence);
}

static void check_formula(struct checking *c, const struct dp_run *run)
{
    const int64_t inputs = dp_run_inputs(run, NULL);
    if (strcmp(c->formula, run->formula) == 0 && c->inputs == inputs)
        return;
    memcpy(c->formula, run->formula, sizeof c->formula);
    c->inputs = inputs;
    struct dp_error error = {.key = "formula"};
    c->status = dp_formula_check(run->formula, inputs, place_of(c, &error), c->faults);
}

/* Whether a run goes on to max_steps because nothing else can end it. Flow ends at a floor. */
static bool is_endless(const struct dp_run *run)
{
    return run->method != DP_FLOW && run->stop_loss <= 0 && run->stop_drop <= 0 && isinf(run->stop_growth) &&
           isinf(run->stop_time) && run->max_epochs == 0 && run->max_evaluations == 0;
}

/* Warns: a million steps that the user did not ask for look like a program that hangs. */
static void warn_of_endless(struct checking *c)
{
    const struct dp_key *const max_steps = dp_key_find("max_steps");
    struct dp_run run = dp_run_defaults();
    char text[DP_TEXT];
    if (c->endless && !set_at(c, max_steps).name && !dp_block_axis(block_of(c), max_steps))
        dp_warn(c->faults, c->file,
                "only max_steps can end these runs, at its default of %s; set stop_loss, stop_drop, "
                "max_epochs or "
                "max_steps",
                dp_key_format(max_steps, &run, text, sizeof text));
}

static void check_run(struct checking *c, const struct dp_run *run)
{
    c->endless = c->endless || is_endless(run);
    if (run->target == DP_FORMULA && run->formula[0])
        check_formula(c, run);
    if (dp_run_check(run, NULL) != DP_OK) {
        struct dp_error error = {0};
        dp_run_check(run, &error);
        tell(c, place_of(c, &error), error.text);
    }
    for (int k = 0; k < dp_key_count; k++)
        c->read[k] = c->read[k] || dp_run_reads(run, dp_keys[k].name, NULL) == DP_OK;
}

static bool stands_with_others(const struct dp_key *key, const void *context)
{
    (void)context;
    for (int i = 0; dp_lone_keys[i]; i++)
        if (strcmp(dp_lone_keys[i], key->name) == 0)
            return false;
    return true;
}

/* Axes that no run of the block reads, although the keys always have a value. run: the last one checked. */
static void check_axes(struct checking *c, const struct dp_run *run)
{
    for (int k = 0; k < dp_key_count; k++) {
        const struct dp_values *const axis = dp_block_axis(block_of(c), &dp_keys[k]);
        struct dp_error error = {0};
        if (axis && !c->read[k] && dp_run_reads(run, dp_keys[k].name, &error) != DP_OK)
            tell(c, axis->place, error.text);
    }
}

static enum dp_status check_block(struct checking *c)
{
    const struct dp_block *const block = block_of(c);
    const int64_t enough = c->faults->count + MOST_COMPLAINTS;
    const struct dp_projection projection = dp_projection_make(block, stands_with_others, NULL);
    uint64_t *const kept = block->kept ? dp_projection_kept(block, &projection) : NULL;
    if (block->kept && !kept)
        return DP_NO_MEMORY;
    struct dp_run run = block->base;
    for (int f = 0; f < block->factor_count; f++) // factors left out stay at their first position
        for (int a = 0; a < block->factors[f]->axis_count; a++)
            dp_values_put(&block->factors[f]->axes[a], 0, &run);
    for (int64_t i = 0; i < projection.size && c->told < MOST_COMPLAINTS && c->faults->count < enough; i++)
        if (!kept || dp_bit(kept, i)) {
            dp_projection_put(&projection, block, i, &run);
            check_run(c, &run);
        }
    free(kept);
    check_axes(c, &run);
    warn_of_endless(c);
    return c->status;
}

/* Warns about keys that are set but that no run reads, such as learning_rate with method flow. row: a row of
 * one of the runs. */
static void warn_of_unread(struct checking *c, const struct dp_place *set, const bool *read, int64_t row)
{
    struct dp_run run;
    dp_expansion_run(c->expansion, row, &run);
    for (int k = 0; k < dp_key_count; k++) {
        struct dp_error error = {0};
        if (set[k].name && !read[k] && dp_run_reads(&run, dp_keys[k].name, &error) != DP_OK)
            dp_warn(c->faults, set[k], "%.*s", (int)strcspn(error.text, "\n"), error.text);
    }
}

enum dp_status dp_runs_check(const struct dp_expansion *expansion, const char *name, struct dp_faults *faults)
{
    struct checking *const c = calloc(1, sizeof *c);
    if (!c)
        return DP_NO_MEMORY;
    enum dp_status status = DP_OK;
    bool read[DP_KEYS_MAX] = {0}; // by a run of any block
    for (int b = 0; b < expansion->block_count && status == DP_OK && faults->count < 100; b++) {
        *c = (struct checking){.expansion = expansion, .block = b, .file = {name, 0, 0}, .faults = faults};
        status = check_block(c);
        for (int k = 0; k < dp_key_count; k++)
            read[k] = read[k] || c->read[k];
        if (expansion->parsed.block_count > 0 && expansion->blocks[b].rows > 0)
            warn_of_unread(c, expansion->parsed.blocks[b].set, c->read, expansion->blocks[b].first_row);
    }
    warn_of_unread(c, expansion->parsed.top.set, read, 0);
    free(c);
    return status;
}
