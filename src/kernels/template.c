// SPDX-License-Identifier: BSD-3-Clause
/* The one source of all kernels, compiled once per precision (DP_BITS) and instruction set (DP_ISA_HEADER,
 * DP_ISA_NAME, DP_TABLE). Bodies take d, n, activation and power as arguments and are inlined: the named
 * instances for hot shapes pass constants, the generic one passes variables. */
#include "dewpoint/activation.h"
#include "kernels/kernels.h"
#include <stddef.h>
#include <stdint.h>

#if DP_BITS == 32
typedef float real;
#else
typedef double real;
#endif
#define INLINE static inline __attribute__((always_inline))

#include "kernels/simd_denormals.h"
#include DP_ISA_HEADER
// after the lanes, which they are written in
#include "kernels/functions.h"

enum {
    STRETCH = 64,    // blocks summed in `real` before they are added to a double
    HOT_SAMPLES = 4, // n and
    HOT_INPUTS = 1,  // d of the specialised instances
    KEPT = 2 * DP_LANES,
};

struct shape {
    int64_t n;
    int d, activation, power;
};

/* Where a pass keeps the block at hand: registers in the specialised instances, the layer's scratch else. */
struct bench {
    vreal *theta; // [d + 2]
    vreal *grad;  // [d + 2]
    vreal *sums;  // [n] running f
    vreal *slope; // [n] a sigma', for curvature
};

INLINE int64_t block_count(const struct dp_layer *layer)
{
    return (layer->width + DP_LANES - 1) / DP_LANES;
}

INLINE int is_kept(const int activation)
{
    return activation != DP_RELU && activation != DP_LINEAR;
}

INLINE struct bench bench_of(const struct dp_layer *layer, int64_t n)
{
    vreal *scratch = layer->scratch;
    const int rows = layer->inputs + 2;
    return (struct bench){scratch, scratch + rows, scratch + 2 * rows, scratch + 2 * rows + n};
}

INLINE struct shape shape_of(const struct dp_layer *layer, const struct dp_batch *batch)
{
    return (struct shape){batch->count, layer->inputs, layer->activation, layer->power};
}

INLINE void load_block(const struct dp_layer *layer, int64_t block, vreal *theta, const int d)
{
    const real *start = (const real *)layer->start + block * (d + 2) * DP_LANES;
    const real *moved = (const real *)layer->moved + block * (d + 2) * DP_LANES;
    for (int j = 0; j < d + 2; j++)
        theta[j] = v_add(v_load(start + j * DP_LANES), v_load(moved + j * DP_LANES));
}

// Lanes of the last block beyond the width: set to zero in rows of values, so that they never take part.
INLINE void clear_tail(const struct dp_layer *layer, int64_t block, real *values, const int rows)
{
    const int64_t live = layer->width - block * DP_LANES;
    for (int j = 0; live < DP_LANES && j < rows; j++)
        for (int64_t l = live; l < DP_LANES; l++)
            values[j * DP_LANES + l] = 0;
}

// h = w . x, the bias first as the one term without a product
INLINE vreal preactivation(const vreal *theta, const real *x, const int d)
{
    vreal h = v_mul(theta[d], v_set(x[d]));
    for (int j = 0; j < d; j++)
        h = v_fma(theta[j], v_set(x[j]), h);
    return h;
}

// sums_i += a sigma(w . x_i)
INLINE void output_block(const vreal *theta, const real *x, real *kept, vreal *sums, const struct shape shape)
{
    const int d = shape.d;
    for (int64_t i = 0; i < shape.n; i++) {
        const struct sigma sigma =
            sigma_of(preactivation(theta, x + i * (d + 1), d), shape.activation, shape.power);
        if (kept) {
            v_store(kept + i * KEPT, sigma.s);
            v_store(kept + i * KEPT + DP_LANES, sigma.ds);
        }
        sums[i] = v_fma(theta[d + 1], sigma.s, sums[i]);
    }
}

