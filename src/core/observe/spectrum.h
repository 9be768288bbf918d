// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/network.h"

/* The largest singular values of the Jacobian J of f on the training samples, [n o][parameters]: the roots of
 * the largest eigenvalues of the kernel J J^T.
 *
 * The method is block Krylov iteration in the space of the outputs. A block of k + 2 vectors is multiplied by
 * J J^T. The new part of the result joins an orthonormal basis (orthogonalised twice). The eigenvalues of the
 * kernel on this basis are the approximations (Rayleigh-Ritz). Equal eigenvalues, such as those of several
 * outputs that do not interact, are therefore all found. The iteration ends when the k largest have converged
 * to 1e-8, or when the basis is the whole space or has 160 vectors. A vector costs a pass over the neurons.
 * Singular values beyond the dimension of the space, k > n o, are 0. */

/* samples: all that the run trains on. values [run->spectrum], descending. DP_NO_MEMORY. */
enum dp_status dp_spectrum(const struct dp_network *net, int lane, const struct dp_run *run,
                           const struct dp_samples *samples, double *values, struct dp_error *error);
