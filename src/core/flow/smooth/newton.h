// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/smooth/small_system.h"
#include "core/network/network.h"

/* Linear systems of an implicit step, (1 + step Hessian) x = v, solved by Woodbury's formula
 * (kernels/hessian.h).
 *
 * The Hessian is computed at one point and used for the steps after it. The part of its decomposition that
 * depends most on the step, that of the outputs, is always made for the present step; the neurons' own parts
 * B_k are inverted again when the step has changed too much for them. 1 + step Hessian must be positive
 * definite: an integrator that respects this does not step over an escape from a saddle, which implicit
 * formulas would damp. */
struct dp_newton {
    const struct dp_hessian_kernels *kernels;
    struct dp_hessian hessian;
    int64_t numbers;              // N
    const double *weight;         // [N] samples that an output stands for
    double scale;                 // s
    double largest;               // the largest |H_k|
    int64_t negative;             // number of negative eigenvalues of the B_k
    double inverted, step;        // steps for which the B_k and the decomposition were made; 0: none
    double *gram;                 // [N][N] J^T B^-1 J
    double *upper;                // [N][N] its decomposition with 1 / (step s) on the diagonal
    double *outputs;              // [N] work space
    struct dp_small_system small; // used instead of these arrays for small networks
};

/* Bytes of its arrays for such a layer, which lie in memory if that is not NULL. */
size_t dp_newton_lay_out(struct dp_newton *newton, const struct dp_layer *layer, int64_t samples,
                         char *memory);

/* Computes the Hessian at the layer's parameters, with residuals r. */
void dp_newton_linearise(struct dp_newton *newton, const struct dp_layer *layer, const struct dp_batch *batch,
                         const double *r);

/* Prepares for a step; false if it is too long for the growth of a single neuron. */
bool dp_newton_prepare(struct dp_newton *newton, double step);

/* The longest step at which the 1 in 1 + step Hessian is not lost in rounding. */
double dp_newton_longest(const struct dp_newton *newton);

/* One Newton iteration for rl1 rate + change + step gradient = 0. Fills the sums of squares of the correction
 * and of the new change; returns the square of the correction of the outputs alpha f, to first order. */
double dp_newton_iterate(struct dp_newton *newton, const struct dp_newton_vectors *at, double rl1,
                         struct dp_squares *x, struct dp_squares *change);
