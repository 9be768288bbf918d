// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/hessian.h"
#include <stdbool.h>
#include <stddef.h>

/* The linear systems of newton.h for a network with few parameters, P of them: 1 + step Hessian as a dense
 * matrix.
 *
 * Woodbury's formula works with the N outputs. A network whose P is not much larger than N can hardly fit
 * them; on its way to a floor it takes steps of 1e6 units of time and more, and there the formula loses all
 * digits to cancellation. The dense matrix is positive definite and keeps them. */
struct dp_small_system {
    int64_t parameters; // P; 0: the network has too many
    double *hessian;    // [P][P], its upper triangle
    double *upper;      // [P][P] the decomposition of 1 + step Hessian
    double *row, *x;    // [P] work space
};

/* Bytes of its arrays for such a Hessian, which lie in memory if that is not NULL. */
size_t dp_small_system_lay_out(struct dp_small_system *small, const struct dp_hessian *h, char *memory);

/* Computes s J diag(weight [N]) J^T + blockdiag(H_k). */
void dp_small_system_linearise(struct dp_small_system *small, const struct dp_hessian *h, double s,
                               const double *weight);

/* False if 1 + step Hessian is not positive definite. */
bool dp_small_system_prepare(struct dp_small_system *small, double step);

/* As dp_newton_iterate. */
double dp_small_system_iterate(struct dp_small_system *small, const struct dp_hessian *h,
                               const double *weight, const struct dp_newton_vectors *at, double rl1,
                               double step, struct dp_squares *x, struct dp_squares *change);
