// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/document/parsed.h"
#include "sweep/expressions/condition.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void *dp_grow(void *array, int count, size_t size)
{
    return realloc(array, (size_t)(count + 1) * size);
}

void dp_values_put(const struct dp_values *values, int64_t i, struct dp_run *run)
{
    if (values->texts)
        memcpy(dp_key_text(values->key, run), values->texts[(int64_t)values->values[i]], DP_TEXT);
    else
        dp_key_put(values->key, run, values->values[i]);
}

enum dp_status dp_factor_add(struct dp_factor *factor, struct dp_values *values)
{
    void *const grown = dp_grow(factor->axes, factor->axis_count, sizeof *factor->axes);
    if (!grown) {
        dp_axis_values_free(values);
        return DP_NO_MEMORY;
    }
    factor->axes = grown;
    factor->axes[factor->axis_count++] = *values;
    factor->count = values->count;
    *values = (struct dp_values){0};
    return DP_OK;
}

bool dp_factor_sweeps(const struct dp_factor *factor, const char *name)
{
    for (int a = 0; a < factor->axis_count; a++)
        if (strcmp(factor->axes[a].key->name, name) == 0)
            return true;
    return false;
}

enum dp_status dp_scope_add(struct dp_scope *scope, struct dp_factor *factor)
{
    void *const grown = dp_grow(scope->factors, scope->factor_count, sizeof *scope->factors);
    if (!grown) {
        dp_factor_free(factor);
        return DP_NO_MEMORY;
    }
    scope->factors = grown;
    scope->factors[scope->factor_count++] = *factor;
    *factor = (struct dp_factor){0};
    return DP_OK;
}

const struct dp_values *dp_scope_axis(const struct dp_scope *scope, const struct dp_key *key)
{
    for (int f = 0; f < scope->factor_count; f++)
        for (int a = 0; a < scope->factors[f].axis_count; a++)
            if (scope->factors[f].axes[a].key == key)
                return &scope->factors[f].axes[a];
    return NULL;
}

static void remove_axis(struct dp_factor *factor, const struct dp_key *key)
{
    for (int a = 0; a < factor->axis_count; a++)
        if (factor->axes[a].key == key) {
            dp_axis_values_free(&factor->axes[a]);
            factor->axis_count--;
            memmove(&factor->axes[a], &factor->axes[a + 1],
                    (size_t)(factor->axis_count - a) * sizeof *factor->axes);
            return;
        }
}

void dp_scope_remove(struct dp_scope *scope, const struct dp_key *key, size_t *order)
{
    scope->set[dp_key_index(key)] = (struct dp_place){0};
    for (int f = 0; f < scope->factor_count; f++) {
        struct dp_factor *const factor = &scope->factors[f];
        const int before = factor->axis_count;
        remove_axis(factor, key);
        if (factor->axis_count == before)
            continue;
        *order = factor->order;
        if (factor->axis_count > 0)
            return;
        dp_factor_free(factor);
        scope->factor_count--;
        memmove(factor, factor + 1, (size_t)(scope->factor_count - f) * sizeof *factor);
        return;
    }
}

static int compare_values(const struct dp_values *axis, int64_t i, int64_t j)
{
    const double x = axis->values[i], y = axis->values[j];
    if (axis->texts)
        return strcmp(axis->texts[(int64_t)x], axis->texts[(int64_t)y]);
    return (x > y) - (x < y);
}

static int compare_positions(const void *left, const void *right)
{
    const struct dp_position *const p = left, *const q = right;
    for (int a = 0; a < p->factor->axis_count; a++) {
        const int order = compare_values(&p->factor->axes[a], p->index, q->index);
        if (order != 0)
            return order;
    }
    return 0;
}

struct dp_position *dp_factor_sort(const struct dp_factor *factor)
{
    struct dp_position *const sorted = malloc((size_t)factor->count * sizeof *sorted);
    if (!sorted)
        return NULL;
    for (int64_t k = 0; k < factor->count; k++)
        sorted[k] = (struct dp_position){factor, k};
    qsort(sorted, (size_t)factor->count, sizeof *sorted, compare_positions);
    return sorted;
}

int dp_position_compare(const struct dp_position *position, const struct dp_run *run)
{
    for (int a = 0; a < position->factor->axis_count; a++) {
        const struct dp_values *const axis = &position->factor->axes[a];
        int order;
        if (axis->texts) {
            order = strcmp(axis->texts[(int64_t)axis->values[position->index]],
                           (const char *)run + axis->key->offset);
        } else {
            const double x = axis->values[position->index], y = dp_key_number(axis->key, run);
            order = (x > y) - (x < y);
            if (order == 0 && x != y) // y is unset: it stands after all numbers
                order = -1;
        }
        if (order != 0)
            return order;
    }
    return 0;
}

enum dp_status dp_factor_repeats(const struct dp_factor *factor, bool *repeats, int64_t *i, int64_t *j)
{
    *repeats = false;
    struct dp_position *const sorted = dp_factor_sort(factor);
    if (!sorted)
        return DP_NO_MEMORY;
    for (int64_t k = 1; k < factor->count && !*repeats; k++)
        if (compare_positions(&sorted[k - 1], &sorted[k]) == 0) {
            const int64_t one = sorted[k - 1].index, other = sorted[k].index;
            *repeats = true;
            *i = one < other ? one : other;
            *j = one < other ? other : one;
        }
    free(sorted);
    return DP_OK;
}

void dp_axis_values_free(struct dp_values *values)
{
    free(values->values);
    free(values->texts);
    *values = (struct dp_values){0};
}

void dp_factor_free(struct dp_factor *factor)
{
    for (int a = 0; a < factor->axis_count; a++)
        dp_axis_values_free(&factor->axes[a]);
    free(factor->axes);
    *factor = (struct dp_factor){0};
}

static void scope_free(struct dp_scope *scope)
{
    for (int f = 0; f < scope->factor_count; f++)
        dp_factor_free(&scope->factors[f]);
    free(scope->factors);
}

void dp_parsed_free(struct dp_parsed *parsed)
{
    scope_free(&parsed->top);
    for (int b = 0; b < parsed->block_count; b++)
        scope_free(&parsed->blocks[b]);
    free(parsed->blocks);
    for (int c = 0; c < parsed->condition_count; c++)
        dp_condition_free(parsed->conditions[c]);
    free(parsed->conditions);
    for (int what = 0; what < DP_KEEPS; what++)
        dp_condition_free(parsed->keep[what]);
    memset(parsed, 0, sizeof *parsed);
}
