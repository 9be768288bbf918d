// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/smooth/small_system.h"
#include "core/network/network.h"

/* Linear systems of an implicit step, (1 + step Hessian) x = v, by Woodbury's formula (kernels/hessian.h).
 *
 * The Hessian is taken at one point and used on the steps after it. What its decomposition hangs on most, the
 * part of the outputs, always goes by the present step; the neurons' own parts B_k are inverted again when
 * the step has changed too much for them. 1 + step Hessian must be positive definite: an integrator that
 * keeps to that does not step over an escape from a saddle, which implicit formulas would damp. */
struct dp_newton {
    const struct dp_hessian_kernels *kernels;
    struct dp_hessian hessian;
    int64_t numbers;              // N
    double scale;                 // s
    double largest;               // |H_k| of the largest
    int64_t negative;             // eigenvalues of the B_k
    double inverted, step;        // the steps of the B_k and of the decomposition; 0: none
    double *gram;                 // [N][N] J^T B^-1 J
    double *upper;                // [N][N] its decomposition with 1 / (step s) on the diagonal
    double *outputs;              // [N] to work in
    struct dp_small_system small; // in place of all these where it serves
};

/* Bytes of its arrays for such a layer, which lie in memory if that is not NULL. */
size_t dp_newton_lay_out(struct dp_newton *newton, const struct dp_layer *layer, int64_t samples,
                         char *memory);

/* Takes the Hessian at the layer's parameters, with residuals r. */
void dp_newton_linearise(struct dp_newton *newton, const struct dp_layer *layer, const struct dp_batch *batch,
                         const double *r);

/* Makes ready for a step; false if it is too long for a neuron's own growth. */
bool dp_newton_prepare(struct dp_newton *newton, double step);

/* The longest step at which rounding does not drown 1 in 1 + step Hessian. */
double dp_newton_longest(const struct dp_newton *newton);

/* One iteration for rl1 rate + change + step gradient = 0. Sums of squares of what it adds, and of change
 * afterwards; returns the square of what it adds to the outputs alpha f, to first order. */
double dp_newton_iterate(struct dp_newton *newton, const struct dp_newton_vectors *at, double rl1,
                         struct dp_squares *x, struct dp_squares *change);
