// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/smooth/formula.h"
#include "core/flow/smooth/newton.h"

/* Gradient flow of one network with a smooth activation by backward differentiation formulas of orders 1
 * to 5.
 *
 * On users' data the kernel's eigenvalues spread over 4 to 8 decades, and the flow ends in its slowest modes:
 * explicit steps are bound by the fastest, which has long settled. Implicit formulas are not, and the Hessian
 * is cheap to solve with (newton.h). A step predicts, takes Newton's iterations until what is left is small
 * beside the step's error, and is refused when that error, relative to the displacements of w and a so far,
 * is above `tolerance`. Order and length of the next step follow from the errors of the present and the
 * neighbouring orders, as in VODE. */
struct dp_multistep {
    const struct dp_kernels *kernels;
    struct dp_layer layer; // spread; moved is where it was evaluated last
    struct dp_batch batch;
    const double *targets; // [N]
    double alpha, scale;   // of the network
    double tolerance;      // of a step
    struct dp_newton newton;
    double *z[DP_BDF_ORDERS + 1]; // z[0]: where it stands
    double *saved;                // the change of the step before, when an order above is asked for
    double *state, *rate, *change, *gradient, *room;
    double *f, *residual;            // [N] alpha f and dL / d(alpha f) at layer.moved
    double *settled;                 // [N] dL / d(alpha f) at z[0]
    int order, wait;                 // steps until order and length are looked at
    double steps[DP_BDF_ORDERS + 3]; // [0] the next one, [j] the j-th before it
    double saved_history;
    double convergence;                     // of Newton's iterations, a factor
    int known;                              // steps since the Hessian was taken; -1: it is to be taken anew
    struct dp_squares moved;                // |z[0]|^2
    double loss, error, slope;              // at z[0]; of the last step; |grad L|^2 in its last iteration
    int64_t evaluations, outputs, hessians; // gradients, outputs alone, Hessians so far
};

/* Bytes of a vector of parameters. */
size_t dp_multistep_vector(const struct dp_layer *layer);

/* Bytes of its arrays, which lie in memory if that is not NULL: z[0], z[1] and z[2] first. The layer is
 * spread, and float64. */
size_t dp_multistep_lay_out(struct dp_multistep *ms, const struct dp_layer *layer, int64_t samples,
                            char *memory);

/* Begins at z[0], reached by steps[1] and steps[2] from z[1] and z[2], the last points of another method; the
 * next step is steps[0]. */
void dp_multistep_begin(struct dp_multistep *ms);

/* One step: z moves on, steps[1] is its length and loss that of where it stands; f is of there. False when no
 * step, however short, would do: nothing has changed then. */
bool dp_multistep_step(struct dp_multistep *ms);

/* state <- where the last step was at the part s of its length, 0 < s < 1; returns its loss. */
double dp_multistep_between(struct dp_multistep *ms, double part);

/* What is left to happen where it stands within `horizon`, by one implicit step of that length; INFINITY
 * where that is too long for float64. */
struct dp_multistep_rest {
    bool stable; // no direction in which the loss falls away: no eigenvalue of the Hessian below -1 / horizon
    double residual; // how far residuals change, of their norm
    double motion;   // how far w and a move, of how far they have come
};

struct dp_multistep_rest dp_multistep_rest(struct dp_multistep *ms, double horizon);
