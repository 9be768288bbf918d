// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* One step of normalized flow: every neuron moves at unit relative speed, d theta_k / ds = -g_k |theta_k| /
 * |g_k|.
 *
 * For fixed residuals, neurons do not affect each other, so a step of the midpoint rule is taken neuron by
 * neuron in one pass: half a step with the present gradient, then a whole step with the gradient at the
 * midpoint. */

/* grad becomes |theta| / |grad| grad, -1 times the direction of motion. Returns 1 where there is a gradient,
 * 0 where there is none: dead neurons of relu would stand still for ever. */
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

// Sums of squares over rows of a block at the start, and now.
INLINE void row_squares(const struct strip *strip, int64_t offset, int first, int end, vreal *start_square,
                        vreal *square)
{
    *start_square = *square = v_set(0);
    for (int j = first; j < end; j++) {
        const int64_t k = offset + j * DP_LANES;
        const vreal start = v_load(strip->start + k), now = v_add(start, v_load(strip->moved + k));
        *start_square = v_fma(start, start, *start_square);
        *square = v_fma(now, now, *square);
    }
}

/* 1 if the neuron of a block moves on: it has a length, and its amplitude |w| |a| has not yet grown by the
 * factor whose square is given. */
INLINE vreal moving_lanes(const struct strip *strip, int64_t offset, vreal square_growth,
                          const struct shape *shape)
{
    vreal start_w, start_a, w, a;
    row_squares(strip, offset, 0, shape->d + 1, &start_w, &w);
    row_squares(strip, offset, shape->d + 1, rows_of(*shape), &start_a, &a);
    const vreal goal = v_mul(square_growth, v_mul(start_w, start_a));
    const vreal there = v_select_gt(goal, v_mul(w, a), v_set(1), v_set(0));
    return v_select_gt(v_add(start_w, start_a), v_set(0), there, v_set(0));
}

/* to <- moved - size |theta| / |grad| grad in the lanes that move, theta where the gradients are, at `here`;
 * pulled: where there is one. */
INLINE void normalized_strip(const struct strip *strip, const real *here, real *to, vreal size,
                             const vreal *moving, vreal *pulled, const struct shape *shape)
{
    const int rows = rows_of(*shape);
    for (int64_t block = 0; block < strip->blocks; block++) {
        const int64_t offset = offset_of(block, 0, rows);
        vreal *grad = strip->grads + block * rows;
        load_block(strip->start + offset, here + offset, strip->theta, *shape);
        pulled[block] = normalize(strip->theta, grad, *shape);
        const vreal pace = v_mul(size, moving[block]);
        for (int j = 0; j < rows; j++) {
            const int64_t k = offset + j * DP_LANES;
            v_store(to + k, v_fnma(grad[j], pace, v_load(strip->moved + k)));
        }
    }
    clear_strip_tail(strip, to, DP_LANES, shape);
}

// Adds up which lanes have moved.
INLINE void count_moving(const struct strip *strip, const vreal *moving, const vreal *pulled, int part,
                         double *count, const int stacked)
{
    _Alignas(64) real lanes[PART];
    for (int64_t block = 0; block < strip->blocks; block++) {
        v_store(lanes, v_mul(moving[block], pulled[block]));
        for (int l = 0; l < PART; l++)
            count[stacked ? part * PART + l : 0] += (double)lanes[l];
    }
}

static void normalized(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                       const struct dp_normalized_step *step, double *count)
{
    const struct shape shape = shape_of(layer, batch);
    const struct bench at = bench_of(layer, shape.n);
    strip_loops *const loops = loops_of(&shape);
    const int64_t blocks = dp_block_count(layer), rows = rows_of(shape), length = strip_blocks(rows);
    vreal moving[STRIP], pulled[STRIP];
    take_residuals(r, batch, at, shape);
    clear_doubles(count, lanes_of(shape));
    for (int64_t first = 0; first < blocks; first += length)
        for (int part = 0; part < PARTS; part++) {
            const struct strip strip =
                strip_of(layer, batch, first, smaller(first + length, blocks), part, at, &shape);
            const vreal size = lanes_from(step->size, part), growth = lanes_from(step->growth, part);
            struct strip half = strip;
            half.moved = at.halves;
            for (int64_t block = 0; block < strip.blocks; block++)
                moving[block] = moving_lanes(&strip, block * rows * DP_LANES, v_mul(growth, growth), &shape);
            loops(GRADIENT, &strip, &shape);
            scale_strip(&strip, &shape);
            normalized_strip(&strip, strip.moved, at.halves, v_mul(size, v_set((real)0.5)), moving, pulled,
                             &shape);
            gradients_anew(loops, &half, at, &shape);
            scale_strip(&half, &shape);
            normalized_strip(&strip, at.halves, strip.moved, size, moving, pulled, &shape);
            count_moving(&strip, moving, pulled, part, count,
                         shape.stacked); // a half step can end without a gradient
        }
}
