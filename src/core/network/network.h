// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/shape.h"
#include "kernels/kernels.h"
#include <stddef.h>

/* Networks in memory: f(x) = (1/alpha) sum_k a_k sigma(w_k . x) in R^o, with x augmented by 1 (without bias
 * by 0).
 *
 * A struct dp_network has `lanes` places for runs of one shape. It has one place, whose neurons fill the
 * kernels' 16 lanes, or, for small widths, 16 places of one lane each. The shape alone decides which, and no
 * place ever affects another, so a run's bits do not depend on the other runs. An empty place holds zeros.
 *
 * Parameters have the layout of the kernels (kernels.h). One aligned allocation holds everything that
 * training needs: acquire allocates it, release frees it, and nothing is allocated in between. */
struct dp_point_set {
    struct dp_batch batch; // in the kernels' precision
    void *x;               // the same, for filling: real [n][d], or [n][d][16] where batch.own
    double *y;             // [n][o][lanes] targets
};

struct dp_network {
    const struct dp_kernels *kernels;
    struct dp_layer layer;
    struct dp_point_set now;   // the points of the present step
    struct dp_point_set *next; // points of the next step: now, or with minibatches the other set
    struct dp_point_set other;
    int lanes;              // places for runs: 1 or 16
    double alpha[DP_LANES]; // of each place
    double scale[DP_LANES]; // c of each place's loss L = c sum_ic e_ic^2
    double *f;              // [n][o][lanes] alpha f(x_i)
    double *residual;       // [n][o][lanes] what the kernels take as r
    double *probe, *image;  // [n][o][lanes] vectors of the curvature's power iteration
    void *memory;
};

/* Whether runs of this width are trained 16 at a time, one a lane. */
bool dp_network_stacks(int64_t width);

/* The layer of a shape in the form of the kernels, without arrays. */
struct dp_layer dp_network_layer(const struct dp_shape *shape);

/* The bytes of a network that dp_network_acquire would make, divided by its lanes. */
double dp_network_memory(const struct dp_shape *shape);

/* Allocates an empty network for runs of a shape. Each run has its own points, or all have the same. */
enum dp_status dp_network_acquire(const struct dp_shape *shape, bool own, const struct dp_kernels *kernels,
                                  struct dp_network *net, struct dp_error *error);

/* Puts a run into a place, with its scales, and with all parameters at zero and unmoved. */
void dp_network_place(struct dp_network *net, int lane, const struct dp_run *run);

/* Fills points for the run in a place with `count` samples, those of `indices` (NULL: the first ones).
 * Remaining room is set to zero. */
void dp_network_fill(const struct dp_network *net, int lane, struct dp_point_set *points,
                     const struct dp_samples *samples, const int64_t *indices, int64_t count);

/* Empties a place. */
void dp_network_clear(struct dp_network *net, int lane);

/* One parameter of the run in a place, now or at the start: component 0..d-1 is a weight of neuron k, d the
 * bias, d + 1.. an amplitude. */
double dp_network_get(const struct dp_network *net, int lane, int64_t k, int component, bool now);

/* Input j of point i of this place. */
double dp_network_input(const struct dp_network *net, int lane, int64_t i, int j);

/* Whether two points of this place are the same but for rounding, as 0.3 and 3 * 0.1 are: within 1e-12 of
 * |(x, 1)|, or of |x| without bias. No step of training ends between such points. */
bool dp_network_same_input(const struct dp_network *net, int lane, int64_t i, int64_t j);

/* Sets a starting parameter (and the present one with it). */
void dp_network_set(struct dp_network *net, int lane, int64_t k, int component, double value);

/* Sets one component of the neurons first .. first + count - 1, which have not moved yet; first is a multiple
 * of 16, count at most 16. */
void dp_network_put(struct dp_network *net, int lane, int64_t first, int64_t count, int component,
                    const double *values);

/* One component of the neurons first .. first + count - 1: its start and the distance that it has moved.
 * Beyond the width it is 0, and nothing is written. */
void dp_network_take(const struct dp_network *net, int lane, int64_t first, int64_t count, int component,
                     double *start, double *moved);
void dp_network_put_moved(struct dp_network *net, int lane, int64_t first, int64_t count, int component,
                          const double *moved);

/* All parameters of the run in a place, as rows [m][d + 1 + o] and (quicker) as columns [d + 1 + o][m]. */
void dp_network_copy(const struct dp_network *net, int lane, bool now, double *rows);
void dp_network_columns(const struct dp_network *net, int lane, bool now, double *columns);

/* Bytes of a block array [blocks][d + 1 + o][16] in the network's precision; and functions that zero or copy
 * its entries of one lane. */
size_t dp_network_block_bytes(const struct dp_network *net);
void dp_network_clear_lane(const struct dp_network *net, int lane, void *blocks);
void dp_network_copy_lane(const struct dp_network *net, int lane, const void *from, void *to); // or copied

/* The sum of the magnitudes in such an array for the run in a place, and the number of its entries that are
 * not zero. */
int64_t dp_network_sum(const struct dp_network *net, int lane, const void *blocks, double *sum);

/* c of the loss c sum_ic e_ic^2 on count samples by the run's reduction: 1 / (n o) for the mean, 1 / (2 n)
 * for the half mean, 1 for the sum, 1/2 for half of it. */
double dp_loss_scale(const struct dp_run *run, int64_t count, int64_t outputs);

/* From net->f: the loss [lanes] of every place and residual_ic = 2 c e_ic / alpha = dL / d(alpha f_ic). */
void dp_network_measure(const struct dp_network *net, double *loss);

/* Loss of the run in a place on other points; NAN when there are none. */
enum dp_status dp_network_loss(const struct dp_network *net, int lane, const struct dp_run *run,
                               const struct dp_samples *samples, double *loss, struct dp_error *error);

/* The run in a place as a separate layer, with its neurons spread over the lanes and with points for it, so
 * that observing one place of 16 does not cost 16 times as much. The caller frees memory. */
struct dp_single {
    struct dp_layer layer;
    struct dp_batch batch;
    void *memory;
};

/* With room for the kernels to work on all samples at once. */
enum dp_status dp_network_single(const struct dp_network *net, int lane, const struct dp_samples *samples,
                                 struct dp_single *single, struct dp_error *error);

void dp_network_release(struct dp_network *net);
