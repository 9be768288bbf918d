// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string.h>

/* The passes of a step in several stages: like descent, a stage finishes with the output of the next. */

/* The factors of one stage, as lanes of one part. */
struct stage_part {
    vreal base, now, before, pull, slope;
};

INLINE struct stage_part stage_part_of(const struct dp_stage *stage, int part)
{
    return (struct stage_part){lanes_from(stage->base, part), lanes_from(stage->now, part),
                               lanes_from(stage->before, part), lanes_from(stage->pull, part),
                               lanes_from(stage->slope, part)};
}

// base <- moved, slope <- slope_next where taken, and the first stage, moved <- base - pull slope
INLINE void begin_blocks(const struct dp_layer *layer, const struct dp_stages *room, int64_t first,
                         int64_t end, int part, vreal taken, vreal pull, const struct shape shape)
{
    real *moved = layer->moved, *base = room->base, *before = room->before, *slope = room->slope;
    const real *next = room->slope_next;
    for (int64_t block = first; block < end; block++)
        for (int j = 0; j < rows_of(shape); j++) {
            const int64_t at = offset_of(block, part, rows_of(shape)) + j * DP_LANES;
            const vreal from = v_load(moved + at);
            const vreal way = v_select_gt(taken, v_set(0), v_load(next + at), v_load(slope + at));
            v_store(base + at, from);
            v_store(before + at, from);
            v_store(slope + at, way);
            v_store(moved + at, v_fnma(pull, way, from));
        }
}

// moved <- base base + now moved + before before - pull gradient - slope slope, before <- moved
INLINE void stage_blocks(const struct dp_layer *layer, const struct dp_batch *batch,
                         const struct dp_stages *room, int64_t first, int64_t end, int part,
                         const struct stage_part c, const struct bench at, const struct shape shape)
{
    const real *start = layer->start, *base = room->base, *slope = room->slope;
    const real *x = part_of(batch->x, part, shape.own), *rates = part_of(at.rates, part, shape.stacked);
    const real *products = part_of(at.products, part, shape.stacked);
    real *moved = layer->moved, *before = room->before;
    for (int64_t block = first; block < end; block++) {
        const int64_t offset = offset_of(block, part, rows_of(shape));
        load_block(start + offset, moved + offset, at.theta, shape);
        gradient_block(at.theta, x, rates, products, kept_of(batch, block, part, shape), at.grad, shape);
        scale_gradient(at.theta, at.grad, shape);
        for (int j = 0; j < rows_of(shape); j++) {
            const int64_t k = offset + j * DP_LANES;
            const vreal from = v_load(moved + k);
            vreal to = v_fma(c.before, v_load(before + k), v_mul(c.now, from));
            to = v_fma(c.base, v_load(base + k), to);
            to = v_fnma(c.pull, at.grad[j], to);
            v_store(before + k, from);
            v_store(moved + k, v_fnma(c.slope, v_load(slope + k), to));
        }
        if (tail_moves(shape))
            clear_tail(moved + offset, live_of(layer, block, part), rows_of(shape));
    }
}

/* All blocks through a stage, or with r NULL through the first one (stage->now: where slope_next is taken), and put out. */
INLINE void stage_body(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                       const struct dp_stages *room, const struct dp_stage *stage, double *f,
                       const struct bench at, const struct shape shape)
{
    const int64_t blocks = dp_block_count(layer), numbers = shape.n * shape.o * lanes_of(shape);
    if (r)
        take_residuals(r, batch, at, shape);
    clear_doubles(f, numbers);
    for (int64_t first = 0; first < blocks; first += STRETCH) {
        for (int part = 0; part < PARTS; part++) {
            const struct stage_part c = stage_part_of(stage, part);
            const int64_t last = smaller(first + STRETCH, blocks);
            clear(at.sums, shape.n * shape.o);
            for (int64_t strip = first; strip < last; strip += STRIP) {
                const int64_t end = smaller(strip + STRIP, last);
                if (r)
                    stage_blocks(layer, batch, room, strip, end, part, c, at, shape);
                else
                    begin_blocks(layer, room, strip, end, part, c.now, c.pull, shape);
                output_blocks(layer, batch, strip, end, part, 0, at, shape);
            }
            put_part(at, part, shape);
        }
        fold(at, f, shape);
    }
}

INLINE void stage_shaped(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                         const struct dp_stages *room, const struct dp_stage *stage, double *f,
                         const struct constants c)
{
    struct shape shape = constant_shape(layer, batch, c);
    shape.keeps = 1;
    vreal theta[MOST_INPUTS + 2], grad[MOST_INPUTS + 2];
    struct bench at = bench_of(layer, shape.n);
    if (c.d != ANY) {
        at.theta = theta;
        at.grad = grad;
    }
    stage_body(layer, batch, r, room, stage, f, at, shape);
}

INLINE void stage_any(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                      const struct dp_stages *room, const struct dp_stage *stage, double *f,
                      const int activation, const int power)
{
    const int tanh = activation == DP_TANH && power == 1;
    if (VECTORS && layer->inputs == 1 && layer->outputs == 1 && !layer->stacked)
        stage_shaped(layer, batch, r, room, stage, f, (struct constants){activation, power, 1, 1, 0, ANY});
    else if (scales(layer, batch, batch, tanh))
        stage_shaped(layer, batch, r, room, stage, f,
                     (struct constants){activation, power, ANY, ANY, ANY, 1});
    else
        stage_shaped(layer, batch, r, room, stage, f,
                     (struct constants){activation, power, ANY, ANY, ANY, 0});
}

