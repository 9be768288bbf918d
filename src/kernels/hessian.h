// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/kernels.h"

/* The Hessian of the loss of one spread network with a smooth activation, and the operations of an implicit
 * integrator on it.
 *
 * With alpha f_ic = sum_k a_kc sigma(w_k . x_i), J_ic its gradient by all parameters and r_ic = dL / d(alpha
 * f_ic),
 *
 *     Hessian = s J J^T + blockdiag(H_k),    s = 2 c / alpha^2 of L = c sum e^2.
 *
 * H_k of one neuron is sum_ic r_ic sigma'_i x_i between its weights and a_kc, and sum_ic r_ic a_kc sigma''_i
 * x_i x_i^T between its weights. There are only N = n o outputs, compared with m (d + 1 + o) parameters. By
 * Woodbury's formula, a system with 1 + h Hessian therefore reduces to one of N unknowns: with B = 1 + h
 * blockdiag(H_k),
 *
 *     (B + h s J J^T)^-1 v = B^-1 v - B^-1 J (1 / (h s) + J^T B^-1 J)^-1 J^T B^-1 v.
 *
 * These are the loops over neurons, in float64; the dense part is core/flow/smooth/newton.c. Vectors of
 * parameters are blocks as in kernels.h, [blocks][rows][16] with rows = d + 1 + o at most DP_HESSIAN_ROWS.
 * Vectors of outputs are [n][o]. Sums over neurons are running sums of each lane and a fixed tree over the
 * lanes, so that all instruction sets give the same bits. */

enum { DP_HESSIAN_ROWS = 16, DP_HESSIAN_PAD = 16 };

/* The Hessian at the parameters and residuals of its last `linearise`. */
struct dp_hessian {
    int64_t blocks, width, samples; // of the layer and the batch
    int inputs, outputs, biasless;
    const double *x;   // [n][d]
    double *sigma;     // [blocks][n][16]
    double *slope;     // [blocks][n][16] sigma'
    double *amplitude; // [blocks][o][16]
    double *own;       // [blocks][rows (rows + 1) / 2][16] lower triangles of the H_k
    double *inverse;   // [blocks][rows (rows + 1) / 2][16] of the B_k^-1
    double *room;      // dp_hessian_room numbers to work in
};

/* N rounded up to whole vectors. */
static inline int64_t dp_hessian_padded(int64_t numbers)
{
    return (numbers + DP_HESSIAN_PAD - 1) / DP_HESSIAN_PAD * DP_HESSIAN_PAD;
}

static inline int64_t dp_hessian_room(int64_t numbers, int rows)
{
    const int64_t padded = dp_hessian_padded(numbers);
    return padded * padded + 2 * DP_LANES * rows * padded + DP_LANES * numbers;
}

/* Sums of squares of the weights' and of the amplitudes' part of a vector. */
struct dp_squares {
    double w, a;
};

/* A step of Newton's method on rate rl1 + change + step grad = 0. */
struct dp_newton_vectors {
    const double *rate, *gradient;
    double *change; // so far
    double *state;  // to which it adds
    double *room;   // a vector to work in
};

enum { DP_NORDSIECK = 7 }; // vectors of a Nordsieck array: orders up to 5, and one to keep

struct dp_hessian_kernels {
    const char *isa;

    /* Computes the Hessian at the present parameters of the layer; returns the largest |H_k|. */
    double (*linearise)(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                        struct dp_hessian *hessian);

    /* inverse <- (1 + step H_k)^-1 of every neuron, by elimination without pivoting. The result is as good as
     * the smallest pivot, whose magnitude is returned in *least. Returns the number of negative pivots, which
     * is the number of negative eigenvalues of the B_k. */
    int64_t (*invert)(const struct dp_hessian *hessian, double step, double *least);

    /* gram [N][N] = J^T B^-1 J */
    void (*gram)(const struct dp_hessian *hessian, double *gram);

    /* room <- -B^-1 (rl1 rate + change + step gradient), outputs [n][o] <- J^T room */
    void (*project)(const struct dp_hessian *hessian, const struct dp_newton_vectors *at, double rl1,
                    double step, double *outputs);

    /* Adds x = room - B^-1 J z to change and state. Gives the sums of x and of change. */
    void (*correct)(const struct dp_hessian *hessian, const struct dp_newton_vectors *at, const double *z,
                    struct dp_squares *x, struct dp_squares *change);

    /* state = sum_j z_j, rate = sum_j j z_j, change = 0; the sums of state. */
    struct dp_squares (*predict)(const struct dp_hessian *hessian, double *const *z, int order, double *state,
                                 double *rate, double *change);

    /* z <- z moved on by one step + l change. */
    void (*advance)(const struct dp_hessian *hessian, double *const *z, int order, const double *l,
                    const double *change);

    /* to <- sum_j c_j z_j over `count` vectors; its sums. to may be one of them. */
    struct dp_squares (*combine)(const struct dp_hessian *hessian, double *const *z, int count,
                                 const double *c, double *to);
};

/* The table for an instruction set of dp_isa_select; never NULL for those. */
const struct dp_hessian_kernels *dp_hessian_select(const char *isa);
