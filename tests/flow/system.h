// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/run.h"

/* The gradient flow of one run as a plain system of ordinary differential equations, for integrators that
 * know nothing of networks: d delta / dt = -grad L(theta(0) + delta) for delta [width][d + 2], the
 * displacements of (w, b, a). One output, float64, the C library's functions, and loops that read like the
 * equations: nothing here is the code under test.
 *
 * A relu neuron passes the lines w x_i + b = 0, where the slope jumps, or is held on one by slopes that point
 * at it from both sides. An integrator that is given the slope alone finds that out by its error. */

struct system {
    enum dp_activation activation;
    int64_t width;
    int n, d, rows; // samples, inputs, d + 2
    double alpha;
    struct dp_samples data;
    double *start; // [width][rows]
    double *f, *r; // [n] outputs, and dL / d(alpha f)
    int64_t evaluations;
};

/* Of a run whose start is [width][rows], on the samples of its own target or, where it reads a file, on
 * these; the caller releases it. */
struct system system_make(const struct dp_run *run, const struct dp_samples *file, const double *start);
void system_free(struct system *s);

/* slope [width][rows] = d delta / dt. Returns the loss. */
double system_slope(struct system *s, const double *delta, double *slope);

/* The largest eigenvalue of the Gauss-Newton part of the Hessian, plus a bound on the rest: what stable steps
 * follow. Costs an evaluation, and is counted as one. */
double system_curvature(struct system *s, const double *delta);
