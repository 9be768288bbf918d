// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/canonical_text.h"
#include "sweep/expressions/condition.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* A text that grows; text is NULL once memory ran out. */
struct text {
    char *text;
    size_t length, room;
};

static void append(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void append(struct text *text, const char *format, ...)
{
    char piece[2 * DP_TEXT + 2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    const size_t length = strlen(piece);
    if (!text->text)
        return;
    if (text->length + length + 1 > text->room) {
        const size_t room = 2 * text->room + length;
        char *const grown = realloc(text->text, room);
        if (!grown) {
            free(text->text);
            text->text = NULL;
            return;
        }
        text->text = grown;
        text->room = room;
    }
    memcpy(text->text + text->length, piece, length + 1);
    text->length += length;
}

/* Texts go in quotes, so that no file name can look like something else. */
static void append_value(struct text *text, const struct dp_key *key, const struct dp_run *run)
{
    char value[DP_TEXT];
    dp_key_format(key, run, value, sizeof value);
    append(text, key->type == DP_STRING ? "\"%s\"" : "%s",
           value[0] || key->type == DP_STRING ? value : "unset");
}

static void describe_factor(struct text *text, const struct dp_factor *factor)
{
    struct dp_run run = dp_run_defaults();
    append(text, "axis");
    for (int a = 0; a < factor->axis_count; a++)
        append(text, " %s", factor->axes[a].key->name);
    append(text, ":");
    for (int64_t i = 0; i < factor->count; i++)
        for (int a = 0; a < factor->axis_count; a++) {
            dp_values_put(&factor->axes[a], i, &run);
            append(text, i > 0 && a == 0 && factor->axis_count > 1 ? ", " : " ");
            append_value(text, factor->axes[a].key, &run);
        }
    append(text, "\n");
}

/* The values in which the block differs from others, then its axes from the slowest. */
static void describe_block(struct text *text, const struct dp_sweep *sweep, const struct dp_block *block)
{
    append(text, "block\n");
    for (int i = 0; i < sweep->axis_count; i++) {
        const struct dp_key *const key = sweep->axes[i].key;
        if (dp_block_axis(block, key))
            continue;
        append(text, "%s: ", key->name);
        append_value(text, key, &block->base);
        append(text, "\n");
    }
    for (int f = 0; f < block->factor_count; f++)
        describe_factor(text, block->factors[f]);
}

static bool is_axis(const struct dp_sweep *sweep, const struct dp_key *key)
{
    for (int i = 0; i < sweep->axis_count; i++)
        if (sweep->axes[i].key == key)
            return true;
    return false;
}

char *dp_sweep_canonical_text(const struct dp_sweep *sweep)
{
    const struct dp_expansion *const expansion = sweep->expansion;
    struct text text = {malloc(4096), 0, 4096};
    for (int k = 0; k < dp_key_count; k++)
        if (!is_axis(sweep, &dp_keys[k])) {
            const struct dp_condition *const condition = dp_expansion_condition(expansion, &dp_keys[k]);
            append(&text, "%s: ", dp_keys[k].name);
            if (condition)
                append(&text, "%s", dp_condition_text(condition));
            else
                append_value(&text, &dp_keys[k], &expansion->blocks[0].base);
            append(&text, "\n");
        }
    for (int b = 0; b < expansion->block_count; b++)
        describe_block(&text, sweep, &expansion->blocks[b]);
    for (int c = 0; c < expansion->parsed.condition_count; c++)
        append(&text, "exclude: %s\n", dp_condition_text(expansion->parsed.conditions[c]));
    if (sweep->part)
        append(&text, "part: %s\n", sweep->part);
    return text.text;
}

/* 64-bit FNV-1a. */
enum dp_status dp_sweep_digest(struct dp_sweep *sweep)
{
    char *const text = dp_sweep_canonical_text(sweep);
    if (!text)
        return DP_NO_MEMORY;
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char *c = text; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 0x100000001b3u;
    snprintf(sweep->digest, sizeof sweep->digest, "%016llx", (unsigned long long)hash);
    free(text);
    return DP_OK;
}

const char *dp_sweep_exclude(const struct dp_sweep *sweep, int i)
{
    const struct dp_parsed *const parsed = &sweep->expansion->parsed;
    return i < parsed->condition_count ? dp_condition_source(parsed->conditions[i]) : NULL;
}
