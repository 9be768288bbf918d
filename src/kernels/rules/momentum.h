// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* Momentum without dampening, in PyTorch's order: v <- factor v + g, and the step is rate (direct g + along
 * v), where (direct, along) is (0, 1), or (1, factor) by Nesterov. v is zero at first. */
INLINE vreal momentum_step(const struct rule_part *c, int64_t at, vreal g)
{
    const vreal v = v_add(v_mul(c->number[DP_MOMENTUM_FACTOR], v_load(c->kept[0] + at)), g);
    v_store(c->kept[0] + at, v);
    return v_mul(c->number[DP_MOMENTUM_RATE],
                 v_add(v_mul(c->number[DP_MOMENTUM_DIRECT], g), v_mul(c->number[DP_MOMENTUM_ALONG], v)));
}
