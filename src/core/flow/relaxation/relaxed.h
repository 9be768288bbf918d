// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/relaxation/residual_path.h"
#include "core/flow/state/flow_state.h"
#include "core/network/archive.h"
#include "core/network/network.h"
#include "kernels/waves.h"

/* One run on its way by relaxation (relaxation.h): where its neurons and their residuals stand, the kernel
 * there, and whether it has converged. */

struct dp_relaxed {
    const struct dp_wave_kernels *kernels;
    struct dp_wave_points points;
    double *x, *square, *y; // [D][stride], [stride], [n]
    double *start;          // [m][D + 1]
    struct dp_wave_neurons now, next;
    double *guess;       // [m][D + 1] moved by the first round of a step
    double *gram;        // [3 stride][stride] K and the part of a in it; then, for K, its eigenvectors
    double *kernel;      // [stride][stride] K
    double *slope;       // [stride][stride] its change in a unit of time, over the last step
    double *values;      // [stride]
    double *e, *e_nodes; // [stride], [J][stride]
    double *pull, *f;    // [J][stride]
    double *room;
    struct dp_residual_path path;
    double alpha, scale;
    double length, gone;   // of the next step, 0: none known yet; and of the last one
    double loss, rounding; // as it is, and what of it is no more than that
    int64_t steps;
    int refusals; // in a row
    bool fresh;   // its run has just been placed
    bool known;   // gram, values and path are those of the neurons as they stand
};

// |w| and |a|, of neurons or of how far they have moved.
struct dp_relaxed_sizes {
    double w, a;
};

/* Lays its arrays out from memory[*at] on, or counts what they take if memory is NULL. */
void dp_relaxed_lay_out(struct dp_relaxed *p, const struct dp_network *net, double *memory, int64_t *at);

/* Takes the run over from a lane of net. */
void dp_relaxed_begin(struct dp_relaxed *p, const struct dp_network *net, int lane,
                      struct dp_flow_state *state);

double dp_relaxed_square(int count, const double *a);

/* e [n] of outputs alpha f; returns the loss. */
double dp_relaxed_residuals(const struct dp_relaxed *p, const double *f, double *e);

/* Of start + sign moved. */
struct dp_relaxed_sizes dp_relaxed_sizes_of(const struct dp_relaxed *p, const double *start, double sign,
                                            const double *moved);

/* What errors of w and a are relative to: how far they have moved, or their size where they have grown from
 * little. */
struct dp_relaxed_sizes dp_relaxed_measure(const struct dp_relaxed *p, const struct dp_wave_neurons *neurons);

/* K of the neurons as they stand, its eigenvectors, and e in them. */
void dp_relaxed_find_modes(struct dp_relaxed *p, struct dp_flow_state *state);

/* The largest eigenvalue of K. */
double dp_relaxed_largest(const struct dp_relaxed *p);

/* Whether the run has converged: what of e lies in the null space of K stays, and the rest can neither move
 * the parameters nor lower the loss by more than a trifle. */
bool dp_relaxed_is_flat(struct dp_relaxed *p, const struct dp_flow_state *state);

void dp_relaxed_archive(struct dp_relaxed *p, const struct dp_network *net, struct dp_archive *to);
