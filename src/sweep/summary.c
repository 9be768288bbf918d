// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/canonical_text.h"
#include "sweep/expressions/condition.h"
#include <string.h>

enum { LISTED = 6, VALUES_TEXT = 512 };

static const char *value_at(const struct dp_values *axis, int64_t i, char *text, size_t size)
{
    struct dp_run run = dp_run_defaults();
    dp_values_put(axis, i, &run);
    return dp_key_format(axis->key, &run, text, size);
}

/* "0.5, 0.75, 1", or the first two and the last with dots between. */
static void values_text(const struct dp_values *axis, char *text, size_t size)
{
    char value[DP_TEXT];
    *text = '\0';
    for (int64_t i = 0; i < axis->count; i++) {
        const bool dots = axis->count > LISTED && i == 2;
        if (dots)
            i = axis->count - 1;
        const size_t used = strlen(text);
        snprintf(text + used, size - used, "%s%.60s",
                 i == 0 ? ""
                 : dots ? ", ..., "
                        : ", ",
                 value_at(axis, i, value, sizeof value));
    }
}

static void print_axes(FILE *out, const struct dp_block *block)
{
    char values[VALUES_TEXT];
    for (int f = 0; f < block->factor_count; f++)
        for (int a = 0; a < block->factors[f]->axis_count; a++) {
            const struct dp_values *const axis = &block->factors[f]->axes[a];
            values_text(axis, values, sizeof values);
            fprintf(out, "  %-15s %10lld  %s%s\n", axis->key->name, (long long)axis->count, values,
                    a > 0 ? "  (zip)" : "");
        }
}

/* The keys in which this block differs from the others without sweeping them. */
static void print_fixed(FILE *out, const struct dp_sweep *sweep, const struct dp_block *block)
{
    char value[DP_TEXT];
    for (int i = 0; i < sweep->axis_count; i++)
        if (!dp_block_axis(block, sweep->axes[i].key))
            fprintf(out, "  %-15s %10s  %s\n", sweep->axes[i].key->name, "",
                    dp_key_format(sweep->axes[i].key, &block->base, value, sizeof value));
}

static void print_block(FILE *out, const struct dp_sweep *sweep, int b)
{
    const struct dp_block *const block = &sweep->expansion->blocks[b];
    if (sweep->expansion->block_count > 1)
        fprintf(out, "block %d\n", b + 1);
    print_fixed(out, sweep, block);
    print_axes(out, block);
    if (sweep->expansion->block_count > 1 || block->kept)
        fprintf(out, "  %-15s %10lld\n", "points", (long long)block->points);
    if (block->excluded > 0)
        fprintf(out, "  %-15s %10lld\n", "excluded", (long long)block->excluded);
    if (block->duplicates > 0)
        fprintf(out, "  %-15s %10lld  in earlier blocks\n", "duplicates", (long long)block->duplicates);
}

static void print_run(FILE *out, const struct dp_sweep *sweep, int64_t row)
{
    struct dp_run run;
    char value[DP_TEXT];
    dp_sweep_run(sweep, row, &run);
    fprintf(out, "run %-10lld", (long long)row);
    for (int i = 0; i < sweep->axis_count; i++) {
        dp_key_format(sweep->axes[i].key, &run, value, sizeof value);
        fprintf(out, " %s=%s", sweep->axes[i].key->name, value[0] ? value : "unset");
    }
    fprintf(out, "\n");
}

static void print_kept(FILE *out, const struct dp_sweep *sweep)
{
    for (int k = 0; k < dp_key_count; k++) {
        const struct dp_condition *const condition = dp_expansion_condition(sweep->expansion, &dp_keys[k]);
        if (condition)
            fprintf(out, "  %-15s %s\n", dp_keys[k].name, dp_condition_source(condition));
    }
}

void dp_sweep_print(const struct dp_sweep *sweep, FILE *out)
{
    fprintf(out, "sweep %s (%s)\n\n", sweep->name, sweep->digest);
    if (sweep->axis_count > 0)
        fprintf(out, "  %-15s %10s  %s\n", "axis", "values", "slowest first");
    for (int b = 0; b < sweep->expansion->block_count; b++)
        print_block(out, sweep, b);
    for (int c = 0; c < sweep->expansion->parsed.condition_count; c++)
        fprintf(out, "  exclude         %s\n", dp_condition_source(sweep->expansion->parsed.conditions[c]));
    print_kept(out, sweep);
    fprintf(out, "\n  %-15s %10lld\n\n", "runs", (long long)sweep->runs);
    const int64_t runs = sweep->axis_count ? sweep->runs : 0; // one run without an axis has nothing to tell
    for (int64_t row = 0; row < runs && row < 2; row++)
        print_run(out, sweep, row);
    if (runs > 4)
        fprintf(out, "...\n");
    for (int64_t row = runs - 2 > 2 ? runs - 2 : 2; row < runs; row++)
        print_run(out, sweep, row);
}

void dp_sweep_print_warnings(const struct dp_sweep *sweep, FILE *out)
{
    for (const char *line = sweep->warnings; *line;) {
        const int length = (int)strcspn(line, "\n");
        fprintf(out, "warning: %.*s\n", length, line);
        line += length + (line[length] == '\n');
    }
}
