// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The Gauss-Newton product J J^T v and the bound on the residual's curvature, in one pass. */

struct curve_bench {
    struct bench at;
    vreal *s, *slope; // [n] sigma in live lanes, sigma'
    vreal *q;         // [o][d + 1] sum_i r_ic sigma' x_i
    real *v;          // [n o][L]
};

INLINE struct curve_bench curve_bench_of(const struct dp_layer *layer, int64_t n)
{
    const struct bench at = bench_of(layer, n);
    real *v = at.rates + n * layer->outputs * DP_LANES;
    vreal *s = (vreal *)(v + n * layer->outputs * DP_LANES);
    return (struct curve_bench){at, s, s + n, s + 2 * n, v};
}

// 1 in lanes with a neuron, 0 in those beyond the width
INLINE vreal live_lanes(int64_t live)
{
    _Alignas(64) real lanes[DP_LANES];
    for (int l = 0; l < PART; l++)
        lanes[l] = l < live;
    return v_load(lanes);
}

// One sample: J^T v and q grow; returns |sum_c r_c a_c sigma''| |x|^2.
INLINE vreal curvature_sample(const struct curve_bench *to, const real *x, const real *vs, const real *rs,
                              int64_t i, vreal live, const struct shape shape)
{
    const int d = shape.d;
    const vreal *theta = to->at.theta;
    vreal h, square = v_set(shape.biasless ? 0 : 1), push = v_set(0), twist = v_set(0);
    preactivations(theta, x, i, &h, 1, 0, shape);
    const struct sigma sigma = sigma_of(h, shape.activation, shape.power);
    to->s[i] = v_mul(live, sigma.s);
    to->slope[i] = sigma.ds;
    for (int c = 0; c < shape.o; c++) {
        const vreal v = number_of(vs, i, c, shape);
        const vreal r = number_of(rs, i, c, shape);
        const vreal amplitude = theta[d + 1 + c], turn = v_mul(r, sigma.ds);
        to->at.grad[d + 1 + c] = v_fma(v, to->s[i], to->at.grad[d + 1 + c]);
        push = v_fma(v, amplitude, push);
        twist = v_fma(r, amplitude, twist);
        vreal *q = to->q + c * (d + 1);
        for (int j = 0; j < d; j++)
            q[j] = v_fma(turn, input_of(x, i, j, shape), q[j]);
        if (!shape.biasless)
            q[d] = v_add(q[d], turn);
    }
    push = v_mul(push, sigma.ds);
    for (int j = 0; j < d; j++) {
        const vreal xj = input_of(x, i, j, shape);
        to->at.grad[j] = v_fma(push, xj, to->at.grad[j]);
        square = v_fma(xj, xj, square);
    }
    if (!shape.biasless)
        to->at.grad[d] = v_add(to->at.grad[d], push);
    return v_mul(v_abs(v_mul(twist, sigma.dds)), square);
}

// sums += J (J^T v)
INLINE void curvature_back(const struct curve_bench *to, const real *x, const struct shape shape)
{
    const vreal *grad = to->at.grad, *amplitudes = to->at.theta + shape.d + 1;
    for (int64_t i = 0; i < shape.n; i++) {
        vreal along;
        preactivations(grad, x, i, &along, 1, 0, shape);
        along = v_mul(along, to->slope[i]);
        for (int c = 0; c < shape.o; c++) {
            vreal *sum = to->at.sums + i * shape.o + c;
            *sum = v_fma(to->s[i], grad[shape.d + 1 + c], v_fma(amplitudes[c], along, *sum));
        }
    }
}

// One part of one block: its share of the sums, and its bound.
INLINE vreal curvature_block(const struct curve_bench *to, const real *x, const real *vs, const real *rs,
                             vreal live, const struct shape shape)
{
    vreal bend = v_set(0), square = v_set(0);
    clear(to->at.grad, rows_of(shape));
    clear(to->q, shape.o * (shape.d + 1));
    for (int64_t i = 0; i < shape.n; i++)
        bend = v_add(bend, curvature_sample(to, x, vs, rs, i, live, shape));
    for (int j = 0; j < shape.o * (shape.d + 1); j++)
        square = v_fma(to->q[j], to->q[j], square);
    curvature_back(to, x, shape);
    return v_mul(live, v_add(bend, v_sqrt(square)));
}

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
    const struct curve_bench to = curve_bench_of(layer, shape.n);
    const int64_t blocks = dp_block_count(layer), numbers = shape.n * shape.o * lanes_of(shape);
    _Alignas(64) real largest[DP_LANES] = {0};
    to_reals(r, to.at.rates, numbers);
    to_reals(v, to.v, numbers);
    clear_doubles(u, numbers);
    for (int64_t first = 0; first < blocks; first += STRETCH) {
        for (int part = 0; part < PARTS; part++) {
            const real *x = part_of(batch->x, part, shape.own);
            vreal most = v_load(largest + part * PART);
            clear(to.at.sums, shape.n * shape.o);
            for (int64_t block = first; block < smaller(first + STRETCH, blocks); block++) {
                const int64_t offset = offset_of(block, part, rows_of(shape));
                load_block((const real *)layer->start + offset, (const real *)layer->moved + offset,
                           to.at.theta, shape);
                most = v_max(most, curvature_block(&to, x, part_of(to.v, part, shape.stacked),
                                                   part_of(to.at.rates, part, shape.stacked),
                                                   live_lanes(live_of(layer, block, part)), shape));
            }
            v_store(largest + part * PART, most);
            put_part(to.at, part, shape);
        }
        fold(to.at, u, shape);
    }
    put_bound(largest, bound, shape);
}
