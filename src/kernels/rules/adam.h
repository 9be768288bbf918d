// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* Adam. It keeps M = mean / (1 - beta1) and S = square / (1 - beta2), which need one multiplication less
 * each. Its step is size M / (sqrt(S) + floor):
 *
 *     M <- beta1 M + g,   S <- beta2 S + g^2,   M = S = 0 at first */
INLINE vreal adam_step(const struct rule_part *c, int64_t at, vreal g)
{
    const vreal m = v_fma(c->number[DP_ADAM_BETA1], v_load(c->kept[0] + at), g);
    const vreal s = v_fma(c->number[DP_ADAM_BETA2], v_load(c->kept[1] + at), v_mul(g, g));
    v_store(c->kept[0] + at, m);
    v_store(c->kept[1] + at, s);
    return v_div(v_mul(c->number[DP_ADAM_SIZE], m), v_add(v_sqrt(s), c->number[DP_ADAM_FLOOR]));
}
