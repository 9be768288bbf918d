// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* One step of normalized flow: every neuron moves at unit relative speed, d theta_k / ds = -g_k |theta_k| / |g_k|.
 *
 * With the residuals held, neurons do not feel each other, so a step of the midpoint rule is taken neuron by neuron in
 * one pass: half a step on the gradient here, a whole one on the gradient there. */

/* grad becomes |theta| / |grad| grad, -1 times the direction of motion. Returns 1 where there is a gradient, 0 where
 * there is none: dead neurons of relu would stand still for ever. */
INLINE vreal normalize(const vreal *theta, vreal *grad, const struct shape shape)
{
    vreal length = v_set(0), slope = v_set(0);
    for (int j = 0; j < rows_of(shape); j++) {
        length = v_fma(theta[j], theta[j], length);
        slope = v_fma(grad[j], grad[j], slope);
    }
    const vreal ratio = v_sqrt(v_div(length, v_select_gt(slope, v_set(0), slope, v_set(1))));
    for (int j = 0; j < rows_of(shape); j++)
        grad[j] = v_mul(grad[j], ratio);
    return v_select_gt(slope, v_set(0), v_set(1), v_set(0));
}

// (|w| |a|)^2 of each lane's neuron
INLINE vreal square_amplitude(const vreal *theta, const struct shape shape)
{
    vreal w = v_set(0), a = v_set(0);
    for (int j = 0; j <= shape.d; j++)
        w = v_fma(theta[j], theta[j], w);
    for (int c = shape.d + 1; c < rows_of(shape); c++)
        a = v_fma(theta[c], theta[c], a);
    return v_mul(w, a);
}

// 1 where the neuron is to move on: it has a length, and its amplitude has not yet grown by the factor
INLINE vreal moving_lanes(const real *start, const vreal *theta, vreal square_growth,
                          const struct shape shape)
{
    vreal w = v_set(0), a = v_set(0);
    for (int j = 0; j < rows_of(shape); j++) {
        const vreal value = v_load(start + j * DP_LANES);
        if (j <= shape.d)
            w = v_fma(value, value, w);
        else
            a = v_fma(value, value, a);
    }
    const vreal goal = v_mul(square_growth, v_mul(w, a));
    const vreal there = v_select_gt(goal, square_amplitude(theta, shape), v_set(1), v_set(0));
    return v_select_gt(v_add(w, a), v_set(0), there, v_set(0));
}

INLINE void half_step(const struct strip *strip, real *halves, vreal *moving, vreal size, vreal growth,
                      const struct shape *shape)
{
    const int rows = rows_of(*shape);
    for (int64_t block = 0; block < strip->blocks; block++) {
        const int64_t offset = offset_of(block, 0, rows);
        vreal *grad = strip->grads + block * rows;
        load_block(strip->start + offset, strip->moved + offset, strip->theta, *shape);
        moving[block] = moving_lanes(strip->start + offset, strip->theta, v_mul(growth, growth), *shape);
        normalize(strip->theta, grad, *shape);
        const vreal pace = v_mul(v_mul(size, v_set((real)0.5)), moving[block]);
        for (int j = 0; j < rows; j++)
            v_store(halves + offset + j * DP_LANES,
                    v_fnma(grad[j], pace, v_load(strip->moved + offset + j * DP_LANES)));
    }
}

INLINE void whole_step(const struct strip *strip, const real *halves, vreal *moving, vreal size,
                       const struct shape *shape)
{
    const int rows = rows_of(*shape);
    for (int64_t block = 0; block < strip->blocks; block++) {
        const int64_t offset = offset_of(block, 0, rows);
        vreal *grad = strip->grads + block * rows;
        load_block(strip->start + offset, halves + offset, strip->theta, *shape);
        const vreal pulled = normalize(strip->theta, grad, *shape);
        const vreal pace = v_mul(size, moving[block]);
        for (int j = 0; j < rows; j++) {
            real *moved = strip->moved + offset + j * DP_LANES;
            v_store(moved, v_fnma(grad[j], pace, v_load(moved)));
        }
        moving[block] = v_mul(moving[block], pulled); // a half step can end where there is no gradient
    }
    clear_strip_tail(strip, strip->moved, DP_LANES, shape);
}

static void normalized(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                       const struct dp_normalized_step *step, double *moving)
{
    const struct shape shape = shape_of(layer, batch);
    const struct bench at = bench_of(layer, shape.n);
    strip_loops *const loops = loops_of(&shape);
    const int64_t blocks = dp_block_count(layer), length = strip_blocks(rows_of(shape));
    take_residuals(r, batch, at, shape);
    clear_doubles(moving, lanes_of(shape));
    for (int64_t first = 0; first < blocks; first += length)
        for (int part = 0; part < PARTS; part++) {
            const struct strip strip =
                strip_of(layer, batch, first, smaller(first + length, blocks), part, at, &shape);
            const vreal size = lanes_from(step->size, part);
            struct strip there = strip;
            _Alignas(64) real lanes[PART];
            vreal on[STRIP];
            there.moved = at.halves;
            loops(GRADIENT, &strip, &shape);
            scale_strip(&strip, &shape);
            half_step(&strip, at.halves, on, size, lanes_from(step->growth, part), &shape);
            loops(GRADIENT, &there, &shape);
            scale_strip(&there, &shape);
            whole_step(&strip, at.halves, on, size, &shape);
            for (int64_t block = 0; block < strip.blocks; block++) {
                v_store(lanes, on[block]);
                for (int l = 0; l < PART; l++)
                    moving[shape.stacked ? part * PART + l : 0] += (double)lanes[l];
            }
        }
}
