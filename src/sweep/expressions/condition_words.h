// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "sweep/expressions/expression.h"
#include "sweep/keys/key_value.h"

/* The names that a condition may use: the table of keys, or another table of the same form, such as the
 * columns of a store. */
struct dp_condition_names {
    const struct dp_key *keys;
    int count;
};
enum { DP_NAMES_MAX = 192 }; // at least DP_KEYS_MAX

/* Translates a condition for muParser, and marks the keys that it reads in reads[]. Returns false after a
 * mistake was reported. */
bool dp_condition_translate(const char *text, struct dp_condition_names names, struct dp_place place,
                            struct dp_faults *faults, char translated[DP_EXPRESSION_TEXT],
                            bool reads[DP_NAMES_MAX]);
