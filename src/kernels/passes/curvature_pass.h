// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The pass of curvature.h over all blocks. */

// The largest of the lanes' bounds, or with stacked networks each its own.
INLINE void put_bound(const real *largest, double *bound, const struct shape shape)
{
    for (int l = 0; l < lanes_of(shape); l++)
        bound[l] = (double)largest[l];
    for (int l = 1; !shape.stacked && l < DP_LANES; l++)
        if ((double)largest[l] > bound[0])
            bound[0] = (double)largest[l];
}

static void curvature(const struct dp_layer *layer, const struct dp_batch *batch, const double *v,
                      const double *r, double *u, double *bound)
{
    const struct shape shape = shape_of(layer, batch);
    const struct bench at = bench_of(layer, shape.n);
    strip_loops *const loops = loops_of(&shape);
    const int64_t blocks = dp_block_count(layer), numbers = shape.n * shape.o * lanes_of(shape);
    const int64_t length = strip_blocks(rows_of(shape));
    _Alignas(64) real largest[DP_LANES] = {0};
    to_reals(r, at.rates, numbers);
    to_reals(v, at.v, numbers);
    clear_doubles(u, numbers);
    for (int64_t first = 0; first < blocks; first += STRETCH) {
        const int64_t last = smaller(first + STRETCH, blocks);
        clear(at.sums, shape.n * shape.o * PARTS);
        for (int64_t from = first; from < last; from += length)
            for (int part = 0; part < PARTS; part++) {
                vreal most = v_load(largest + part * PART);
                struct strip strip =
                    strip_of(layer, batch, from, smaller(from + length, last), part, at, &shape);
                strip.curve.most = &most;
                loops(CURVATURE, &strip, &shape);
                v_store(largest + part * PART, most);
            }
        fold(at, u, shape);
    }
    put_bound(largest, bound, shape);
}
