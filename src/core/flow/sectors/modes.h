// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/kernels.h"

/* The linear equation de/dt = -G e in a few dimensions, solved exactly however stiff it is: by the
 * eigenvectors of the symmetric G, with elementary functions whose bits are the same everywhere. */

enum { DP_MODES = DP_SECTOR_SAMPLES };

struct dp_modes {
    int n;
    double values[DP_MODES];            // eigenvalues of G, none negative
    double vectors[DP_MODES][DP_MODES]; // its eigenvectors, as columns
    double e[DP_MODES];                 // e(0) in their basis
};

/* Finds the modes of the positive semidefinite g [n][n], which is overwritten, and of e(0). */
void dp_modes_find(struct dp_modes *modes, int n, double g[DP_MODES][DP_MODES], const double *e);

/* Computes e(time), unless e is NULL, and the integral of e up to that time. */
void dp_modes_relax(const struct dp_modes *modes, double time, double *e, double *integral);

/* swirl_ik, k < i: the integral over 0 < t2 < t1 < time of e_i(t1) e_k(t2) - e_k(t1) e_i(t2). */
void dp_modes_swirl(const struct dp_modes *modes, double time, double swirl[DP_MODES][DP_MODES]);

/* The integral of an error in e that has grown to `miss` by the end of this time, and decays with the modes.
 */
double dp_modes_lost(const struct dp_modes *modes, const double *miss, double time);

/* The first time at which |e|^2 has decreased to `square`, at most `time`. */
double dp_modes_landing(const struct dp_modes *modes, double square, double time);