// grad = sum_i r_i (a sigma'(h_i) x_i, sigma(h_i))
INLINE void gradient_block(const vreal *theta, const real *x, const real *r, const real *kept, vreal *grad,
                           const struct shape shape)
{
    const int d = shape.d;
    for (int j = 0; j < d + 2; j++)
        grad[j] = v_set(0);
    for (int64_t i = 0; i < shape.n; i++) {
        const real *xi = x + i * (d + 1);
        vreal s, ds;
        if (kept) {
            s = v_load(kept + i * KEPT);
            ds = v_load(kept + i * KEPT + DP_LANES);
        } else {
            const struct sigma sigma = sigma_of(preactivation(theta, xi, d), shape.activation, shape.power);
            s = sigma.s;
            ds = sigma.ds;
        }
        const vreal ri = v_set(r[i]), c = v_mul(ri, ds);
        for (int j = 0; j < d + 1; j++)
            grad[j] = v_fma(c, v_set(xi[j]), grad[j]);
        grad[d + 1] = v_fma(ri, s, grad[d + 1]);
    }
    for (int j = 0; j < d + 1; j++)
        grad[j] = v_mul(grad[j], theta[d + 1]);
}

INLINE void clear_sums(vreal *sums, const int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        sums[i] = v_set(0);
}

// At the end of every stretch of blocks the running sums go to doubles.
INLINE void fold_sums(const struct dp_layer *layer, int64_t block, vreal *sums, double *f, const int64_t n)
{
    if (block % STRETCH != STRETCH - 1 && block != block_count(layer) - 1)
        return;
    for (int64_t i = 0; i < n; i++) {
        f[i] += (double)v_sum(sums[i]);
        sums[i] = v_set(0);
    }
}

INLINE real *kept_block(const struct dp_layer *layer, int64_t block, const struct shape shape)
{
    return is_kept(shape.activation) ? (real *)layer->kept + block * shape.n * KEPT : NULL;
}

INLINE void output_body(const struct dp_layer *layer, const struct dp_batch *batch, double *f, const int keep,
                        struct bench at, const struct shape shape)
{
    clear_sums(at.sums, shape.n);
    for (int64_t i = 0; i < shape.n; i++)
        f[i] = 0;
    for (int64_t block = 0; block < block_count(layer); block++) {
        load_block(layer, block, at.theta, shape.d);
        output_block(at.theta, batch->x, keep ? kept_block(layer, block, shape) : NULL, at.sums, shape);
        fold_sums(layer, block, at.sums, f, shape.n);
    }
}

static void output(const struct dp_layer *layer, const struct dp_batch *batch, double *f)
{
    output_body(layer, batch, f, 1, bench_of(layer, batch->count), shape_of(layer, batch));
}

static void predict(const struct dp_layer *layer, const struct dp_batch *batch, double *f)
{
    output_body(layer, batch, f, 0, bench_of(layer, batch->count), shape_of(layer, batch));
}

// moved -= grad, and theta follows
INLINE void move_block(const struct dp_layer *layer, int64_t block, const vreal *step, vreal *theta,
                       const int d)
{
    const real *start = (const real *)layer->start + block * (d + 2) * DP_LANES;
    real *moved = (real *)layer->moved + block * (d + 2) * DP_LANES;
    for (int j = 0; j < d + 2; j++)
        v_store(moved + j * DP_LANES, v_sub(v_load(moved + j * DP_LANES), step[j]));
    clear_tail(layer, block, moved, d + 2);
    for (int j = 0; j < d + 2; j++)
        theta[j] = v_add(v_load(start + j * DP_LANES), v_load(moved + j * DP_LANES));
}

INLINE void descend_body(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                         double *f, real *restrict rates, struct bench at, const struct shape shape)
{
    clear_sums(at.sums, shape.n);
    for (int64_t i = 0; i < shape.n; i++) {
        rates[i] = (real)r[i];
        f[i] = 0;
    }
    for (int64_t block = 0; block < block_count(layer); block++) {
        real *kept = kept_block(layer, block, shape);
        load_block(layer, block, at.theta, shape.d);
        gradient_block(at.theta, batch->x, rates, kept, at.grad, shape);
        move_block(layer, block, at.grad, at.theta, shape.d);
        output_block(at.theta, batch->x, kept, at.sums, shape);
        fold_sums(layer, block, at.sums, f, shape.n);
    }
}

// `real` rates live behind the bench's vectors in the scratch.
INLINE real *rates_of(const struct dp_layer *layer, int64_t n)
{
    return (real *)(bench_of(layer, n).slope + n);
}

static void descend_generic(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                            double *f)
{
    descend_body(layer, batch, r, f, rates_of(layer, batch->count), bench_of(layer, batch->count),
                 shape_of(layer, batch));
}

INLINE void descend_hot(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                        double *f, const int activation)
{
    vreal theta[HOT_INPUTS + 2], grad[HOT_INPUTS + 2], sums[HOT_SAMPLES];
    real rates[HOT_SAMPLES];
    descend_body(layer, batch, r, f, rates, (struct bench){theta, grad, sums, NULL},
                 (struct shape){HOT_SAMPLES, HOT_INPUTS, activation, 1});
}

