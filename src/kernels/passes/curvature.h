// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The Gauss-Newton product J J^T v and the bound on the residual's curvature, in one pass. */

// 1 in lanes with a neuron, 0 in those beyond the width
INLINE vreal live_lanes(int64_t live)
{
    _Alignas(64) real lanes[DP_LANES];
    for (int l = 0; l < PART; l++)
        lanes[l] = l < live;
    return v_load(lanes);
}

/* The data that the curvature of a strip needs besides those of its outputs. */
struct curve {
    const real *v;    // [n o][L], at the strip's part
    vreal *s, *slope; // [n] sigma in live lanes, sigma'
    vreal *q;         // [o][d + 1] to work in
    vreal *most;      // the largest bound so far
};

// One sample: J^T v in `grad` and q_c = sum_i r_ic sigma' x_i grow; returns |sum_c r_c a_c sigma''| |x|^2.
INLINE vreal curvature_sample(const struct curve *to, const vreal *theta, vreal *grad, vreal *q,
                              const real *x, const real *rs, int64_t i, vreal live,
                              sigma_function *const function, const struct shape shape)
{
    const int d = shape.d;
    vreal h, square = v_set(shape.biasless ? 0 : 1), push = v_set(0), twist = v_set(0);
    preactivations(theta, x, i, &h, 1, 0, shape);
    const struct sigma sigma = function(h, shape.power);
    const vreal s = v_mul(live, sigma.s);
    to->s[i] = s;
    to->slope[i] = sigma.ds;
    for (int c = 0; c < shape.o; c++) {
        const vreal v = number_of(to->v, i, c, shape);
        const vreal r = number_of(rs, i, c, shape);
        const vreal amplitude = theta[d + 1 + c], turn = v_mul(r, sigma.ds);
        grad[d + 1 + c] = v_fma(v, s, grad[d + 1 + c]);
        push = v_fma(v, amplitude, push);
        twist = v_fma(r, amplitude, twist);
        for (int j = 0; j < d; j++)
            q[c * (d + 1) + j] = v_fma(turn, input_of(x, i, j, shape), q[c * (d + 1) + j]);
        if (!shape.biasless)
            q[c * (d + 1) + d] = v_add(q[c * (d + 1) + d], turn);
    }
    push = v_mul(push, sigma.ds);
    for (int j = 0; j < d; j++) {
        const vreal xj = input_of(x, i, j, shape);
        grad[j] = v_fma(push, xj, grad[j]);
        square = v_fma(xj, xj, square);
    }
    if (!shape.biasless)
        grad[d] = v_add(grad[d], push);
    return v_mul(v_abs(v_mul(twist, sigma.dds)), square);
}

// sums += J (J^T v)
INLINE void curvature_back(const struct curve *to, const vreal *theta, const vreal *grad, const real *x,
                           vreal *sums, const struct shape shape)
{
    for (int64_t i = 0; i < shape.n; i++) {
        vreal along;
        preactivations(grad, x, i, &along, 1, 0, shape);
        along = v_mul(along, to->slope[i]);
        for (int c = 0; c < shape.o; c++) {
            vreal *sum = sums + i * shape.o + c;
            *sum = v_fma(to->s[i], grad[shape.d + 1 + c], v_fma(theta[shape.d + 1 + c], along, *sum));
        }
    }
}

/* One part of one block: its share of the sums; returns its bound. q: [o][d + 1] to work in. */
INLINE vreal curvature_block(const struct curve *to, const vreal *theta, vreal *grad, vreal *q, const real *x,
                             const real *rs, vreal live, vreal *sums, sigma_function *const function,
                             const struct shape shape)
{
    vreal bend = v_set(0), square = v_set(0);
    clear(grad, rows_of(shape));
    clear(q, shape.o * (shape.d + 1));
    for (int64_t i = 0; i < shape.n; i++)
        bend = v_add(bend, curvature_sample(to, theta, grad, q, x, rs, i, live, function, shape));
    for (int j = 0; j < shape.o * (shape.d + 1); j++)
        square = v_fma(q[j], q[j], square);
    curvature_back(to, theta, grad, x, sums, shape);
    return v_mul(live, v_add(bend, v_sqrt(square)));
}
