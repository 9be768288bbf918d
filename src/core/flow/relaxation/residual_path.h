// SPDX-License-Identifier: BSD-3-Clause
#pragma once
/* The path of the residuals e(t) over a step, in the eigenvectors of the kernel K at its beginning.
 *
 * de/dt = -K e + dN/dt, where N is the effect of K's change: first extrapolated from how K changed in the
 * last step, then what the neurons, moved along the previous path, made of e. N is given at some nodes, and
 * interpolated by a parabola up to the first node and linearly beyond. Each mode, an eigenvector of K with
 * eigenvalue lambda, is then integrated exactly, however stiff it is, by exponentials and phi1(x) = (1 -
 * e^-x) / x, phi2 = (1 - phi1) / x, phi3 = (1/2 - phi2) / x, with x = lambda (t_{j+1} - t_j). */

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

/* e [stride] from its modes. */
void dp_path_residuals(const struct dp_residual_path *path, const double *modes, double *e);

/* Sets the nodes of a step: closer together at its beginning. */
void dp_path_nodes(struct dp_residual_path *path, double time);

/* Fills passed and last. */
void dp_path_follow(struct dp_residual_path *path);

/* Computes N from the residuals: e [DP_PATH_INTERVALS][stride] of the moved neurons after each interval, and
 * e0 [n] before the step. A part `weight` of it takes the place of the same part of the N before. room
 * [2 n]. */
void dp_path_learn(struct dp_residual_path *path, const double *e0, const double *e, double weight,
                   double *room);

/* Computes N at the nodes for a K that changes at the rate slope [n][stride]: dN/dt = -t slope e, with e of a
 * constant K. room [2 stride]. */
void dp_path_foretell(struct dp_residual_path *path, const double *slope, double *room);

/* With constant K: the sum of e^2 after a time, and the sum of lambda I^2 over the modes, where I is the
 * integral of a mode until then. */
double dp_path_square(const struct dp_residual_path *path, double time);
double dp_path_motion(const struct dp_residual_path *path, double time);

/* The first time at which the sum of e^2 has decreased to `square`, at most `time`. */
double dp_path_landing(const struct dp_residual_path *path, double square, double time);
