// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The loops of steps.h over a strip, for the networks of steps.h. */

/* The outputs of tanh on samples that are one tile. Nothing can be begun ahead within a block, so the next
 * block is begun before a block is ended. */
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

/* Whether |h| stays below DP_TANH_LIMIT on all samples; its maximum is at most sum_j |w_j| max_i |x_ij| +
 * |bias|. With one test per block, tanh need not limit its argument for any sample. */
INLINE int is_within(const vreal *theta, const real *reach, const struct shape shape)
{
    vreal most = v_abs(theta[shape.d]);
    for (int j = 0; j < shape.d; j++)
        most = v_fma(v_abs(theta[j]), v_set(reach[j]), most);
    return m_same(m_gt(v_set(DP_TANH_LIMIT), most), m_gt(v_set(1), v_set(0)));
}

// The outputs of tanh; blocks within the limit go without limiting it.
INLINE void output_within(const struct strip *strip, vreal *theta, const struct shape shape)
{
    struct shape within = shape;
    within.within = 1;
    for (int64_t block = 0; block < strip->blocks; block++) {
        const int64_t offset = offset_of(block, 0, rows_of(shape));
        real *const kept = strip->kept + block * strip->kept_step;
        load_scaled(strip->start + offset, strip->moved + offset, theta, shape);
        if (is_within(theta, strip->reach, shape))
            output_block(theta, strip->x, kept, 0, strip->sums, power_tanh, within);
        else
            output_block(theta, strip->x, kept, 0, strip->sums, power_tanh, shape);
    }
}

/* A step of the strip's blocks by its rule. A block's step follows its gradient immediately, so that the
 * divisions and roots of a rule overlap with the sums of the next block. */
INLINE void strip_moves(const struct strip *strip, vreal *theta, vreal *grad, const struct shape shape)
{
    for (int64_t block = 0; block < strip->blocks; block++) {
        const int64_t offset = offset_of(block, 0, rows_of(shape));
        real *const moved = strip->moved + offset;
        load_block(strip->start + offset, moved, theta, shape);
        gradient_block(theta, strip->x, strip->rates, strip->products, strip->kept + block * strip->kept_step,
                       grad, shape);
        if (!strip->by) {
            move_block(moved, strip->live - block * DP_LANES, grad, theta, shape);
            continue;
        }
        scale_gradient(grad, theta[shape.d + 1], shape);
        for (int j = 0; j < rows_of(shape); j++) {
            const int64_t row = strip->row + offset + j * DP_LANES;
            const vreal step = rule_step(strip->by, strip->rule, row, grad[j], theta[j]);
            v_store(moved + j * DP_LANES, v_sub(v_load(moved + j * DP_LANES), step));
        }
    }
}

/* For relu, the chain from a block's gradient to its outputs is so short that a processor looks ahead to the
 * next blocks, and the blocks of a strip need not be moved first. The samples and their products with
 * residuals are in local arrays, which stores to the parameters cannot change, so that they stay in
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
        output_tile(theta, x, NULL, 0, sums, shape.tile, relu, shape);
    }
    for (int i = 0; i < shape.n; i++)
        strip->sums[i] = sums[i];
}
