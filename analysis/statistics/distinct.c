// SPDX-License-Identifier: BSD-3-Clause
#include "statistics/distinct.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DISTINCT_SLOTS_FIRST = 64 };

uint64_t dp_value_bits(double value)
{
    const double canonical = isnan(value) ? (double)NAN : value == 0 ? 0.0 : value;
    uint64_t bits;
    memcpy(&bits, &canonical, sizeof bits);
    return bits;
}

uint64_t dp_value_hash(uint64_t hash, uint64_t bits)
{
    // The finaliser of splitmix64: round decimals differ in few bits, and it spreads every one of them.
    uint64_t z = (hash ^ bits) + 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* The slot of value, or the empty slot in which it belongs. */
static int64_t find_slot(const struct dp_distinct *values, double value)
{
    const uint64_t bits = dp_value_bits(value), mask = (uint64_t)values->slots - 1;
    uint64_t at = dp_value_hash(0, bits) & mask;
    while (values->slot[at] >= 0 && dp_value_bits(values->value[values->slot[at]]) != bits)
        at = (at + 1) & mask;
    return (int64_t)at;
}

/* Doubles the table; the values array always holds half as many as there are slots. */
static bool grow(struct dp_distinct *values)
{
    const int64_t slots = values->slots ? 2 * values->slots : DISTINCT_SLOTS_FIRST;
    double *const value = realloc(values->value, sizeof *value * (size_t)(slots / 2));
    if (!value)
        return false;
    values->value = value;
    int64_t *const slot = malloc(sizeof *slot * (size_t)slots);
    if (!slot)
        return false;
    free(values->slot);
    values->slot = slot;
    values->slots = slots;
    for (int64_t i = 0; i < slots; i++)
        slot[i] = -1;
    for (int64_t i = 0; i < values->count; i++)
        slot[find_slot(values, value[i])] = i;
    return true;
}

bool dp_distinct_add(struct dp_distinct *values, double value)
{
    if (values->count && dp_value_bits(values->last) == dp_value_bits(value))
        return true;
    if (2 * (values->count + 1) > values->slots && !grow(values)) {
        values->out_of_memory = true;
        return false;
    }
    const int64_t at = find_slot(values, value);
    if (values->slot[at] < 0) {
        if (values->count == DP_DISTINCT_MOST) {
            values->full = true;
            return true;
        }
        values->value[values->count] = value;
        values->slot[at] = values->count++;
    }
    values->last = value;
    return true;
}

int dp_value_compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    if (isnan(x) || isnan(y))
        return (isnan(x) ? 1 : 0) - (isnan(y) ? 1 : 0);
    return (x > y) - (x < y);
}

void dp_distinct_sort(struct dp_distinct *values)
{
    if (values->count)
        qsort(values->value, (size_t)values->count, sizeof *values->value, dp_value_compare);
}

int64_t dp_distinct_index(const struct dp_distinct *values, double value)
{
    if (!values->count)
        return -1;
    const double *const found =
        bsearch(&value, values->value, (size_t)values->count, sizeof value, dp_value_compare);
    return found ? found - values->value : -1;
}

void dp_distinct_free(struct dp_distinct *values)
{
    free(values->value);
    free(values->slot);
    *values = (struct dp_distinct){0};
}
