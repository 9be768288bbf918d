// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <math.h>

/* The passes over all blocks. Each is a body for any shape; shapes.h makes the instances.
 *
 * Blocks go in stretches, and in a stretch part after part, so that the running sums of one part are all that has to
 * stay in registers; after the stretch the parts are folded into doubles. */

/* Where a pass keeps what it works on: registers in the instances with constant shape, the layer's scratch else. */
struct bench {
    vreal *theta;   // [d + 1 + o]
    vreal *grad;    // [d + 1 + o]
    vreal *sums;    // [n o] running sums of a part
    vreal *folded;  // [n o][PARTS] those of all parts
    real *rates;    // [n o][L] r as real
    real *products; // [n][d][L] r_i x_i, where relu takes those; [d + 1][L] totals of tanh
};

INLINE struct bench bench_of(const struct dp_layer *layer, int64_t n)
{
    vreal *scratch = layer->scratch;
    const int rows = layer->inputs + 1 + layer->outputs;
    vreal *sums = scratch + 2 * rows, *folded = sums + n * layer->outputs;
    real *rates = (real *)(folded + n * layer->outputs * PARTS);
    return (struct bench){scratch, scratch + rows, sums,
                          folded,  rates,          rates + n * layer->outputs * DP_LANES};
}

INLINE int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

// Where a part of a block begins, in an array with so many rows a block.
INLINE int64_t offset_of(int64_t block, int part, int64_t rows)
{
    return block * rows * DP_LANES + part * PART;
}

// Values that lanes share are the same for every part.
INLINE const real *part_of(const void *values, int part, const int own)
{
    return (const real *)values + (own ? part * PART : 0);
}

INLINE real *kept_of(const struct dp_batch *batch, int64_t block, int part, const struct shape shape)
{
    const int64_t rows = shape.n * sigma_rows(shape);
    return shape.keeps && rows > 0 ? (real *)batch->kept + offset_of(block, part, rows) : NULL;
}

// Lanes with a neuron from a part's first lane on; a stacked layer has no others.
INLINE int64_t live_of(const struct dp_layer *layer, int64_t block, int part)
{
    return layer->stacked ? DP_LANES : layer->width - block * DP_LANES - part * PART;
}

INLINE void to_reals(const double *from, real *to, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        to[i] = (real)from[i] + 0; // never -0
}

// What the gradients on a batch take from its residuals r.
INLINE void take_residuals(const double *r, const struct dp_batch *batch, const struct bench at,
                           const struct shape shape)
{
    to_reals(r, at.rates, shape.n * shape.o * lanes_of(shape));
    if (takes_products(shape))
        make_products(at.rates, batch->x, at.products, shape);
    else if (takes_totals(shape))
        make_totals(at.rates, batch->x, at.products, at.grad, shape);
}

INLINE void clear_doubles(double *values, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        values[i] = 0;
}

// The running sums of a part at the end of a stretch, put beside those of the others.
INLINE void put_part(const struct bench at, int part, const struct shape shape)
{
    for (int64_t i = 0; i < shape.n * shape.o; i++)
        at.folded[i * PARTS + part] = at.sums[i];
}

// At the end of a stretch: the sums of all parts go to doubles.
INLINE void fold(const struct bench at, double *f, const struct shape shape)
{
    for (int64_t i = 0; i < shape.n * shape.o; i++) {
        if (!shape.stacked) {
            f[i] += (double)v_sum(at.folded + i * PARTS);
            continue;
        }
        _Alignas(64) real lanes[DP_LANES];
        for (int part = 0; part < PARTS; part++)
            v_store(lanes + part * PART, at.folded[i * PARTS + part]);
        for (int l = 0; l < DP_LANES; l++)
            f[i * DP_LANES + l] += (double)lanes[l];
    }
}

INLINE int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

// The outputs of blocks first .. end - 1, one part of them, on samples from i on, to the running sums.
INLINE void output_blocks(const struct dp_layer *layer, const struct dp_batch *batch, int64_t first,
                          int64_t end, int part, int64_t i, const struct bench at, const struct shape shape)
{
    const real *start = layer->start, *moved = layer->moved, *x = part_of(batch->x, part, shape.own);
    for (int64_t block = first; block < end; block++) {
        const int64_t offset = offset_of(block, part, rows_of(shape));
        load_scaled(start + offset, moved + offset, at.theta, shape);
        output_block(at.theta, x, kept_of(batch, block, part, shape), i, at.sums, shape);
    }
}

