// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <math.h>

/* The passes over all blocks. A pass goes stretch by stretch, in a stretch strip by strip, and in a strip
 * part by part, while the strip is in the first-level cache. Each part has its own running sums; after a
 * stretch, those of all parts are added to doubles. */

/* The working memory of a pass: the layer's scratch, or registers in steps.h. */
struct bench {
    vreal *theta;   // [d + 1 + o]
    vreal *grad;    // [d + 1 + o]
    vreal *grads;   // [blocks of a strip][d + 1 + o] its gradients
    real *halves;   // [blocks of a strip][d + 1 + o][16] for a pass of its own
    vreal *sums;    // [PARTS][n o] running sums
    vreal *q;       // [o][d + 1] of curvature, and the next three
    vreal *s;       // [n]
    vreal *slope;   // [n]
    real *spare;    // [2 n][16] for what a block keeps that is not wanted; of curvature, s and slope
    real *v;        // [n o][L]
    real *rates;    // [n o][L] r as real
    real *reach;    // [d] largest |x_ij|, where the shape asks for it
    real *products; // [n][d][L] r_i x_i, where relu takes those; [d + 1][L] totals of tanh
};

// Blocks of a strip: what a pass works on between its loops stays in the first-level cache.
INLINE int64_t strip_blocks(int64_t rows)
{
    const int64_t most = DP_STRIP_ROWS / rows;
    return most > STRIP ? STRIP : most < 1 ? 1 : most;
}

