// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/sweep.h"
#include "sweep/keys/key_value.h"
#include "sweep/mistakes/mistakes.h"

/* What a sweep file says, before it is multiplied out.
 *
 * struct dp_parsed has one scope for the top of the file and one for each of its blocks. A scope holds the
 * keys that its sections set and its factors: a factor is one axis, or several tied together by zip, and the
 * runs of a scope are the product of its factors. Everything remembers where it stood, because most mistakes
 * are two places that do not go together. dp_parsed_free releases it all; a zeroed one is empty. */

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
    size_t order; // factors go by this, the position in the file
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

/* Room for one more element at the end of an array; NULL when out of memory, and the array is as before. */
void *dp_grow(void *array, int count, size_t size);

/* Puts value i of an axis into the run. */
void dp_values_put(const struct dp_values *values, int64_t i, struct dp_run *run);

/* Appends a factor of its own to scope, and an axis to a factor. They take the memory over, also on failure.
 */
enum dp_status dp_scope_add(struct dp_scope *scope, struct dp_factor *factor);
enum dp_status dp_factor_add(struct dp_factor *factor, struct dp_values *values);

/* Whether one of the factor's axes is of the key of that name. */
bool dp_factor_sweeps(const struct dp_factor *factor, const char *name);

/* The axis of the scope that sweeps key, or NULL. */
const struct dp_values *dp_scope_axis(const struct dp_scope *scope, const struct dp_key *key);

/* Takes the key out of the scope: out of its sections, out of its factors; *order becomes the position of the
 * factor that it swept, if it did. */
void dp_scope_remove(struct dp_scope *scope, const struct dp_key *key, size_t *order);

/* One position of a factor, and all of them (allocated, NULL when out of memory) in the order of the values
 * there: of the first axis, then the second. */
struct dp_position {
    const struct dp_factor *factor;
    int64_t index;
};
struct dp_position *dp_factor_sort(const struct dp_factor *factor);

/* Whether the values there come before (< 0), are (0), or come after those of the run. */
int dp_position_compare(const struct dp_position *position, const struct dp_run *run);

/* Two positions of the factor with the same values of all its axes, i < j; false if there are none.
 * DP_NO_MEMORY. */
enum dp_status dp_factor_repeats(const struct dp_factor *factor, bool *repeats, int64_t *i, int64_t *j);

void dp_axis_values_free(struct dp_values *values);
void dp_factor_free(struct dp_factor *factor);
void dp_parsed_free(struct dp_parsed *parsed);
