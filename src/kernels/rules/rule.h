// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The rules of rules.h on vectors. */

/* A rule on lanes of one part. */
struct rule_part {
    enum dp_rule rule;
    int decays;
    real *kept[DP_RULE_ARRAYS]; // at the part
    vreal number[DP_RULE_NUMBERS], decay;
};

#include "kernels/rules/adam.h"
#include "kernels/rules/descent.h"
#include "kernels/rules/momentum.h"

INLINE void to_reals(const double *from, real *to, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        to[i] = (real)from[i] + 0; // never -0
}

INLINE vreal lanes_from(const double *values, int part)
{
    _Alignas(64) real lanes[DP_LANES];
    to_reals(values, lanes, DP_LANES);
    return v_load(lanes + part * PART);
}

// Numbers that are the same in all lanes unless stacked.
INLINE vreal constant_from(const double *values, int part, const struct shape shape)
{
    return shape.stacked ? lanes_from(values, part) : v_set((real)values[0]);
}

INLINE struct rule_part rule_part_of(const struct dp_update *update, int part, const struct shape shape)
{
    struct rule_part of = {.rule = update->rule, .decays = update->decays};
    if (update->rule == DP_RULE_DESCENT)
        return of;
    for (int k = 0; k < DP_RULE_ARRAYS; k++)
        of.kept[k] = update->kept[k] ? (real *)update->kept[k] + part * PART : NULL;
    for (int k = 0; k < DP_RULE_NUMBERS; k++)
        of.number[k] = constant_from(update->number[k], part, shape);
    of.decay = constant_from(update->decay, part, shape);
    return of;
}

// The step of a row of a block, `at` in arrays like the layer's, from its gradient; theta: its present
// parameters.
INLINE vreal rule_step(const struct rule_part *c, const enum dp_rule rule, int64_t at, vreal g, vreal theta)
{
    if (c->decays)
        g = v_add(g, v_mul(c->decay, theta));
    switch (rule) {
#define STEP_BY(tag, name, arrays)                                                                           \
    case tag:                                                                                                \
        return name##_step(c, at, g);
        DP_RULE_ROWS(STEP_BY)
#undef STEP_BY
    }
    return g;
}
