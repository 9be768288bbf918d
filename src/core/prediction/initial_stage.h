// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/run.h"
#include "dewpoint/core/samples.h"

/* The initial stage of a network of multiplicity 1 in closed form: sigma(0) = 0, sigma'(0) = 1, gradient flow
 * from f = 0, normal initial parameters.
 *
 * While f is small every neuron follows the force z = 2 c sum_i y_i x_i of the loss c sum e^2: with
 * s = |z| t / alpha and zhat = z / |z|, w . zhat = w0 . zhat cosh s + a0 sinh s, the rest of w stays, and so
 * with r = beta1 / beta2 and D components of w
 *
 *   C^2 = (cosh^2 s + r^2 sinh^2 s) / (cosh^2 s + r^2 sinh^2 s + D - 1),
 *   RD_w^2 = ((cosh s - 1)^2 + r^2 sinh^2 s) / D.
 *
 * The function grows along A zhat . x with A = m (beta1^2 + beta2^2) sinh(2 s) / (2 alpha), which lowers the
 * loss L0 by A |z| - A^2 M, M = c sum (zhat . x)^2. So a share rho of L0 has gone at s_T with
 * sinh(2 s_T) = 2 A alpha / (m (beta1^2 + beta2^2)), A = (|z| - sqrt(|z|^2 - 4 rho L0 M)) / (2 M). */

/* The force of the data on neurons at f = 0. */
struct dp_pull_of_data {
    int rows;      // D: inputs, and the bias where there is one
    double size;   // |z|
    double *unit;  // [inputs + 1] zhat, 0 at the bias of a run without one
    double spread; // M
    double loss;   // L0
};

/* Measures it; unit is allocated, dp_pull_release frees it. A force of 0 has the unit vector 0.
 * DP_NO_MEMORY. */
enum dp_status dp_pull_acquire(const struct dp_run *run, const struct dp_samples *train,
                               struct dp_pull_of_data *pull, struct dp_error *error);
void dp_pull_release(struct dp_pull_of_data *pull);

/* The point where the loss has dropped by the share rho of its first value: flow time, C and RD_w there. NAN
 * where the formulas do not hold, or when the linear part alone never lowers the loss that far. */
struct dp_initial_stage {
    double time, alignment, rd_w;
};
struct dp_initial_stage dp_initial_stage(const struct dp_run *run, const struct dp_pull_of_data *pull,
                                         double share);
