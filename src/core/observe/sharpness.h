// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/network.h"

/* The sharpness of a run in a place on its samples: the largest eigenvalue of the neural tangent kernel as
 * the loss L = c sum_ic e_ic^2 scales it, 2 c J J^T, [n o][n o] for J the Jacobian of f. It is that of the
 * loss's Hessian but for the residual's own curvature, so the one of the Hessian where the loss is small;
 * descent by a rate above 2 / sharpness leaves a minimum.
 *
 * Lanczos's iteration in the space of the outputs, a pass over the neurons a step, until the largest Ritz
 * value stands to about 1e-6: at most n o steps, some ten where there are many samples. Vectors are not
 * orthogonalised again, which makes copies of converged values and no others. Wide relu networks on few
 * samples of one input take one pass (sectors.h). */

/* samples: all that the run trains on. Allocates for as long as it takes. */
enum dp_status dp_sharpness(const struct dp_network *net, int lane, const struct dp_run *run,
                            const struct dp_samples *samples, double *sharpness, struct dp_error *error);