static void stage(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                  const struct dp_stages *room, const struct dp_stage *stage, double *f)
{
    if (VECTORS && layer->activation == DP_RELU)
        stage_any(layer, batch, r, room, stage, f, DP_RELU, 1);
    else if (VECTORS && layer->activation == DP_TANH && layer->power == 1)
        stage_any(layer, batch, r, room, stage, f, DP_TANH, 1);
    else if (VECTORS && layer->activation == DP_TANH)
        stage_any(layer, batch, r, room, stage, f, DP_TANH, ANY);
    else
        stage_any(layer, batch, r, room, stage, f, layer->activation, layer->power);
}

static void stage_begin(const struct dp_layer *layer, const struct dp_batch *batch,
                        const struct dp_stages *room, const double *taken, const double *pull, double *f)
{
    struct dp_stage first;
    memset(&first, 0, sizeof first);
    memcpy(first.now, taken, sizeof first.now);
    memcpy(first.pull, pull, sizeof first.pull);
    stage(layer, batch, NULL, room, &first, f);
}

// The squares of one row of one part of a block, in doubles: a square of a float can underflow.
INLINE void add_squares(vreal row, int part, double *sums)
{
    _Alignas(64) real lanes[DP_LANES];
    v_store(lanes, row);
    for (int l = 0; l < PART; l++)
        sums[part * PART + l] += (double)lanes[l] * (double)lanes[l];
}

// The gradient of one part of one block to slope_next, and its share of the sums.
INLINE void end_part(const struct dp_layer *layer, const struct dp_stages *room, int64_t offset, int64_t live,
                     int part, vreal near, vreal *grad, struct dp_stage_sums *sums, const struct shape shape)
{
    real *next = (real *)room->slope_next + offset;
    for (int j = 0; j < rows_of(shape); j++)
        v_store(next + j * DP_LANES, grad[j]);
    clear_tail(next, live, rows_of(shape));
    for (int j = 0; j < rows_of(shape); j++) {
        const int64_t k = offset + j * DP_LANES;
        const vreal to = v_load((const real *)layer->moved + k), slope = v_load(next + j * DP_LANES);
        const vreal back = v_sub(v_load((const real *)room->base + k), to);
        const vreal ways = v_add(v_load((const real *)room->slope + k), slope);
        const vreal error = v_fnma(near, ways, v_mul(v_set((real)0.8), back));
        add_squares(slope, part, sums->slope);
        add_squares(to, part, j <= shape.d ? sums->moved_w : sums->moved_a);
        add_squares(error, part, j <= shape.d ? sums->error_w : sums->error_a);
    }
}

static void sum_lanes(double *lanes)
{
    for (int half = DP_LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++)
            lanes[l] += lanes[l + half];
}

INLINE void end_body(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                     const struct dp_stages *room, const double *time, struct dp_stage_sums *sums,
                     const struct shape shape)
{
    const struct bench at = bench_of(layer, shape.n);
    memset(sums, 0, sizeof *sums);
    take_residuals(r, batch, at, shape);
    for (int64_t block = 0; block < dp_block_count(layer); block++)
        for (int part = 0; part < PARTS; part++) {
            const int64_t offset = offset_of(block, part, rows_of(shape));
            const vreal near = v_mul(v_set((real)0.4), lanes_from(time, part));
            load_block((const real *)layer->start + offset, (const real *)layer->moved + offset, at.theta,
                       shape);
            gradient_block(at.theta, part_of(batch->x, part, shape.own),
                           part_of(at.rates, part, shape.stacked), part_of(at.products, part, shape.stacked),
                           kept_of(batch, block, part, shape), at.grad, shape);
            scale_gradient(at.theta, at.grad, shape);
            end_part(layer, room, offset, live_of(layer, block, part), part, near, at.grad, sums, shape);
        }
    if (layer->stacked)
        return;
    sum_lanes(sums->slope);
    sum_lanes(sums->moved_w);
    sum_lanes(sums->moved_a);
    sum_lanes(sums->error_w);
    sum_lanes(sums->error_a);
}

INLINE void end_of_tanh(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                        const struct dp_stages *room, const double *time, struct dp_stage_sums *sums,
                        struct shape shape, const int scaled)
{
    shape.activation = DP_TANH;
    shape.power = shape.tanh = 1;
    shape.scaled = scaled;
    end_body(layer, batch, r, room, time, sums, shape);
}

static void stage_end(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                      const struct dp_stages *room, const double *time, struct dp_stage_sums *sums)
{
    const struct shape shape = shape_of(layer, batch);
    if (shape.scaled)
        end_of_tanh(layer, batch, r, room, time, sums, shape, 1);
    else if (shape.tanh)
        end_of_tanh(layer, batch, r, room, time, sums, shape, 0);
    else
        end_body(layer, batch, r, room, time, sums, shape);
}
