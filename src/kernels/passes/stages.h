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

// slope <- slope_next where taken
INLINE void take_slopes(const struct strip *strip, const struct dp_stages *room, int64_t offset, vreal taken,
                        const int rows)
{
    real *slope = (real *)room->slope + offset;
    const real *next = (const real *)room->slope_next + offset;
    for (int64_t at = 0; at < strip->blocks * rows * DP_LANES; at += DP_LANES)
        v_store(slope + at, v_select_gt(taken, v_set(0), v_load(next + at), v_load(slope + at)));
}

// before <- base <- moved, and the first stage, moved <- base - pull slope
INLINE void begin_strip(const struct strip *strip, const struct dp_stages *room, int64_t offset, vreal pull,
                        const int rows)
{
    real *base = (real *)room->base + offset, *before = (real *)room->before + offset;
    const real *slope = (const real *)room->slope + offset;
    for (int64_t at = 0; at < strip->blocks * rows * DP_LANES; at += DP_LANES) {
        const vreal from = v_load(strip->moved + at);
        v_store(base + at, from);
        v_store(before + at, from);
        v_store(strip->moved + at, v_fnma(pull, v_load(slope + at), from));
    }
}

INLINE int any_of(const double *flags)
{
    int any = 0;
    for (int l = 0; l < DP_LANES; l++)
        any |= flags[l] > 0;
    return any;
}

// moved <- base base + now moved + before before - pull gradient - slope slope, before <- moved
INLINE void stage_strip(const struct strip *strip, const struct dp_stages *room, int64_t offset,
                        const struct stage_part c, const struct shape *shape)
{
    const real *base = (const real *)room->base + offset, *slope = (const real *)room->slope + offset;
    real *before = (real *)room->before + offset;
    for (int64_t j = 0; j < strip->blocks * rows_of(*shape); j++) {
        const int64_t at = j * DP_LANES;
        const vreal from = v_load(strip->moved + at);
        vreal to = v_fma(c.before, v_load(before + at), v_mul(c.now, from));
        to = v_fma(c.base, v_load(base + at), to);
        to = v_fnma(c.pull, strip->grads[j], to);
        v_store(before + at, from);
        v_store(strip->moved + at, v_fnma(c.slope, v_load(slope + at), to));
    }
    if (tail_moves(*shape))
        clear_strip_tail(strip, strip->moved, DP_LANES, shape);
}

/* Takes all blocks through a stage and evaluates their output. r NULL: the first stage (stage->now: lanes in
 * which slope_next is taken). */
static void stage(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                  const struct dp_stages *room, const struct dp_stage *stage, double *f)
{
    const struct shape shape = shape_of(layer, batch);
    const struct bench at = bench_of(layer, shape.n);
    strip_loops *const loops = loops_of(&shape);
    const int64_t blocks = dp_block_count(layer), rows = rows_of(shape), length = strip_blocks(rows);
    const int taken = !r && any_of(stage->now);
    struct stage_part parts[PARTS];
    for (int part = 0; part < PARTS; part++)
        parts[part] = stage_part_of(stage, part);
    if (r)
        take_residuals(r, batch, at, shape);
    clear_doubles(f, shape.n * shape.o * lanes_of(shape));
    for (int64_t first = 0; first < blocks; first += STRETCH) {
        const int64_t last = smaller(first + STRETCH, blocks);
        clear(at.sums, shape.n * shape.o * PARTS);
        for (int64_t from = first; from < last; from += length)
            for (int part = 0; part < PARTS; part++) {
                const struct strip strip =
                    strip_of(layer, batch, from, smaller(from + length, last), part, at, &shape);
                const int64_t offset = offset_of(from, part, rows);
                if (r) {
                    loops(GRADIENT, &strip, &shape);
                    scale_strip(&strip, &shape);
                    stage_strip(&strip, room, offset, parts[part], &shape);
                } else {
                    if (taken)
                        take_slopes(&strip, room, offset, parts[part].now, (int)rows);
                    begin_strip(&strip, room, offset, parts[part].pull, (int)rows);
                }
                loops(OUTPUT, &strip, &shape);
            }
        fold(at, f, shape);
    }
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

enum { SLOPE, MOVED_W, MOVED_A, ERROR_W, ERROR_A, END_SUMS };

// The gradients of rows of a block to slope_next, and their share of the sums.
INLINE void end_rows(const struct strip *strip, const struct dp_stages *room, int64_t offset, vreal near,
                     int64_t first, int64_t end, vwide *slopes, vwide *moves, vwide *errors)
{
    const real *base = (const real *)room->base + offset, *slope = (const real *)room->slope + offset;
    for (int64_t j = first; j < end; j++) {
        const int64_t at = j * DP_LANES;
        const vreal to = v_load(strip->moved + at), way = strip->grads[j];
        const vreal back = v_sub(v_load(base + at), to), ways = v_add(v_load(slope + at), way);
        v_store((real *)room->slope_next + offset + at, way);
        *slopes = d_add_square(*slopes, way);
        *moves = d_add_square(*moves, to);
        *errors = d_add_square(*errors, v_fnma(near, ways, v_mul(v_set((real)0.8), back)));
    }
}

// The sums of the lanes of one part; in a spread layer all in lane 0.
INLINE void put_end_sums(double sums[END_SUMS][PARTS * PART], struct dp_stage_sums *to, const int stacked)
{
    double *const rows[] = {to->slope, to->moved_w, to->moved_a, to->error_w, to->error_a};
    for (int k = 0; k < END_SUMS; k++) {
        if (!stacked)
            sum_lanes(sums[k]);
        for (int l = 0; l < DP_LANES; l++)
            rows[k][l] = sums[k][l];
    }
}

static void stage_end(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                      const struct dp_stages *room, const double *time, struct dp_stage_sums *sums)
{
    const struct shape shape = shape_of(layer, batch);
    const struct bench at = bench_of(layer, shape.n);
    strip_loops *const loops = loops_of(&shape);
    const int64_t blocks = dp_block_count(layer), rows = rows_of(shape), length = strip_blocks(rows);
    double lanes[END_SUMS][DP_LANES] = {{0}};
    take_residuals(r, batch, at, shape);
    for (int part = 0; part < PARTS; part++) {
        const vreal near = v_mul(v_set((real)0.4), lanes_from(time, part));
        vwide own[END_SUMS] = {d_zero(), d_zero(), d_zero(), d_zero(), d_zero()};
        for (int64_t first = 0; first < blocks; first += length) {
            const struct strip strip =
                strip_of(layer, batch, first, smaller(first + length, blocks), part, at, &shape);
            loops(GRADIENT, &strip, &shape);
            scale_strip(&strip, &shape);
            const int64_t offset = offset_of(first, part, rows);
            clear_strip_tail(&strip, (real *)strip.grads, PART, &shape);
            for (int64_t block = 0; block < strip.blocks; block++) {
                const int64_t row = block * rows, weights = row + shape.d + 1;
                end_rows(&strip, room, offset, near, row, weights, &own[SLOPE], &own[MOVED_W], &own[ERROR_W]);
                end_rows(&strip, room, offset, near, weights, row + rows, &own[SLOPE], &own[MOVED_A],
                         &own[ERROR_A]);
            }
        }
        for (int k = 0; k < END_SUMS; k++)
            d_store(lanes[k] + part * PART, own[k]);
    }
    put_end_sums(lanes, sums, layer->stacked);
}
