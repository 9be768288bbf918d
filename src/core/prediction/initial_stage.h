// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/directions.h"
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
 *   RD_w^2 = ((cosh s - 1)^2 + r^2 sinh^2 s) / D,
 *   G - 1 = (1 + r^2) sinh^2 s    with G = (D - 1) C^2 / (1 - C^2).
 *
 * The function grows along A zhat . x with A = m (beta1^2 + beta2^2) sinh(2 s) / (2 alpha), which lowers the
 * loss L0 by A |z| - A^2 M, M = c sum (zhat . x)^2. So a share rho of L0 has gone at s_T with
 * sinh(2 s_T) = 2 A alpha / (m (beta1^2 + beta2^2)), A = (|z| - sqrt(|z|^2 - 4 rho L0 M)) / (2 M).
 *
 * This needs sigma to be linear at the w of the start. Where these are not small, as at large beta2, the
 * force on a neuron is phi(w) = 2 c sum_i y_i sigma(w . x_i), with grad phi in place of z. There m beta2^2 is
 * large and s small, so to second order, with u = s / |z|, da = u phi and dw = u a grad phi + u^2 phi grad
 * phi / 2. With v = zhat . w, G_z = zhat . grad phi, the part _|_ across zhat, and means over the neurons at
 * the start,
 *
 *   p = <phi^2> / <(w . z)^2>,   q = <|grad phi|^2> / |z|^2,
 *   g = <phi^2 |grad phi|^2> / (<(w . z)^2> |z|^2),
 *   h = (<phi v G_z> / <v^2> - <phi w_|_ . grad phi> / <|w_|_|^2>) / |z|^2,
 *   k = (<G_z^2> - <|grad phi_|_|^2> / (D - 1)) / |z|^2,
 *
 * the function grows and the w move as above if beta2^2 becomes beta2^2 p and beta1^2 becomes beta1^2 q in A,
 * RD_w^2 = ((cosh s - 1)^2 g + r^2 q sinh^2 s) / D, and G - 1 = (h + r^2 k) sinh^2 s. All five are 1 in the
 * linear part of sigma, so that these formulas hold in both cases. Left out is a^2 phi'' in the gain, of the
 * size of 1 - k. C^2 needs no correction: it changes by s^2 where they are not 1.
 *
 * What remains at rho = .1 is the scatter of the start, of order 1 / sqrt(m) (RD_w: 1 % at m = 10^5), and a
 * bound of G: the force turns while the loss falls, so 1 - C^2 has a lower bound of the order of rho^2 times
 * a number of the data, which may be small. */

/* The force of the data on neurons at f = 0. */
struct dp_pull_of_data {
    int rows;                        // D: inputs, and the bias where there is one
    double size;                     // |z|
    double *unit;                    // [inputs + 1] zhat, 0 at the bias of a run without one
    double spread;                   // M
    double loss;                     // L0
    double force, gradient, product; // p, q, g
    double gain_w, gain_a;           // h, k
};

/* Measures it, with p = q = g = h = k = 1; unit is allocated, dp_pull_release frees it. A force of 0 has the
 * unit vector 0. DP_NO_MEMORY. */
enum dp_status dp_pull_acquire(const struct dp_run *run, const struct dp_samples *train,
                               struct dp_pull_of_data *pull, struct dp_error *error);
void dp_pull_release(struct dp_pull_of_data *pull);

/* Measures p, q, g, h and k of neurons at the start, for a run whose initial stage is predicted.
 * DP_NO_MEMORY. */
enum dp_status dp_linearity_measure(const struct dp_run *run, const struct dp_samples *train,
                                    const struct dp_neurons *start, struct dp_pull_of_data *pull,
                                    struct dp_error *error);

/* The point where the loss has dropped by the share rho of its first value: flow time, C, G - 1 and RD_w
 * there. NAN where the formulas do not hold, or when the linear part alone never lowers the loss that far. */
struct dp_initial_stage {
    double time, alignment, gain, rd_w;
};
struct dp_initial_stage dp_initial_stage(const struct dp_run *run, const struct dp_pull_of_data *pull,
                                         double share);
