// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/run.h"
#include "kernels/rules.h"

/* What training knows about the update rules (kernels/rules.h): how many arrays each rule keeps, and the
 * numbers of a step of a run. */

enum { DP_RULE_POWERS = 2 };

struct dp_rule_row {
    int arrays; // that it keeps from step to step
    /* The numbers [DP_RULE_NUMBERS] of the next step of a run at a rate. powers [DP_RULE_POWERS] belong to
     * the run and start at 1, for numbers that change from step to step: beta1^t and beta2^t. */
    void (*numbers)(const struct dp_run *run, double rate, double *powers, double *numbers);
};

/* In the order of enum dp_rule. */
extern const struct dp_rule_row dp_rules[DP_RULES];

/* The rule that a run steps by. */
enum dp_rule dp_run_rule(const struct dp_run *run);