INLINE struct bench bench_of(const struct dp_layer *layer, int64_t n)
{
    const int64_t rows = layer->inputs + 1 + layer->outputs, numbers = n * layer->outputs;
    const int64_t strip = strip_blocks(rows) * rows;
    struct bench at = {.theta = layer->scratch};
    at.grad = at.theta + rows;
    at.grads = at.grad + rows;
    at.sums = at.grads + strip;
    at.q = at.sums + numbers * PARTS;
    at.s = at.q + (layer->inputs + 1) * layer->outputs;
    at.slope = at.s + n;
    at.spare = (real *)at.s;
    at.halves = at.spare + 2 * n * DP_LANES;
    at.v = at.halves + strip * DP_LANES;
    at.rates = at.v + numbers * DP_LANES;
    at.reach = at.rates + numbers * DP_LANES;
    at.products = at.reach + (layer->inputs + DP_LANES - 1) / DP_LANES * DP_LANES;
    return at;
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

// At the end of a stretch: the sums of all parts go to doubles.
INLINE void fold(const struct bench at, double *f, const struct shape shape)
{
    const int64_t numbers = shape.n * shape.o;
    for (int64_t i = 0; i < numbers; i++) {
        vreal parts[PARTS];
        for (int part = 0; part < PARTS; part++)
            parts[part] = at.sums[part * numbers + i];
        if (!shape.stacked) {
            f[i] += (double)v_sum(parts);
            continue;
        }
        _Alignas(64) real lanes[DP_LANES];
        for (int part = 0; part < PARTS; part++)
            v_store(lanes + part * PART, parts[part]);
        for (int l = 0; l < DP_LANES; l++)
            f[i * DP_LANES + l] += (double)lanes[l];
    }
}

// The blocks first .. end - 1, one part of them.
INLINE struct strip strip_of(const struct dp_layer *layer, const struct dp_batch *batch, int64_t first,
                             int64_t end, int part, const struct bench at, const struct shape *shape)
{
    const int64_t offset = offset_of(first, part, rows_of(*shape));
    const int64_t kept = offset_of(first, part, shape->n * sigma_rows(*shape));
    return (struct strip){
        .blocks = end - first,
        .live = live_of(layer, first, part),
        .start = (const real *)layer->start + offset,
        .moved = (real *)layer->moved + offset,
        .kept = batch->kept ? (real *)batch->kept + kept : at.spare,
        .kept_step = batch->kept ? shape->n * sigma_rows(*shape) * DP_LANES : 0,
        .x = part_of(batch->x, part, shape->own),
        .rates = part_of(at.rates, part, shape->stacked),
        .products = part_of(at.products, part, shape->stacked),
        .reach = at.reach,
        .pace = layer->pace,
        .theta = at.theta,
        .sums = at.sums + part * shape->n * shape->o,
        .grads = at.grads,
        .curve = {part_of(at.v, part, shape->stacked), at.s, at.slope, at.q, NULL},
    };
}

// The amplitude, which gradients with one output come without.
INLINE void scale_strip(const struct strip *strip, const struct shape *shape)
{
    for (int64_t block = 0; block < strip->blocks; block++) {
        const int64_t offset = offset_of(block, 0, rows_of(*shape)) + (shape->d + 1) * DP_LANES;
        const vreal amplitude = v_add(v_load(strip->start + offset), v_load(strip->moved + offset));
        scale_gradient(strip->grads + block * rows_of(*shape), amplitude, *shape);
    }
}

// Sets a strip's lanes without a neuron to zero, in an array of [blocks][d + 1 + o] rows that lie so far
// apart.
INLINE void clear_strip_tail(const struct strip *strip, real *values, const int stride,
                             const struct shape *shape)
{
    const int64_t last = strip->blocks - 1;
    const int rows = rows_of(*shape);
    clear_tail(values + last * rows * stride, strip->live - last * DP_LANES, rows, stride);
}

/* The gradients of a strip if no output has kept the data for them: for each block the output is computed
 * first. */
INLINE void gradients_anew(strip_loops *loops, const struct strip *strip, const struct bench at,
                           const struct shape *shape)
{
    const int rows = rows_of(*shape);
    if (sigma_rows(*shape) == 0) {
        loops(GRADIENT, strip, shape);
        return;
    }
    clear(at.sums, shape->n * shape->o * PARTS);
    for (int64_t block = 0; block < strip->blocks; block++) {
        struct strip one = *strip;
        one.blocks = 1;
        one.live -= block * DP_LANES;
        one.start += offset_of(block, 0, rows);
        one.moved += offset_of(block, 0, rows);
        one.kept = at.spare;
        one.grads += block * rows;
        loops(OUTPUT, &one, shape);
        loops(GRADIENT, &one, shape);
    }
}

INLINE void find_reach(const real *x, real *reach, const struct shape shape)
{
    for (int j = 0; j < shape.d; j++)
        reach[j] = 0;
    for (int64_t i = 0; i < shape.n; i++)
        for (int j = 0; j < shape.d; j++) {
            const real input = x[i * shape.d + j], size = input < 0 ? -input : input;
            reach[j] = size > reach[j] ? size : reach[j];
        }
}

// moved -= the step of the strip's rule, block after block, whose gradients are there.
INLINE void move_by(const enum dp_rule rule, const struct strip *strip, const struct shape *shape)
{
    const int rows = rows_of(*shape);
    scale_strip(strip, shape);
    clear_strip_tail(strip, (real *)strip->grads, PART, shape);
    for (int64_t block = 0; block < strip->blocks; block++)
        for (int j = 0; j < rows; j++) {
            const int64_t row = (block * rows + j) * DP_LANES;
            const vreal from = v_load(strip->moved + row), theta = v_add(v_load(strip->start + row), from);
            vreal step = rule_step(strip->by, rule, strip->row + row, strip->grads[block * rows + j], theta);
            if (shape->paced && j > shape->d)
                step = v_mul(step, v_set((real)strip->pace));
            v_store(strip->moved + row, v_sub(from, step));
        }
}

static void move_strip(const struct strip *strip, const struct shape *shape)
{
    switch (strip->rule) {
#define MOVE_BY(tag, ...)                                                                                    \
    case tag:                                                                                                \
        move_by(tag, strip, shape);                                                                          \
        return;
        DP_RULE_ROWS(MOVE_BY)
#undef MOVE_BY
    }
}

/* One step on `now` and the output on `next`. own: the loops are those of small.h and apply any rule
 * themselves. A block's step depends on its gradient and its output on the step, a chain that is mostly
 * longer than a processor can look ahead. A strip of blocks is therefore first moved and then evaluated, so
 * that the chains of different blocks overlap. */
INLINE void step_body(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                      const double *r, const struct dp_update *update, double *f, const struct bench at,
                      const struct shape shape, const struct shape after, strip_loops *const loops,
                      const enum dp_rule rule, const int own)
{
    const int64_t blocks = dp_block_count(layer), length = strip_blocks(rows_of(shape));
    struct rule_part rules[PARTS];
    take_residuals(r, now, at, shape);
    if (after.reaches)
        find_reach(next->x, at.reach, after);
    for (int part = 0; rule != DP_RULE_DESCENT && part < PARTS; part++)
        rules[part] = rule_part_of(update, part, shape);
    clear_doubles(f, after.n * after.o * lanes_of(after));
    for (int64_t first = 0; first < blocks; first += STRETCH) {
        const int64_t last = smaller(first + STRETCH, blocks);
        clear(at.sums, after.n * after.o * PARTS);
        for (int64_t from = first; from < last; from += length)
            for (int part = 0; part < PARTS; part++) {
                const int64_t end = smaller(from + length, last);
                struct strip strip = strip_of(layer, now, from, end, part, at, &shape);
                const struct strip moved = strip_of(layer, next, from, end, part, at, &after);
                strip.rule = rule;
                strip.by = rule == DP_RULE_DESCENT ? NULL : &rules[part];
                strip.row = offset_of(from, 0, rows_of(shape));
                loops(own || rule == DP_RULE_DESCENT ? DESCENT : GRADIENT, &strip, &shape);
                if (!own && rule != DP_RULE_DESCENT)
                    move_strip(&strip, &shape);
                loops(OUTPUT, &moved, &after);
            }
        fold(at, f, after);
    }
}

static void step_any(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                     const double *r, const struct dp_update *update, double *f)
{
    struct shape shape = shape_of(layer, now), after = shape_of(layer, next);
    shape.scaled = after.scaled = shape.scaled && after.scaled;
    step_body(layer, now, next, r, update, f, bench_of(layer, larger(shape.n, after.n)), shape, after,
              loops_of(&shape), update->rule, 0);
}

static void output(const struct dp_layer *layer, const struct dp_batch *batch, double *f)
{
    const struct shape shape = shape_of(layer, batch);
    const struct bench at = bench_of(layer, shape.n);
    const int64_t blocks = dp_block_count(layer), length = strip_blocks(rows_of(shape));
    strip_loops *const loops = loops_of(&shape);
    clear_doubles(f, shape.n * shape.o * lanes_of(shape));
    for (int64_t first = 0; first < blocks; first += STRETCH) {
        const int64_t last = smaller(first + STRETCH, blocks);
        clear(at.sums, shape.n * shape.o * PARTS);
        for (int64_t from = first; from < last; from += length)
            for (int part = 0; part < PARTS; part++) {
                const struct strip strip =
                    strip_of(layer, batch, from, smaller(from + length, last), part, at, &shape);
                loops(OUTPUT, &strip, &shape);
            }
        fold(at, f, shape);
    }
}

static void gradient(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                     void *result)
{
    const struct shape shape = shape_of(layer, batch);
    const struct bench at = bench_of(layer, shape.n);
    const int64_t blocks = dp_block_count(layer), rows = rows_of(shape), length = strip_blocks(rows);
    strip_loops *const loops = loops_of(&shape);
    take_residuals(r, batch, at, shape);
    for (int64_t first = 0; first < blocks; first += length)
        for (int part = 0; part < PARTS; part++) {
            const struct strip strip =
                strip_of(layer, batch, first, smaller(first + length, blocks), part, at, &shape);
            real *to = (real *)result + offset_of(first, part, rows);
            gradients_anew(loops, &strip, at, &shape); // what is kept may be of other parameters
            scale_strip(&strip, &shape);
            for (int64_t j = 0; j < strip.blocks * rows; j++)
                v_store(to + j * DP_LANES, strip.grads[j]);
            clear_strip_tail(&strip, to, DP_LANES, &shape);
        }
}

// The sum of all lanes, by a fixed tree, to the first.
INLINE void sum_lanes(double *lanes)
{
    for (int half = DP_LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++)
            lanes[l] += lanes[l + half];
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
    if (!layer->stacked)
        sum_lanes(lanes);
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
    sigma_function *const function = function_of(activation);
    for (int64_t i = 0; i < count; i += PART) {
        const struct sigma sigma = function(v_load((const real *)h + i), power);
        v_store((real *)s + i, sigma.s);
        v_store((real *)ds + i, sigma.ds);
        v_store((real *)dds + i, sigma.dds);
    }
}
