// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The loops over blocks that hang on the shape: outputs, gradients and curvature. They go over a strip, one
 * part of some consecutive blocks. Every pass is made of them and of loops over rows that know no shape; what
 * one hands to the next stays in the first-level cache. */

enum strip_job {
    OUTPUT,        // outputs to `sums`
    OUTPUT_KEPT,   // and sigma to `kept`
    GRADIENT,      // to `grads`; with one output the amplitude still is to come
    GRADIENT_KEPT, // the same from `kept`
    DESCENT,       // moved -= gradient, from `kept`
    ADAM,          // moved -= Adam's step on that gradient
    STEP,          // DESCENT and OUTPUT in one, see takes_steps
    CURVATURE,     // what `curve` says
};

struct strip {
    int64_t blocks;
    int64_t live;      // lanes with a neuron, from the first on; more than there are in a stacked layer
    const real *start; // from the strip's first block on, at its part, as are the next two
    real *moved;
    real *kept;
    const real *x, *rates, *products;
    const real *reach; // [d] the largest |x_ij|, where the shape asks for it
    double pace;
    vreal *theta; // [d + 1 + o] to work in
    vreal *sums;  // [n o]
    vreal *grads; // [blocks][d + 1 + o]
    struct adam_part adam;
    struct curve curve;
};

// The outputs of small blocks on a tile of samples from i on; the sums stay in registers.
INLINE void output_column(const struct strip *strip, int64_t i, vreal *theta, const int tile,
                          const struct shape shape)
{
    const real *x = strip->x + i * shape.d * (shape.own ? DP_LANES : 1);
    vreal sums[TILE];
    for (int t = 0; t < tile; t++)
        sums[t] = strip->sums[i + t];
    for (int64_t block = 0; block < strip->blocks; block++) {
        const int64_t offset = offset_of(block, 0, rows_of(shape));
        load_scaled(strip->start + offset, strip->moved + offset, theta, shape);
        output_tile(theta, x, NULL, 0, sums, tile, shape);
    }
    for (int t = 0; t < tile; t++)
        strip->sums[i + t] = sums[t];
}

/* The outputs of tanh on samples that are one tile: with nothing to begin ahead within a block, the next one
 * is begun before a block is ended. */
INLINE void output_chain(const struct strip *strip, vreal *theta, const struct shape shape)
{
    struct tanh_half now[MOST_SAMPLES], next[MOST_SAMPLES];
    load_scaled(strip->start, strip->moved, theta, shape);
    begin_halves(theta, strip->x, 0, now, shape.tile, shape);
    vreal amplitude = theta[shape.d + 1];
    for (int64_t block = 0; block + 1 < strip->blocks; block++) {
        const int64_t offset = offset_of(block + 1, 0, rows_of(shape));
        load_scaled(strip->start + offset, strip->moved + offset, theta, shape);
        begin_halves(theta, strip->x, 0, next, shape.tile, shape);
        end_halves(&amplitude, now, strip->kept + offset_of(block, 0, shape.n), 0, strip->sums, shape.tile,
                   shape);
        for (int t = 0; t < shape.tile; t++)
            now[t] = next[t];
        amplitude = theta[shape.d + 1];
    }
    end_halves(&amplitude, now, strip->kept + offset_of(strip->blocks - 1, 0, shape.n), 0, strip->sums,
               shape.tile, shape);
}

/* Whether |h| stays below DP_TANH_LIMIT on all samples, sum_j |w_j| max_i |x_ij| + |bias| being the most it
 * can be. One look at a block, and tanh need not limit its argument for any of its samples. */
INLINE int is_within(const vreal *theta, const real *reach, const struct shape shape)
{
    vreal most = v_abs(theta[shape.d]);
    for (int j = 0; j < shape.d; j++)
        most = v_fma(v_abs(theta[j]), v_set(reach[j]), most);
    return m_same(m_gt(v_set(DP_TANH_LIMIT), most), m_gt(v_set(1), v_set(0)));
}

INLINE struct shape within_limit(struct shape shape)
{
    shape.within = 1;
    return shape;
}

