// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "sweep/expressions/expression.h"
#include "sweep/keys/key_value.h"

/* What a condition can be about: the table of keys, or another one of the same form, such as the columns of a
 * store. */
struct dp_condition_names {
    const struct dp_key *keys;
    int count;
};
enum { DP_NAMES_MAX = 192 }; // at least DP_KEYS_MAX

/* Translates a condition into what muParser reads, and marks the keys that it reads in reads[]. False after a
 * complaint. */
bool dp_condition_translate(const char *text, struct dp_condition_names names, struct dp_place place,
                            struct dp_faults *faults, char translated[DP_EXPRESSION_TEXT],
                            bool reads[DP_NAMES_MAX]);
