// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* A set of numbers: which values does a column take?
 *
 * Coordinates come as doubles that were copied, never computed with, so equal means equal bits; only the two
 * zeros are one value, and so are all NaNs (a key that a run did not set). A set stops growing at
 * DP_DISTINCT_MOST and says so: a key with that many values is no axis that anyone lists, and memory must not
 * depend on the number of runs.
 *
 * Start from a zero struct; dp_distinct_free releases it. */

enum { DP_DISTINCT_MOST = 1 << 20 };

struct dp_distinct {
    double *value; // [count] in order of arrival; ascending, NaN last, after dp_distinct_sort
    int64_t count;
    bool full;          // there were more than DP_DISTINCT_MOST
    int64_t *slot;      // [slots] hash table of indices into value, -1 empty
    int64_t slots;      // a power of two
    double last;        // what was added last: columns repeat themselves
    bool out_of_memory; // a value was lost
};

/* A number's 64 bits, with one zero and one NaN: what equality of coordinates means everywhere here. */
uint64_t dp_value_bits(double value);

/* Mixes bits into a hash (call it again for the next part of a key). */
uint64_t dp_value_hash(uint64_t hash, uint64_t bits);

/* Adds a value unless it is there. False when out of memory. */
bool dp_distinct_add(struct dp_distinct *values, double value);

/* Sorts for output; no dp_distinct_add afterwards. */
void dp_distinct_sort(struct dp_distinct *values);

/* Place of a value in a sorted set, -1 if it is not there. */
int64_t dp_distinct_index(const struct dp_distinct *values, double value);

/* qsort's order for doubles: ascending, NaN last. */
int dp_value_compare(const void *a, const void *b);

void dp_distinct_free(struct dp_distinct *values);
