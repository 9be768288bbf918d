// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/sweep/sweep.h"
#include "sweep/keys/key_value.h"
#include "sweep/mistakes/mistakes.h"

/* The contents of a sweep file, before it is multiplied out.
 *
 * struct dp_parsed has one scope for the top of the file and one for each of its blocks. A scope holds the
 * keys that its sections set and its factors. A factor is one axis, or several axes tied together by zip; the
 * runs of a scope are the product of its factors. Everything keeps its place in the file, because most
 * mistakes are two places that contradict each other. dp_parsed_free releases everything; a zero struct is
 * empty. */

/* Values that all axes of a file may have together. */
#ifndef DP_SWEPT_VALUES // fuzzers set less
#    define DP_SWEPT_VALUES 10000000
#endif

/* The values of one swept key. */
struct dp_values {
    const struct dp_key *key;
    int64_t count;
    double *values;         // as dp_key_number gives them; of a STRING key, indices into texts
    char (*texts)[DP_TEXT]; // of a STRING key, else NULL
    struct dp_place place;
};

struct dp_factor {
    int axis_count;
    struct dp_values *axes; // all of the factor's count
    int64_t count;
    size_t order; // position in the file, by which factors are sorted
    struct dp_place place;
};

struct dp_scope {
    struct dp_run run; // only the keys that are set count
    struct dp_place set[DP_KEYS_MAX];
    int factor_count;
    struct dp_factor *factors;
    struct dp_place place;
};

struct dp_condition; // condition.h

struct dp_parsed {
    char name[DP_TEXT];
    struct dp_scope top;
    int block_count;
    struct dp_scope *blocks;
    int condition_count;
    struct dp_condition **conditions;
    struct dp_place exclude;             // of the conditions
    struct dp_condition *keep[DP_KEEPS]; // by enum dp_keep; NULL: none or all
};

/* Makes room for one more element at the end of an array. NULL when out of memory; the array is then
 * unchanged. */
void *dp_grow(void *array, int count, size_t size);

/* Puts value i of an axis into the run. */
void dp_values_put(const struct dp_values *values, int64_t i, struct dp_run *run);

/* Append a factor to a scope, and an axis to a factor. They take over the memory, also on failure. */
enum dp_status dp_scope_add(struct dp_scope *scope, struct dp_factor *factor);
enum dp_status dp_factor_add(struct dp_factor *factor, struct dp_values *values);

/* Whether one of the factor's axes is of the key of that name. */
bool dp_factor_sweeps(const struct dp_factor *factor, const char *name);

/* The axis of the scope that sweeps key, or NULL. */
const struct dp_values *dp_scope_axis(const struct dp_scope *scope, const struct dp_key *key);

/* Removes the key from the sections and factors of the scope. If a factor swept it, *order becomes the
 * position of that factor. */
void dp_scope_remove(struct dp_scope *scope, const struct dp_key *key, size_t *order);

/* One position of a factor. dp_factor_sort gives all of them, sorted by the values of the first axis, then of
 * the second, and so on (allocated, NULL when out of memory). */
struct dp_position {
    const struct dp_factor *factor;
    int64_t index;
};
struct dp_position *dp_factor_sort(const struct dp_factor *factor);

/* Whether the values at the position are before (< 0), equal to (0), or after those of the run. */
int dp_position_compare(const struct dp_position *position, const struct dp_run *run);

/* Finds two positions of the factor with the same values on all its axes, i < j; false if there are none.
 * DP_NO_MEMORY on failure. */
enum dp_status dp_factor_repeats(const struct dp_factor *factor, bool *repeats, int64_t *i, int64_t *j);

void dp_axis_values_free(struct dp_values *values);
void dp_factor_free(struct dp_factor *factor);
void dp_parsed_free(struct dp_parsed *parsed);
