// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The passes over all blocks. Each is a body for any shape; shapes.h makes the instances. */

/* Where a pass keeps the block at hand: registers in the instances with constant shape, the layer's scratch else. */
struct bench {
    vreal *theta; // [d + 1 + o]
    vreal *grad;  // [d + 1 + o]
    vreal *sums;  // [n o] running f
    real *rates;  // [n o][L] r as real
};

INLINE struct bench bench_of(const struct dp_layer *layer, int64_t n)
{
    vreal *scratch = layer->scratch;
    const int rows = layer->inputs + 1 + layer->outputs;
    vreal *sums = scratch + 2 * rows;
    return (struct bench){scratch, scratch + rows, sums, (real *)(sums + n * layer->outputs)};
}

INLINE real *kept_block(const struct dp_batch *batch, int64_t block, const struct shape shape)
{
    const int64_t rows = dp_kept_rows(shape.activation, shape.power);
    return rows > 0 && batch->kept ? (real *)batch->kept + block * batch->count * rows * DP_LANES : NULL;
}

INLINE void to_reals(const double *from, real *to, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        to[i] = (real)from[i];
}

INLINE void begin(struct bench at, const double *r, double *f, const struct shape now,
                  const struct shape next)
{
    to_reals(r, at.rates, now.n * now.o * lanes_of(now));
    clear(at.sums, next.n * next.o);
    for (int64_t i = 0; i < next.n * next.o * lanes_of(next); i++)
        f[i] = 0;
}

INLINE void output_body(const struct dp_layer *layer, const struct dp_batch *batch, double *f,
                        struct bench at, const struct shape shape)
{
    const int64_t blocks = dp_block_count(layer);
    begin(at, NULL, f, (struct shape){.n = 0}, shape);
    for (int64_t block = 0; block < blocks; block++) {
        load_block(layer, block, at.theta, shape);
        output_block(at.theta, batch->x, kept_block(batch, block, shape), at.sums, shape);
        fold_sums(block, blocks, at.sums, f, shape.n * shape.o, shape);
    }
}

INLINE void descend_body(const struct dp_layer *layer, const struct dp_batch *now,
                         const struct dp_batch *next, const double *r, double *f, struct bench at,
                         const struct shape shape, const struct shape after)
{
    const int64_t blocks = dp_block_count(layer);
    begin(at, r, f, shape, after);
    for (int64_t block = 0; block < blocks; block++) {
        load_block(layer, block, at.theta, shape);
        gradient_block(at.theta, now->x, at.rates, kept_block(now, block, shape), at.grad, shape);
        move_block(layer, block, at.grad, at.theta, shape);
        output_block(at.theta, next->x, kept_block(next, block, after), at.sums, after);
        fold_sums(block, blocks, at.sums, f, after.n * after.o, after);
    }
}

struct adam_constants {
    vreal beta1, rest1, beta2, rest2, epsilon, rate, root;
};

INLINE vreal lanes_from(const double *values)
{
    _Alignas(64) real lanes[DP_LANES];
    to_reals(values, lanes, DP_LANES);
    return v_load(lanes);
}

INLINE struct adam_constants adam_constants_of(const struct dp_adam_state *state)
{
    double rest1[DP_LANES], rest2[DP_LANES];
    for (int l = 0; l < DP_LANES; l++) {
        rest1[l] = 1 - state->beta1[l];
        rest2[l] = 1 - state->beta2[l];
    }
    return (struct adam_constants){
        lanes_from(state->beta1),   lanes_from(rest1),       lanes_from(state->beta2), lanes_from(rest2),
        lanes_from(state->epsilon), lanes_from(state->rate), lanes_from(state->root),
    };
}

