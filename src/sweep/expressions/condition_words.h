// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "sweep/expressions/expression.h"
#include "sweep/keys/key_value.h"

/* Translates a condition into what muParser reads, and marks the keys that it reads in reads[]. False after a
 * complaint. */
bool dp_condition_translate(const char *text, struct dp_place place, struct dp_faults *faults,
                            char translated[DP_EXPRESSION_TEXT], bool reads[DP_KEYS_MAX]);