/* The same for small blocks and a tile of samples from i on, whose sums stay in registers. */
INLINE void output_column(const struct dp_layer *layer, const struct dp_batch *batch, int64_t first,
                          int64_t end, int part, int64_t i, const struct bench at, const struct shape shape)
{
    const real *start = layer->start, *moved = layer->moved;
    const real *x = part_of(batch->x, part, shape.own) + i * shape.d * (shape.own ? DP_LANES : 1);
    vreal sums[TILE];
    for (int t = 0; t < TILE; t++)
        sums[t] = at.sums[i + t];
    for (int64_t block = first; block < end; block++) {
        const int64_t offset = offset_of(block, part, rows_of(shape));
        load_scaled(start + offset, moved + offset, at.theta, shape);
        output_tile(at.theta, x, NULL, 0, sums, TILE, shape);
    }
    for (int t = 0; t < TILE; t++)
        at.sums[i + t] = sums[t];
}

/* The same for tanh with one output and samples that are one tile: with nothing to begin ahead within a block, the next
 * one is begun before a block is ended. */
INLINE void output_chain(const struct dp_layer *layer, const struct dp_batch *batch, int64_t first,
                         int64_t end, int part, const struct bench at, const struct shape shape)
{
    const real *start = layer->start, *moved = layer->moved, *x = part_of(batch->x, part, shape.own);
    struct tanh_half now[MOST_SAMPLES], next[MOST_SAMPLES];
    const int64_t before = offset_of(first, part, rows_of(shape));
    load_scaled(start + before, moved + before, at.theta, shape);
    begin_halves(at.theta, x, 0, now, shape.tile, shape);
    vreal amplitude = at.theta[shape.d + 1];
    for (int64_t block = first; block + 1 < end; block++) {
        const int64_t offset = offset_of(block + 1, part, rows_of(shape));
        load_scaled(start + offset, moved + offset, at.theta, shape);
        begin_halves(at.theta, x, 0, next, shape.tile, shape);
        end_halves(&amplitude, now, kept_of(batch, block, part, shape), 0, at.sums, shape.tile, shape);
        for (int t = 0; t < shape.tile; t++)
            now[t] = next[t];
        amplitude = at.theta[shape.d + 1];
    }
    end_halves(&amplitude, now, kept_of(batch, end - 1, part, shape), 0, at.sums, shape.tile, shape);
}

INLINE void output_body(const struct dp_layer *layer, const struct dp_batch *batch, double *f,
                        const struct bench at, const struct shape shape)
{
    const int64_t blocks = dp_block_count(layer);
    const int64_t columns = shape.d == 1 && shape.o == 1 && !shape.keeps ? shape.n / TILE * TILE : 0;
    struct shape bare = shape;
    bare.keeps = 0;
    clear_doubles(f, shape.n * shape.o * lanes_of(shape));
    for (int64_t first = 0; first < blocks; first += STRETCH) {
        for (int part = 0; part < PARTS; part++) {
            const int64_t last = smaller(first + STRETCH, blocks);
            clear(at.sums, shape.n * shape.o);
            for (int64_t strip = first; columns && strip < last; strip += STRIP)
                for (int64_t i = 0; i < columns; i += TILE)
                    output_column(layer, batch, strip, smaller(strip + STRIP, last), part, i, at, bare);
            if (columns < shape.n)
                output_blocks(layer, batch, first, last, part, columns, at, shape);
            put_part(at, part, shape);
        }
        fold(at, f, shape);
    }
}

/* Adam on lanes of one part. With M = mean / (1 - beta1) and S = square / (1 - beta2), which take a multiplication less
 * each and are what is stored, its step is size M / (sqrt(S) + floor). */
struct adam_part {
    real *mean, *square; // M and S; NULL: plain descent
    vreal beta1, beta2, size, floor;
};

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