INLINE void strip_outputs(const struct strip *strip, vreal *theta, const struct shape shape)
{
    const int bare = !shape.keeps || sigma_rows(shape) == 0;
    int64_t i = 0;
    if (is_chain(shape)) {
        output_chain(strip, theta, shape);
        i = shape.n;
    }
    const int tile = shape.activation == DP_RELU ? FEW : TILE; // short chains need not overlap
    for (; bare && !shape.small && shape.d == 1 && shape.o == 1 && i + tile <= shape.n; i += tile)
        output_column(strip, i, theta, tile, shape);
    for (int64_t block = 0; block < strip->blocks && i < shape.n; block++) {
        const int64_t offset = offset_of(block, 0, rows_of(shape));
        real *kept = bare ? NULL : strip->kept + offset_of(block, 0, shape.n * sigma_rows(shape));
        load_scaled(strip->start + offset, strip->moved + offset, theta, shape);
        if (shape.reaches && is_within(theta, strip->reach, shape))
            output_block(theta, strip->x, kept, i, strip->sums, within_limit(shape));
        else
            output_block(theta, strip->x, kept, i, strip->sums, shape);
    }
}

// The gradient of a block: to `grads`, or the block makes a step.
INLINE void strip_gradients(const struct strip *strip, vreal *theta, vreal *grad, const enum strip_job job,
                            const struct shape shape)
{
    for (int64_t block = 0; block < strip->blocks; block++) {
        const int64_t offset = offset_of(block, 0, rows_of(shape));
        const real *kept =
            shape.keeps ? strip->kept + offset_of(block, 0, shape.n * sigma_rows(shape)) : NULL;
        load_block(strip->start + offset, strip->moved + offset, theta, shape);
        gradient_block(theta, strip->x, strip->rates, strip->products, kept, grad, shape);
        if (job == GRADIENT) {
            for (int j = 0; j < rows_of(shape); j++)
                strip->grads[block * rows_of(shape) + j] = grad[j];
            continue;
        }
        if (job == ADAM) {
            scale_gradient(grad, theta[shape.d + 1], shape);
            adam_block(&strip->adam, offset, grad, rows_of(shape));
        }
        if (shape.paced)
            pace_block(strip->pace, grad, shape);
        move_block(strip->moved + offset, strip->live - block * DP_LANES, grad, theta, job == DESCENT, shape);
    }
}

/* relu's way from a block's gradient to its outputs is so short that a processor looks ahead to the next
 * blocks: there is no need to move all blocks of a strip first. Samples and what is made of their residuals
 * lie in arrays of the loop's own, which stores to the parameters cannot touch, so that they stay in
 * registers. */
INLINE void strip_step(const struct strip *strip, vreal *theta, vreal *grad, const struct shape shape)
{
    _Alignas(64) real rates[MOST_SAMPLES * DP_LANES], products[MOST_SAMPLES * DP_LANES], x[MOST_SAMPLES];
    vreal sums[MOST_SAMPLES];
    for (int i = 0; i < shape.n; i++) {
        x[i] = strip->x[i];
        sums[i] = strip->sums[i];
        v_store(rates + i * DP_LANES, v_load(strip->rates + i * DP_LANES));
        v_store(products + i * DP_LANES, v_load(strip->products + i * DP_LANES));
    }
    for (int64_t block = 0; block < strip->blocks; block++) {
        const int64_t offset = offset_of(block, 0, rows_of(shape));
        vreal start[MOST_INPUTS + 2], moved[MOST_INPUTS + 2];
        for (int j = 0; j < rows_of(shape); j++) {
            start[j] = v_load(strip->start + offset + j * DP_LANES);
            moved[j] = v_load(strip->moved + offset + j * DP_LANES);
            theta[j] = v_add(start[j], moved[j]);
        }
        gradient_block(theta, x, rates, products, NULL, grad, shape);
        const vreal amplitude = theta[shape.d + 1];
        for (int j = 0; j < rows_of(shape); j++) {
            moved[j] = j <= shape.d ? v_fnma(grad[j], amplitude, moved[j]) : v_sub(moved[j], grad[j]);
            v_store(strip->moved + offset + j * DP_LANES, moved[j]);
            theta[j] = v_add(start[j], moved[j]);
        }
        output_tile(theta, x, NULL, 0, sums, shape.tile, shape);
    }
    for (int i = 0; i < shape.n; i++)
        strip->sums[i] = sums[i];
}

INLINE void strip_curvature(const struct strip *strip, vreal *theta, vreal *grad, vreal *q,
                            const struct shape shape)
{
    for (int64_t block = 0; block < strip->blocks; block++) {
        const int64_t offset = offset_of(block, 0, rows_of(shape));
        const vreal live = live_lanes(strip->live - block * DP_LANES);
        load_block(strip->start + offset, strip->moved + offset, theta, shape);
        *strip->curve.most =
            v_max(*strip->curve.most, curvature_block(&strip->curve, theta, grad, q, strip->x, strip->rates,
                                                      live, strip->sums, shape));
    }
}
