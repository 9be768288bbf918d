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
    vreal first[2] = {v_set(0), v_set(0)};
    for (int j = 0; j < rows_of(shape); j++) {
        const vreal value = v_load(start + j * DP_LANES);
        const int side = j > shape.d;
        first[side] = v_fma(value, value, first[side]);
    }
    const vreal goal = v_mul(square_growth, v_mul(first[0], first[1]));
    const vreal there = v_select_gt(goal, square_amplitude(theta, shape), v_set(1), v_set(0));
    return v_select_gt(v_add(first[0], first[1]), v_set(0), there, v_set(0));
}

// One part of one block; returns the lanes that moved.
INLINE vreal normalized_block(const real *start, real *moved, const real *x, const real *r,
                              const real *products, int64_t live, vreal size, vreal growth,
                              const struct bench at, const struct shape shape)
{
    const int rows = rows_of(shape);
    load_block(start, moved, at.theta, shape);
    const vreal moving = moving_lanes(start, at.theta, v_mul(growth, growth), shape);
    vreal pulled = v_set(0);
    for (int half = 1; half >= 0; half--) {
        gradient_block(at.theta, x, r, products, NULL, at.grad, shape);
        scale_gradient(at.theta, at.grad, shape);
        pulled =
            normalize(at.theta, at.grad, shape); // the last tells: a half step can end where there is none
        load_block(start, moved, at.theta, shape);
        const vreal pace = v_mul(v_mul(size, v_set(half ? (real)0.5 : 1)), moving);
        for (int j = 0; j < rows; j++) {
            at.grad[j] = v_mul(at.grad[j], pace);
            at.theta[j] = v_sub(at.theta[j], at.grad[j]);
        }
    }
    for (int j = 0; j < rows; j++)
        v_store(moved + j * DP_LANES, v_sub(v_load(moved + j * DP_LANES), at.grad[j]));
    clear_tail(moved, live, rows);
    return v_mul(moving, pulled);
}

static void normalized(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                       const struct dp_normalized_step *step, double *moving)
{
    struct shape shape = shape_of(layer, batch);
    shape.keeps = 0;
    const struct bench at = bench_of(layer, shape.n);
    _Alignas(64) real lanes[DP_LANES];
    take_residuals(r, batch, at, shape);
    clear_doubles(moving, lanes_of(shape));
    for (int64_t block = 0; block < dp_block_count(layer); block++)
        for (int part = 0; part < PARTS; part++) {
            const int64_t offset = offset_of(block, part, rows_of(shape));
            v_store(lanes, normalized_block(
                               (const real *)layer->start + offset, (real *)layer->moved + offset,
                               part_of(batch->x, part, shape.own), part_of(at.rates, part, shape.stacked),
                               part_of(at.products, part, shape.stacked), live_of(layer, block, part),
                               lanes_from(step->size, part), lanes_from(step->growth, part), at, shape));
            for (int l = 0; l < PART; l++)
                moving[shape.stacked ? part * PART + l : 0] += (double)lanes[l];
        }
}
