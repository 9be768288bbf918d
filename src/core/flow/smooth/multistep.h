// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/smooth/formula.h"
#include "core/flow/smooth/newton.h"

/* Gradient flow of one network with a smooth activation by backward differentiation formulas of orders 1 to
 * 5.
 *
 * On users' data the eigenvalues of the kernel spread over 4 to 8 decades, and the flow ends in its slowest
 * modes. The fastest mode, long decayed, still limits explicit steps. It does not limit implicit ones, and
 * systems with the Hessian are cheap to solve (newton.h). A step predicts, and iterates Newton's method until
 * the remaining correction is small beside the step's error. It is refused if that error, relative to how far
 * w and a have moved, is above `tolerance`. The order and length of the next step follow from the errors of
 * the present and the neighbouring orders, as in VODE.
 *
 * Data with noise lead past saddle after saddle, where steps are limited by Newton's method rather than by
 * their error. Two things then spoil the prediction of the next steps, so that they fail as well: what
 * iterations leave of the residuals, which stiff modes turn into large slopes, and orders of 3 and more
 * while steps grow in a row, for which the formulas are not stable. For some steps after a failure,
 * iterations are therefore carried further, and a length is kept until order and length are reconsidered.
 * Noisy data then take a sixth of the steps or less. */
struct dp_multistep {
    const struct dp_kernels *kernels;
    struct dp_layer layer; // spread; moved: the point of the last evaluation
    struct dp_batch batch;
    const double *targets; // [N]
    double alpha, scale;   // of the network
    double tolerance;      // of a step
    struct dp_newton newton;
    double *z[DP_BDF_ORDERS + 1]; // z[0]: the present point
    double *saved;                // the previous step's change, kept when a higher order is considered
    double *state, *rate, *change, *gradient, *room;
    double *f, *residual;            // [N] alpha f and dL / d(alpha f) at layer.moved
    double *settled;                 // [N] dL / d(alpha f) at z[0]
    int order, wait;                 // wait: steps until order and length are reconsidered
    double steps[DP_BDF_ORDERS + 3]; // [0] the next one, [j] the j-th before it
    double saved_history;
    int careful;                            // steps still to be taken with care
    double convergence;                     // factor by which a Newton iteration reduces the correction
    int known;                              // steps since the Hessian was computed; -1: compute it anew
    struct dp_squares moved;                // |z[0]|^2
    double loss, error, slope;              // at z[0]; of the last step; |grad L|^2 in its last iteration
    int64_t evaluations, outputs, hessians; // so far: gradients, passes for outputs alone, Hessians
};

/* Bytes of a vector of parameters. */
size_t dp_multistep_vector(const struct dp_layer *layer);

/* Bytes of the arrays. If memory is not NULL, they are laid out there: z[0], z[1] and z[2] first. The layer
 * must be spread and in float64. */
size_t dp_multistep_lay_out(struct dp_multistep *ms, const struct dp_layer *layer, int64_t samples,
                            char *memory);

/* Begins at z[0]. z[1] and z[2] are the last points of another method, steps[1] and steps[2] the steps that
 * led from them to z[0]; steps[0] is the next step. */
void dp_multistep_begin(struct dp_multistep *ms);

/* Takes one step and updates z, loss and f; steps[1] is then its length. False if no step, however short,
 * succeeds: then nothing has changed. */
bool dp_multistep_step(struct dp_multistep *ms);

/* Fills state with the point at the fraction s of the last step, 0 < s < 1; returns its loss. */
double dp_multistep_between(struct dp_multistep *ms, double part);

/* What will still happen from the present point within `horizon`, by one implicit step of that length;
 * INFINITY where that step is too long for float64. If it fits its data it is what the kernel says, as
 * far as float64 resolves it: residuals near 0 do not feel the curvature of the outputs. */
struct dp_multistep_rest {
    bool stable;     // no escape direction: no eigenvalue of the Hessian is below -1 / horizon
    double residual; // change of the residuals, relative to their norm
    double motion;   // motion of w and a, relative to how far they have moved
};

struct dp_multistep_rest dp_multistep_rest(struct dp_multistep *ms, double horizon, bool fits);