// Moves one part of the blocks first .. end - 1: by Adam with its state, by plain descent without (adam->mean NULL).
INLINE void move_blocks(const struct dp_layer *layer, const struct dp_batch *batch, int64_t first,
                        int64_t end, int part, const struct adam_part *adam, const int plain,
                        const struct bench at, const struct shape shape)
{
    const real *restrict start = layer->start, *x = part_of(batch->x, part, shape.own);
    const real *rates = part_of(at.rates, part, shape.stacked);
    const real *products = part_of(at.products, part, shape.stacked);
    real *restrict moved = layer->moved;
    for (int64_t block = first; block < end; block++) {
        const int64_t offset = offset_of(block, part, rows_of(shape));
        load_block(start + offset, moved + offset, at.theta, shape);
        gradient_block(at.theta, x, rates, products, kept_of(batch, block, part, shape), at.grad, shape);
        if (!plain) {
            scale_gradient(at.theta, at.grad, shape);
            adam_block(adam, offset, at.grad, rows_of(shape));
        }
        if (shape.paced)
            pace_block(layer->pace, at.grad, shape);
        move_block(moved + offset, live_of(layer, block, part), at.grad, at.theta, plain, shape);
    }
}

/* One step on `now` and the output on `next`. A block's step hangs on its gradient and its output on the step, a chain
 * longer than a processor can look ahead; so a strip of blocks is moved first and put out then, and the chains of
 * different blocks overlap. */
INLINE void step_body(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                      const double *r, const struct dp_adam_state *state, double *f, const struct bench at,
                      const struct shape shape, const struct shape after)
{
    const int64_t blocks = dp_block_count(layer);
    take_residuals(r, now, at, shape);
    clear_doubles(f, after.n * after.o * lanes_of(after));
    for (int64_t first = 0; first < blocks; first += STRETCH) {
        for (int part = 0; part < PARTS; part++) {
            const struct adam_part adam = adam_part_of(state, part, shape);
            const int64_t last = smaller(first + STRETCH, blocks);
            clear(at.sums, after.n * after.o);
            for (int64_t strip = first; strip < last; strip += STRIP) {
                const int64_t end = smaller(strip + STRIP, last);
                move_blocks(layer, now, strip, end, part, &adam, state == NULL, at, shape);
                if (is_chain(after))
                    output_chain(layer, next, strip, end, part, at, after);
                else
                    output_blocks(layer, next, strip, end, part, 0, at, after);
            }
            put_part(at, part, after);
        }
        fold(at, f, after);
    }
}

static void gradient(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                     void *result)
{
    struct shape shape = shape_of(layer, batch);
    shape.keeps = 0; // it may be of other parameters
    const struct bench at = bench_of(layer, shape.n);
    const int rows = rows_of(shape);
    take_residuals(r, batch, at, shape);
    for (int64_t block = 0; block < dp_block_count(layer); block++)
        for (int part = 0; part < PARTS; part++) {
            const int64_t offset = offset_of(block, part, rows);
            real *to = (real *)result + offset;
            load_block((const real *)layer->start + offset, (const real *)layer->moved + offset, at.theta,
                       shape);
            gradient_block(at.theta, part_of(batch->x, part, shape.own),
                           part_of(at.rates, part, shape.stacked), part_of(at.products, part, shape.stacked),
                           NULL, at.grad, shape);
            scale_gradient(at.theta, at.grad, shape);
            for (int j = 0; j < rows; j++)
                v_store(to + j * DP_LANES, at.grad[j]);
            clear_tail(to, live_of(layer, block, part), rows);
        }
}

/* Sums of squares of some rows of all blocks, in doubles: a square of a float can underflow. */
INLINE void square_sums(const struct dp_layer *layer, const void *values, const int first, const int rows,
                        double *lanes)
{
    const int all = layer->inputs + 1 + layer->outputs;
    clear_doubles(lanes, DP_LANES);
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
    for (int64_t i = 0; i < count; i += PART) {
        const struct sigma sigma = sigma_of(v_load((const real *)h + i), activation, power);
        v_store((real *)s + i, sigma.s);
        v_store((real *)ds + i, sigma.ds);
        v_store((real *)dds + i, sigma.dds);
    }
}
