// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/lanes.h"

/* THE table of update rules, one row each: how a gradient g becomes a step. If weights decay, every rule uses
 * g + decay theta in place of g.
 *
 * The caller owns the arrays that a rule keeps from step to step. They have the layout of the layer's `moved`
 * and are zero before the first step of a run.
 *
 * Anything missing for a row does not compile. To add a rule, write its row, its numbers below, NAME_step in
 * rules/NAME.h, which turns a gradient into a step on vectors, and NAME_numbers in
 * core/train/methods/rules.c, which sets the numbers of a step. */

/* ROW(tag, name, arrays that it keeps) */
#define DP_RULE_ROWS(ROW)                                                                                    \
    ROW(DP_RULE_DESCENT, descent, 0)                                                                         \
    ROW(DP_RULE_MOMENTUM, momentum, 1)                                                                       \
    ROW(DP_RULE_ADAM, adam, 2)

#define DP_RULE_TAG(tag, ...) tag,
enum dp_rule { DP_RULE_ROWS(DP_RULE_TAG) };
#undef DP_RULE_TAG

#define DP_RULE_ONE(...) +1
enum { DP_RULES = DP_RULE_ROWS(DP_RULE_ONE) };
#undef DP_RULE_ONE

enum { DP_RULE_NUMBERS = 4, DP_RULE_ARRAYS = 2 }; // of no rule there are more

/* The numbers of each, by their place in struct dp_update. */
enum { DP_MOMENTUM_RATE, DP_MOMENTUM_FACTOR, DP_MOMENTUM_DIRECT, DP_MOMENTUM_ALONG };
enum { DP_ADAM_BETA1, DP_ADAM_BETA2, DP_ADAM_SIZE, DP_ADAM_FLOOR };

/* One step by a rule. Numbers are for each lane, the same in all of them unless the layer is stacked. */
struct dp_update {
    enum dp_rule rule;
    int decays;                 // whether weights decay
    void *kept[DP_RULE_ARRAYS]; // real [blocks][d + 1 + o][16]
    double number[DP_RULE_NUMBERS][DP_LANES], decay[DP_LANES];
};
