// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/run.h"
#include "kernels/kernels.h"
#include <stddef.h>

/* A network in memory: f(x) = (1/alpha) sum_k a_k sigma(w_k . x), x augmented by 1.
 *
 * The parameters lie as the kernels want them (kernels.h): blocks of 16 neurons, start and moved apart, float or
 * double. One aligned allocation holds everything that training one network on one data set needs, so acquire
 * and release come in a pair and nothing is allocated in between. */
struct dp_network {
    const struct dp_kernels *kernels;
    struct dp_layer layer;
    struct dp_batch batch; // the training points, augmented, in the kernels' precision
    double alpha;
    double *f, *residual;  // [n]: alpha f(x_i), and scaled residuals for the kernels
    double *probe, *image; // [n]: vectors of the curvature's power iteration
    const double *y;       // [n]: the caller's targets
    void *memory;
};

/* Allocates a network of run's width for the points of train (which must outlive it), all parameters zero. */
enum dp_status dp_network_acquire(const struct dp_run *run, const struct dp_samples *train,
                                  const struct dp_kernels *kernels, struct dp_network *net,
                                  struct dp_error *error);

/* Draws a ~ N(0, beta1^2), w ~ N(0, beta2^2) (bias included), by seed and neuron. With antisymmetric, neuron
 * 2j + 1 is neuron 2j with a -> -a, so the initial output is exactly zero: partners share a lane pair. */
void dp_network_init(struct dp_network *net, const struct dp_run *run, const struct dp_scales *scales);

/* One parameter: component 0..d-1 the weights, d the bias, d + 1 the amplitude of neuron k; now or at the start. */
double dp_network_get(const struct dp_network *net, int64_t k, int component, bool now);

/* Sets a starting parameter (and the present one with it). */
void dp_network_set(struct dp_network *net, int64_t k, int component, double value);

/* Bytes of a block array [blocks][d + 2][16] in the network's precision. */
size_t dp_network_block_bytes(const struct dp_network *net);

/* Mean square error over points of which f holds alpha times the output. */
double dp_mean_square(const double *f, const double *y, int64_t count, double alpha);

/* Loss on other points, in stretches, without disturbing the training state; NAN when there are none. */
enum dp_status dp_network_test(const struct dp_network *net, const struct dp_samples *test, double *loss,
                               struct dp_error *error);

void dp_network_release(struct dp_network *net);
