// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The loops over blocks that depend on the shape: outputs, gradients and curvature. Each works on a strip:
 * one part of some consecutive blocks. Every pass consists of these loops and of loops over rows that do not
 * depend on the shape. The data that they pass on stay in the first-level cache. */

enum strip_job {
    OUTPUT,    // outputs to `sums`, and what gradients take of them to `kept`
    GRADIENT,  // to `grads`, from `kept`; with one output the amplitude still is to come
    DESCENT,   // moved -= that gradient
    CURVATURE, // what `curve` says
};

struct strip {
    int64_t blocks;
    int64_t live;      // lanes with a neuron, from the first on; more than there are in a stacked layer
    const real *start; // from the strip's first block on, at its part, as are the next two
    real *moved;
    real *kept;
    int64_t kept_step; // from a block's `kept` to the next one's; 0 where it is not wanted
    const real *x, *rates, *products;
    const real *reach; // [d] the largest |x_ij|, where the shape asks for it
    double pace;
    const struct rule_part *by; // of small.h: the rule of a step; NULL: descent
    enum dp_rule rule;          // which that is
    int64_t row;                // of the strip's first block in arrays like the layer's
    vreal *theta;               // [d + 1 + o] to work in
    vreal *sums;                // [n o]
    vreal *grads;               // [blocks][d + 1 + o]
    struct curve curve;
};

// The outputs of small blocks on a tile of samples from i on; the sums stay in registers.
INLINE void output_column(const struct strip *strip, int64_t i, vreal *theta, const int tile,
                          sigma_function *const function, const struct shape shape)
{
    const real *x = strip->x + i * shape.d * (shape.own ? DP_LANES : 1);
    vreal sums[TILE];
    for (int t = 0; t < tile; t++)
        sums[t] = strip->sums[i + t];
    for (int64_t block = 0; block < strip->blocks; block++) {
        const int64_t offset = offset_of(block, 0, rows_of(shape));
        load_scaled(strip->start + offset, strip->moved + offset, theta, shape);
        output_tile(theta, x, NULL, 0, sums, tile, function, shape);
    }
    for (int t = 0; t < tile; t++)
        strip->sums[i + t] = sums[t];
}

INLINE void strip_outputs(const struct strip *strip, vreal *theta, sigma_function *const function,
                          const struct shape shape)
{
    const int bare = sigma_rows(shape) == 0;
    const int tile = shape.activation == DP_RELU ? FEW : TILE; // short chains need not overlap
    int64_t i = 0;
    for (; VECTORS && bare && !shape.small && shape.d == 1 && shape.o == 1 && i + tile <= shape.n; i += tile)
        output_column(strip, i, theta, tile, function, shape);
    for (int64_t block = 0; block < strip->blocks && i < shape.n; block++) {
        const int64_t offset = offset_of(block, 0, rows_of(shape));
        load_scaled(strip->start + offset, strip->moved + offset, theta, shape);
        output_block(theta, strip->x, strip->kept + block * strip->kept_step, i, strip->sums, function,
                     shape);
    }
}

// The gradient of a block: to `grads`, or the block makes a step.
INLINE void strip_gradients(const struct strip *strip, vreal *theta, vreal *grad, const enum strip_job job,
                            const struct shape shape)
{
    for (int64_t block = 0; block < strip->blocks; block++) {
        const int64_t offset = offset_of(block, 0, rows_of(shape));
        load_block(strip->start + offset, strip->moved + offset, theta, shape);
        gradient_block(theta, strip->x, strip->rates, strip->products, strip->kept + block * strip->kept_step,
                       grad, shape);
        if (job == GRADIENT) {
            for (int j = 0; j < rows_of(shape); j++)
                strip->grads[block * rows_of(shape) + j] = grad[j];
            continue;
        }
        if (shape.paced)
            pace_block(strip->pace, grad, shape);
        move_block(strip->moved + offset, strip->live - block * DP_LANES, grad, theta, shape);
    }
}

INLINE void strip_curvature(const struct strip *strip, vreal *theta, vreal *grad, vreal *q,
                            sigma_function *const function, const struct shape shape)
{
    for (int64_t block = 0; block < strip->blocks; block++) {
        const int64_t offset = offset_of(block, 0, rows_of(shape));
        const vreal live = live_lanes(strip->live - block * DP_LANES);
        load_block(strip->start + offset, strip->moved + offset, theta, shape);
        *strip->curve.most =
            v_max(*strip->curve.most, curvature_block(&strip->curve, theta, grad, q, strip->x, strip->rates,
                                                      live, strip->sums, function, shape));
    }
}
