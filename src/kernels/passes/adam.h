// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <math.h>

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

/* Adam on lanes of one part. With M = mean / (1 - beta1) and S = square / (1 - beta2), which take a
 * multiplication less each and are what is stored, its step is size M / (sqrt(S) + floor). */
struct adam_part {
    real *mean, *square; // M and S; NULL: plain descent
    vreal beta1, beta2, size, floor;
};

INLINE struct adam_part adam_part_of(const struct dp_adam_state *state, int part, const struct shape shape)
{
    double size[DP_LANES], floor[DP_LANES];
    if (!state)
        return (struct adam_part){.mean = NULL};
    for (int l = 0; l < lanes_of(shape); l++) {
        const double unit = state->root[l] * sqrt(1 - state->beta2[l]);
        size[l] = state->rate[l] * (1 - state->beta1[l]) / unit;
        floor[l] = state->epsilon[l] / unit;
    }
    return (struct adam_part){
        state->mean,
        state->square,
        constant_from(state->beta1, part, shape),
        constant_from(state->beta2, part, shape),
        constant_from(size, part, shape),
        constant_from(floor, part, shape),
    };
}

// The same from a row on.
INLINE struct adam_part adam_from(const struct adam_part *adam, int64_t offset)
{
    struct adam_part from = *adam;
    if (from.mean) {
        from.mean += offset;
        from.square += offset;
    }
    return from;
}

// The gradient of a block becomes Adam's step.
INLINE void adam_block(const struct adam_part *c, int64_t offset, vreal *step, const int rows)
{
    real *mean = c->mean + offset, *square = c->square + offset;
    for (int j = 0; j < rows; j++) {
        const vreal g = step[j];
        const vreal m = v_fma(c->beta1, v_load(mean + j * DP_LANES), g);
        const vreal s = v_fma(c->beta2, v_load(square + j * DP_LANES), v_mul(g, g));
        v_store(mean + j * DP_LANES, m);
        v_store(square + j * DP_LANES, s);
        step[j] = v_div(v_mul(c->size, m), v_add(v_sqrt(s), c->floor));
    }
}
