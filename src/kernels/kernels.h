// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdint.h>

/* The loops over neurons, where all the time goes.
 *
 * The network f(x) = (1/alpha) sum_k a_k sigma(w_k . x) is stored in blocks of 16 neurons, each block
 * [d + 2][16]: the d weights, the bias, the amplitude. One pass over the blocks finishes step t and begins step
 * t+1 (update, then output at the new parameters), so every parameter is read and written once a step.
 *
 * A parameter is kept as two numbers, theta = start + moved. The order parameters are about |moved| / |start|,
 * which in the linear regime is far below the rounding of theta itself; kept apart it is exact to the last bit
 * in either precision.
 *
 * Sums over neurons have one order on every machine: 16 lanes, each a running sum over the blocks of a stretch
 * of 64, folded by a fixed tree and added to a double. With explicit fused multiply-adds and functions built from
 * IEEE operations alone, all instruction sets and compilers give the same bits.
 *
 * Arrays marked real are float or double by the table in use, 64-byte aligned, and belong to the caller. Lanes
 * beyond the width hold zeros in start and moved, and every pass leaves them so. */

enum { DP_LANES = 16 };

struct dp_layer {
    int activation; // enum dp_activation; xtanh and x2tanh come as DP_TANH with their power
    int power;      // p of x^(p-1) tanh x
    int inputs;     // d
    int64_t width;  // m
    void *start;    // real [blocks][d + 2][16], blocks = ceil(m / 16)
    void *moved;    // real [blocks][d + 2][16]
    void *kept; // real [blocks][n][2][16]: sigma and sigma' at the last output; not used by relu and linear
    void *scratch; // real [dp_scratch_rows(n, d)][16]
};

/* Rows of 16 that a pass over n samples of d inputs needs to work in. */
static inline int64_t dp_scratch_rows(int64_t n, int64_t d)
{
    return 3 * (n + d + 2) + n / 8 + 1;
}

struct dp_batch {
    int64_t count; // n
    const void *x; // real [n][d + 1], the last of each row is the bias input
};

/* The state of Adam beside the parameters, and its constants for one step (bias corrections included). */
struct dp_adam_state {
    void *mean;   // real [blocks][d + 2][16]
    void *square; // real [blocks][d + 2][16]
    double beta1, beta2, epsilon;
    double rate;        // learning rate / (1 - beta1^t)
    double root_square; // sqrt(1 - beta2^t)
};

struct dp_norms {
    double start_w, start_a, moved_w, moved_a; // sums of squares
};

struct dp_kernels {
    const char *isa;
    int bits; // 32 or 64

    /* f[i] = sum_k a_k sigma(w_k . x_i); fills kept. */
    void (*output)(const struct dp_layer *layer, const struct dp_batch *batch, double *f);

    /* f[i] alone, without touching kept: for test points. */
    void (*predict)(const struct dp_layer *layer, const struct dp_batch *batch, double *f);

    /* One step of descent, moved -= sum_i r[i] grad(sum_k a_k sigma(w_k . x_i)), and the output f after it. */
    void (*descend)(const struct dp_layer *layer, const struct dp_batch *batch, const double *r, double *f);

    /* One step of Adam on the gradient sum_i r[i] grad(...), and the output after it. */
    void (*adam)(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                 const struct dp_adam_state *state, double *f);

    /* u = J J^T v for the Jacobian J_ik = grad_k sum a sigma(w . x_i) at the present parameters, and a bound on
     * the largest eigenvalue of sum_i r[i] hessian(sum_k a_k sigma(w_k . x_i)): neurons do not couple there, so
     * it is the largest of their |sum_i r_i sigma' x_i| + |a| sum_i |r_i sigma''| |x_i|^2. */
    void (*curvature)(const struct dp_layer *layer, const struct dp_batch *batch, const double *v,
                      const double *r, double *u, double *residual_bound);

    /* The gradient sum_i r[i] grad(...) itself, real [blocks][d + 2][16]: for tests and observation. */
    void (*gradient)(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                     void *gradient);

    void (*norms)(const struct dp_layer *layer, struct dp_norms *norms);

    /* sigma, sigma' and sigma'' of count values (a multiple of 16), real arrays: for tests. */
    void (*activate)(int activation, int power, int64_t count, const void *h, void *s, void *ds, void *dds);

    /* Results are promised with denormals flushed to zero: enter turns that on and returns what leave restores. */
    unsigned (*enter)(void);
    void (*leave)(unsigned before);
};

/* The table for an instruction set of dp_isa_select and 32 or 64 bits; never NULL for those. */
const struct dp_kernels *dp_kernels_select(const char *isa, int bits);