// step = rate mean / (sqrt(square) root + epsilon), the moments updated first
INLINE void adam_block(real *mean, real *square, vreal *step, const struct adam_constants *c, const int rows)
{
    for (int j = 0; j < rows; j++) {
        const vreal g = step[j];
        const vreal m = v_fma(c->beta1, v_load(mean + j * DP_LANES), v_mul(c->rest1, g));
        const vreal s = v_fma(c->beta2, v_load(square + j * DP_LANES), v_mul(c->rest2, v_mul(g, g)));
        v_store(mean + j * DP_LANES, m);
        v_store(square + j * DP_LANES, s);
        step[j] = v_div(v_mul(c->rate, m), v_fma(v_sqrt(s), c->root, c->epsilon));
    }
}

INLINE void adam_body(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                      const double *r, const struct dp_adam_state *state, double *f, struct bench at,
                      const struct shape shape, const struct shape after)
{
    const struct adam_constants constants = adam_constants_of(state);
    const int64_t blocks = dp_block_count(layer);
    const int rows = rows_of(shape);
    begin(at, r, f, shape, after);
    for (int64_t block = 0; block < blocks; block++) {
        const int64_t offset = block * rows * DP_LANES;
        load_block(layer, block, at.theta, shape);
        gradient_block(at.theta, now->x, at.rates, kept_block(now, block, shape), at.grad, shape);
        adam_block((real *)state->mean + offset, (real *)state->square + offset, at.grad, &constants, rows);
        move_block(layer, block, at.grad, at.theta, shape);
        output_block(at.theta, next->x, kept_block(next, block, after), at.sums, after);
        fold_sums(block, blocks, at.sums, f, after.n * after.o, after);
    }
}

static void gradient(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                     void *result)
{
    const struct shape shape = shape_of(layer, batch);
    const struct bench at = bench_of(layer, shape.n);
    const int rows = rows_of(shape);
    to_reals(r, at.rates, shape.n * shape.o * lanes_of(shape));
    for (int64_t block = 0; block < dp_block_count(layer); block++) {
        real *to = (real *)result + block * rows * DP_LANES;
        load_block(layer, block, at.theta, shape);
        gradient_block(at.theta, batch->x, at.rates, NULL, at.grad, shape);
        for (int j = 0; j < rows; j++)
            v_store(to + j * DP_LANES, at.grad[j]);
        clear_tail(layer, block, to, rows, shape);
    }
}

/* Sums of squares of some rows of all blocks, in doubles: a square of a float can underflow. */
INLINE void square_sums(const struct dp_layer *layer, const void *values, const int first, const int rows,
                        double *lanes)
{
    const int all = layer->inputs + 1 + layer->outputs;
    for (int l = 0; l < DP_LANES; l++)
        lanes[l] = 0;
    for (int64_t block = 0; block < dp_block_count(layer); block++)
        for (int j = first; j < first + rows; j++) {
            const real *row = (const real *)values + (block * all + j) * DP_LANES;
            for (int l = 0; l < DP_LANES; l++)
                lanes[l] += (double)row[l] * (double)row[l];
        }
    for (int half = DP_LANES / 2; !layer->stacked && half > 0; half /= 2)
        for (int l = 0; l < half; l++)
            lanes[l] += lanes[l + half];
}

static void norms(const struct dp_layer *layer, struct dp_norms *result)
{
    const int weights = layer->inputs + 1;
    square_sums(layer, layer->start, 0, weights, result->start_w);
    square_sums(layer, layer->start, weights, layer->outputs, result->start_a);
    square_sums(layer, layer->moved, 0, weights, result->moved_w);
    square_sums(layer, layer->moved, weights, layer->outputs, result->moved_a);
}

static void activate(int activation, int power, int64_t count, const void *h, void *s, void *ds, void *dds)
{
    for (int64_t i = 0; i < count; i += DP_LANES) {
        const struct sigma sigma = sigma_of(v_load((const real *)h + i), activation, power);
        v_store((real *)s + i, sigma.s);
        v_store((real *)ds + i, sigma.ds);
        v_store((real *)dds + i, sigma.dds);
    }
}