static void descend_relu(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                         double *f)
{
    descend_hot(layer, batch, r, f, DP_RELU);
}

static void descend_tanh(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                         double *f)
{
    descend_hot(layer, batch, r, f, DP_TANH);
}

static void descend(const struct dp_layer *layer, const struct dp_batch *batch, const double *r, double *f)
{
    const int hot = layer->inputs == HOT_INPUTS && batch->count == HOT_SAMPLES && layer->power == 1;
    if (hot && layer->activation == DP_RELU)
        descend_relu(layer, batch, r, f);
    else if (hot && layer->activation == DP_TANH)
        descend_tanh(layer, batch, r, f);
    else
        descend_generic(layer, batch, r, f);
}

static void adam(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                 const struct dp_adam_state *state, double *f)
{
    const struct shape shape = shape_of(layer, batch);
    const struct bench at = bench_of(layer, shape.n);
    real *rates = rates_of(layer, shape.n);
    const int rows = shape.d + 2;
    const vreal beta1 = v_set((real)state->beta1), rest1 = v_set((real)(1 - state->beta1));
    const vreal beta2 = v_set((real)state->beta2), rest2 = v_set((real)(1 - state->beta2));
    const vreal rate = v_set((real)state->rate), epsilon = v_set((real)state->epsilon);
    const vreal root = v_set((real)(1 / state->root_square));
    clear_sums(at.sums, shape.n);
    for (int64_t i = 0; i < shape.n; i++) {
        rates[i] = (real)r[i];
        f[i] = 0;
    }
    for (int64_t block = 0; block < block_count(layer); block++) {
        real *kept = kept_block(layer, block, shape);
        real *mean = (real *)state->mean + block * rows * DP_LANES;
        real *square = (real *)state->square + block * rows * DP_LANES;
        load_block(layer, block, at.theta, shape.d);
        gradient_block(at.theta, batch->x, rates, kept, at.grad, shape);
        for (int j = 0; j < rows; j++) {
            const vreal g = at.grad[j];
            const vreal m = v_fma(beta1, v_load(mean + j * DP_LANES), v_mul(rest1, g));
            const vreal s = v_fma(beta2, v_load(square + j * DP_LANES), v_mul(rest2, v_mul(g, g)));
            v_store(mean + j * DP_LANES, m);
            v_store(square + j * DP_LANES, s);
            at.grad[j] = v_div(v_mul(rate, m), v_fma(v_sqrt(s), root, epsilon));
        }
        move_block(layer, block, at.grad, at.theta, shape.d);
        output_block(at.theta, batch->x, kept, at.sums, shape);
        fold_sums(layer, block, at.sums, f, shape.n);
    }
}

static void gradient(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                     void *result)
{
    const struct shape shape = shape_of(layer, batch);
    const struct bench at = bench_of(layer, shape.n);
    real *rates = rates_of(layer, shape.n);
    for (int64_t i = 0; i < shape.n; i++)
        rates[i] = (real)r[i];
    for (int64_t block = 0; block < block_count(layer); block++) {
        real *to = (real *)result + block * (shape.d + 2) * DP_LANES;
        load_block(layer, block, at.theta, shape.d);
        gradient_block(at.theta, batch->x, rates, NULL, at.grad, shape);
        for (int j = 0; j < shape.d + 2; j++)
            v_store(to + j * DP_LANES, at.grad[j]);
        clear_tail(layer, block, to, shape.d + 2);
    }
}

INLINE vreal live_lanes(const struct dp_layer *layer, int64_t block)
{
    _Alignas(64) real live[DP_LANES];
    for (int l = 0; l < DP_LANES; l++)
        live[l] = 1;
    clear_tail(layer, block, live, 1);
    return v_load(live);
}

// sqrt(sum_j q_j^2) + |a| bend, zero in dead lanes; the largest so far
INLINE vreal largest_bound(const vreal *q, vreal amplitude, vreal bend, vreal live, vreal largest,
                           const int rows)
{
    vreal square = v_set(0);
    for (int j = 0; j < rows; j++)
        square = v_fma(q[j], q[j], square);
    return v_max(largest, v_mul(live, v_fma(v_abs(amplitude), bend, v_sqrt(square))));
}

