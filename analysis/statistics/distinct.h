// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* A set of numbers: the values that a column takes.
 *
 * Coordinates are doubles that were copied and never computed with, so equal values have equal bits. There
 * are two exceptions: the two zeros are one value, and all NaNs (a key that a run did not set) are one value.
 * A set stops growing at DP_DISTINCT_MOST and says so: no one lists an axis with that many values, and memory
 * must not depend on the number of runs.
 *
 * Start from a zero struct; dp_distinct_free releases it. */

enum { DP_DISTINCT_MOST = 1 << 20 };

struct dp_distinct {
    double *value; // [count] in order of arrival; ascending, NaN last, after dp_distinct_sort
    int64_t count;
    bool full;          // there were more than DP_DISTINCT_MOST
    int64_t *slot;      // [slots] hash table of indices into value, -1 empty
    int64_t slots;      // a power of two
    double last;        // the value added last, because columns repeat values
    bool out_of_memory; // a value was lost
};

/* The 64 bits of a number, with one zero and one NaN. They define equality of coordinates everywhere here. */
uint64_t dp_value_bits(double value);

/* Mixes bits into a hash (call it again for the next part of a key). */
uint64_t dp_value_hash(uint64_t hash, uint64_t bits);

/* Adds a value unless the set has it. Returns false when out of memory. */
bool dp_distinct_add(struct dp_distinct *values, double value);

/* Sorts for output; no dp_distinct_add afterwards. */
void dp_distinct_sort(struct dp_distinct *values);

/* The index of a value in a sorted set, -1 if it is not in it. */
int64_t dp_distinct_index(const struct dp_distinct *values, double value);

/* qsort's order for doubles: ascending, NaN last. */
int dp_value_compare(const void *a, const void *b);

void dp_distinct_free(struct dp_distinct *values);
