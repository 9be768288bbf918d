// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/run.h"
#include "kernels/kernels.h"
#include <stddef.h>

/* Networks in memory: f(x) = (1/alpha) sum_k a_k sigma(w_k . x), x augmented by 1.
 *
 * A struct dp_network has `lanes` places for runs of one shape: one place, whose neurons fill the kernels' 16 lanes,
 * or, for small widths, 16 places of one lane each. Which of the two is decided by the shape alone, and no place
 * ever sees another, so a run's bits do not depend on its company; an empty place holds zeros.
 *
 * The parameters lie as the kernels want them (kernels.h). One aligned allocation holds everything that training
 * needs, so acquire and release come in a pair and nothing is allocated in between. */
struct dp_network {
    const struct dp_kernels *kernels;
    struct dp_layer layer;
    struct dp_batch batch;  // the training points in the kernels' precision
    void *x;                // the same points, for placing runs: real [n][d], or [n][d][16] where batch.own
    int lanes;              // places for runs: 1 or 16
    double alpha[DP_LANES]; // of each place
    double *y;              // [n][lanes] targets
    double *f;              // [n][lanes] alpha f(x_i)
    double *residual;       // [n][lanes] what the kernels take as r
    double *probe, *image;  // [n][lanes] vectors of the curvature's power iteration
    void *memory;
};

/* Whether runs of this width are trained 16 at a time, one a lane. */
bool dp_network_stacks(int64_t width);

/* Allocates an empty network for runs with run's activation, width and precision on n points with d inputs; own: the
 * runs in its places have each its own points, else all have the same. */
enum dp_status dp_network_acquire(const struct dp_run *run, int64_t n, int64_t d, bool own,
                                  const struct dp_kernels *kernels, struct dp_network *net,
                                  struct dp_error *error);

/* Puts a run into a place: its points and its initial parameters, a ~ N(0, beta1^2) and w ~ N(0, beta2^2) (bias
 * included) by seed and neuron. With antisymmetric, neuron 2j + 1 is neuron 2j with a -> -a, and the initial output
 * is exactly zero, because partners are summed side by side. */
void dp_network_place(struct dp_network *net, int lane, const struct dp_run *run,
                      const struct dp_samples *train);

/* Empties a place. */
void dp_network_clear(struct dp_network *net, int lane);

/* One parameter of the run in a place: component 0..d-1 the weights, d the bias, d + 1 the amplitude of neuron k; now
 * or at the start. */
double dp_network_get(const struct dp_network *net, int lane, int64_t k, int component, bool now);

/* Sets a starting parameter (and the present one with it). */
void dp_network_set(struct dp_network *net, int lane, int64_t k, int component, double value);

/* All parameters of the run in a place, as rows [m][d + 2] and (quicker) as columns [d + 2][m]. */
void dp_network_copy(const struct dp_network *net, int lane, bool now, double *rows);
void dp_network_columns(const struct dp_network *net, int lane, bool now, double *columns);

/* Bytes of a block array [blocks][d + 2][16] in the network's precision, and its entries of one lane set to zero. */
size_t dp_network_block_bytes(const struct dp_network *net);
void dp_network_clear_lane(const struct dp_network *net, int lane, void *blocks);

/* Loss of the run in a place on other points; NAN when there are none. */
enum dp_status dp_network_test(const struct dp_network *net, int lane, const struct dp_samples *test,
                               double *loss, struct dp_error *error);

void dp_network_release(struct dp_network *net);
