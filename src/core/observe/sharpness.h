// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/network.h"

/* The sharpness of a run in a place on its samples: the largest eigenvalue of the neural tangent kernel,
 * scaled as in the loss L = c sum_ic e_ic^2. It is that of 2 c J J^T, [n o][n o], where J is the Jacobian of
 * f. The Hessian of the loss differs from it by the curvature of the residual, so the two agree where the
 * loss is small. Descent with a rate above 2 / sharpness leaves a minimum.
 *
 * The method is Lanczos iteration in the space of the outputs, with one pass over the neurons per step, until
 * the largest Ritz value has converged to about 1e-6. It takes at most n o steps, and about ten on many
 * samples. Vectors are not reorthogonalised; this makes copies of converged values, but no other values. Wide
 * relu networks on few samples of one input take one pass (sectors.h). */

/* samples: all that the run trains on. Memory is allocated only during the call. */
enum dp_status dp_sharpness(const struct dp_network *net, int lane, const struct dp_run *run,
                            const struct dp_samples *samples, double *sharpness, struct dp_error *error);
