// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "sweep/expressions/condition_words.h"

/* A condition of `exclude`, `weights` or `trajectories`: "gamma > 1.5 and width > 5000 and activation ==
 * relu".
 *
 * muParser does the arithmetic, on a text that holds nothing but what is allowed here (expression.h):
 * numbers, keys, the names of choices, + - * / ^, comparisons, and, or, not, parentheses, and the functions
 * abs, sqrt, exp, ln, log, log2, log10, rint, min and max. Keys stand for their values, true and false for 1
 * and 0. `and`, `or` and `not` bind as in Python, and &&, || and ! mean the same. The name of a choice stands
 * after == or != of its own key, bare, quoted, or with _ for -. Commas, chained comparisons and the
 * assignment = would not mean what they look like and are refused. A key that is unset compares as false. */

struct dp_condition;

/* *condition is NULL after a complaint. DP_OK or DP_NO_MEMORY. */
enum dp_status dp_condition_create(const char *text, struct dp_place place, struct dp_faults *faults,
                                   struct dp_condition **condition);

/* The same about other names than those of the keys, which must outlive the condition. */
enum dp_status dp_condition_create_about(struct dp_condition_names names, const char *text,
                                         struct dp_place place, struct dp_faults *faults,
                                         struct dp_condition **condition);

bool dp_condition_reads(const struct dp_condition *condition, const struct dp_key *key);

bool dp_condition_holds(struct dp_condition *condition, const struct dp_run *run);

/* The same for values[] of its names. */
bool dp_condition_holds_for(struct dp_condition *condition, const double *values);

/* The condition as the user wrote it. */
const char *dp_condition_source(const struct dp_condition *condition);

/* The condition as muParser sees it: one text for all ways to write it with blanks, quotes and words. */
const char *dp_condition_text(const struct dp_condition *condition);

void dp_condition_free(struct dp_condition *condition);
