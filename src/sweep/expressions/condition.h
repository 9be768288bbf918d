// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "sweep/expressions/condition_words.h"

/* A condition of `exclude`, `weights` or `trajectories`, such as "gamma > 1.5 and activation == relu".
 *
 * muParser evaluates a text that contains only what is allowed here (expression.h): numbers, keys, the names
 * of choices, + - * / ^, comparisons, and, or, not, parentheses, and the functions abs, sqrt, exp, ln, log,
 * log2, log10, rint, min and max. A key is its value; true and false are 1 and 0. `and`, `or` and `not` bind
 * as in Python; &&, || and ! mean the same. The name of a choice comes after == or != of its own key, bare,
 * quoted, or with _ for -. Commas, chained comparisons and the assignment = would not mean what they seem to
 * mean and are refused. Comparisons with an unset key are false. */

struct dp_condition;

/* *condition is NULL after a mistake was reported. DP_OK or DP_NO_MEMORY. */
enum dp_status dp_condition_create(const char *text, struct dp_place place, struct dp_faults *faults,
                                   struct dp_condition **condition);

/* The same for other names than those of the keys; the names must outlive the condition. */
enum dp_status dp_condition_create_about(struct dp_condition_names names, const char *text,
                                         struct dp_place place, struct dp_faults *faults,
                                         struct dp_condition **condition);

bool dp_condition_reads(const struct dp_condition *condition, const struct dp_key *key);

bool dp_condition_holds(struct dp_condition *condition, const struct dp_run *run);

/* The same for values[] of its names. */
bool dp_condition_holds_for(struct dp_condition *condition, const double *values);

/* The condition as the user wrote it. */
const char *dp_condition_source(const struct dp_condition *condition);

/* The condition as muParser sees it. Different ways of writing blanks, quotes and words give the same
 * text. */
const char *dp_condition_text(const struct dp_condition *condition);

void dp_condition_free(struct dp_condition *condition);