/* For one block: g = J^T v and q = sum_i r_i sigma' x_i over the samples, then sums_i += J_i . g. */
INLINE vreal curvature_block(const struct dp_batch *batch, const real *v, const real *r, struct bench at,
                             vreal *s, vreal *q, vreal live, vreal largest, const struct shape shape)
{
    const int d = shape.d;
    const vreal amplitude = at.theta[d + 1];
    vreal bend = v_set(0);
    for (int j = 0; j < d + 2; j++)
        at.grad[j] = q[j] = v_set(0);
    for (int64_t i = 0; i < shape.n; i++) {
        const real *x = (const real *)batch->x + i * (d + 1);
        const struct sigma sigma = sigma_of(preactivation(at.theta, x, d), shape.activation, shape.power);
        real length = 0;
        s[i] = v_mul(live, sigma.s);
        at.slope[i] = v_mul(amplitude, sigma.ds);
        const vreal push = v_mul(v_set(v[i]), at.slope[i]), pull = v_mul(v_set(r[i]), sigma.ds);
        for (int j = 0; j < d + 1; j++) {
            at.grad[j] = v_fma(push, v_set(x[j]), at.grad[j]);
            q[j] = v_fma(pull, v_set(x[j]), q[j]);
            length += x[j] * x[j];
        }
        at.grad[d + 1] = v_fma(v_set(v[i]), s[i], at.grad[d + 1]);
        bend = v_fma(v_abs(v_mul(v_set(r[i]), sigma.dds)), v_set(length), bend);
    }
    for (int64_t i = 0; i < shape.n; i++) {
        const vreal along = preactivation(at.grad, (const real *)batch->x + i * (d + 1), d);
        at.sums[i] = v_fma(s[i], at.grad[d + 1], v_fma(at.slope[i], along, at.sums[i]));
    }
    return largest_bound(q, amplitude, bend, live, largest, d + 1);
}

static void curvature(const struct dp_layer *layer, const struct dp_batch *batch, const double *v,
                      const double *r, double *u, double *residual_bound)
{
    const struct shape shape = shape_of(layer, batch);
    const struct bench at = bench_of(layer, shape.n);
    vreal *s = at.slope + shape.n, *q = s + shape.n;
    real *direction = (real *)(q + shape.d + 2), *residual = direction + shape.n;
    vreal largest = v_set(0);
    clear_sums(at.sums, shape.n);
    for (int64_t i = 0; i < shape.n; i++) {
        direction[i] = (real)v[i];
        residual[i] = (real)r[i];
        u[i] = 0;
    }
    for (int64_t block = 0; block < block_count(layer); block++) {
        load_block(layer, block, at.theta, shape.d);
        largest =
            curvature_block(batch, direction, residual, at, s, q, live_lanes(layer, block), largest, shape);
        fold_sums(layer, block, at.sums, u, shape.n);
    }
    _Alignas(64) real lanes[DP_LANES];
    v_store(lanes, largest);
    *residual_bound = 0;
    for (int l = 0; l < DP_LANES; l++)
        if ((double)lanes[l] > *residual_bound)
            *residual_bound = (double)lanes[l];
}

/* The sum of squares of some rows of all blocks, in doubles: a square of a float can underflow. */
INLINE double square_sum(const struct dp_layer *layer, const void *values, const int first, const int rows)
{
    const int all = layer->inputs + 2;
    double lanes[DP_LANES] = {0};
    for (int64_t block = 0; block < block_count(layer); block++)
        for (int j = first; j < first + rows; j++) {
            const real *row = (const real *)values + (block * all + j) * DP_LANES;
            for (int l = 0; l < DP_LANES; l++)
                lanes[l] += (double)row[l] * (double)row[l];
        }
    for (int half = DP_LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++)
            lanes[l] += lanes[l + half];
    return lanes[0];
}

static void norms(const struct dp_layer *layer, struct dp_norms *result)
{
    const int weights = layer->inputs + 1;
    *result = (struct dp_norms){
        .start_w = square_sum(layer, layer->start, 0, weights),
        .start_a = square_sum(layer, layer->start, weights, 1),
        .moved_w = square_sum(layer, layer->moved, 0, weights),
        .moved_a = square_sum(layer, layer->moved, weights, 1),
    };
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

const struct dp_kernels DP_TABLE = {
    .isa = DP_ISA_NAME,
    .bits = DP_BITS,
    .output = output,
    .predict = predict,
    .descend = descend,
    .adam = adam,
    .curvature = curvature,
    .gradient = gradient,
    .norms = norms,
    .activate = activate,
    .enter = flush_denormals,
    .leave = restore_denormals,
};
