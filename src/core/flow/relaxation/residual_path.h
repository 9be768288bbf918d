// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>

/* The way of the residuals e(t) over a step, in the modes of the kernel K at its beginning.
 *
 * de/dt = -K e + dN/dt, where N is all that K's change adds: what it will be if K goes on to change as it
 * did in the last step, then what neurons moved under the last way have really made of e. N goes through its
 * values at some nodes, as a parabola up to the first and in straight lines beyond. Each mode, an eigenvector
 * of K with its value lambda, then goes by exponentials, phi1(x) = (1 - e^-x) / x,  phi2 = (1 - phi1) / x,
 * phi3 = (1/2 - phi2) / x,  x = lambda (t_{j+1} - t_j), exactly and however stiff it is. */

enum { DP_PATH_INTERVALS = 2 };

/* e^-x and the functions above. */
struct dp_path_decay {
    double left, phi1, phi2, phi3;
};

struct dp_path_decay dp_path_decay(double x);

struct dp_residual_path {
    int n, stride;
    const double *vectors; // [n][stride] eigenvectors of K as rows
    const double *values;  // [n] none negative
    double *first, *last;  // [n] the modes at the beginning and at the end
    double *change;        // [DP_PATH_INTERVALS + 1][n] N at the nodes
    double *passed;        // [DP_PATH_INTERVALS][n] integrals of the modes over the intervals
    double node[DP_PATH_INTERVALS + 1];
};

/* The modes of e [n]. */
void dp_path_modes(const struct dp_residual_path *path, const double *e, double *modes);

/* From the basis of the modes: e [stride]. */
void dp_path_residuals(const struct dp_residual_path *path, const double *modes, double *e);

/* Sets the nodes of a step: closer together at its beginning. */
void dp_path_nodes(struct dp_residual_path *path, double time);

/* Fills passed and last; without N when `frozen`. */
void dp_path_follow(struct dp_residual_path *path, bool frozen);

/* N from the residuals e [DP_PATH_INTERVALS][stride] that neurons have after each interval, and e0 [n]
 * before. */
void dp_path_learn(struct dp_residual_path *path, const double *e0, const double *e, double *room);

/* N at the nodes for a K that changes by `slope` [n][stride] in a unit of time: dN/dt = -t slope e, with e of
 * a frozen K. room [2 stride]. */
void dp_path_foretell(struct dp_residual_path *path, const double *slope, double *room);

/* With K frozen: sum of e^2 after a time, and of lambda I^2 with the integrals I of the modes until then. */
double dp_path_square(const struct dp_residual_path *path, double time);
double dp_path_motion(const struct dp_residual_path *path, double time);

/* The first time when the sum of e^2 is down to `square`, or `time`. */
double dp_path_landing(const struct dp_residual_path *path, double square, double time);
