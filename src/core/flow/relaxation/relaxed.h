// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/relaxation/points.h"
#include "core/flow/relaxation/residual_path.h"
#include "core/flow/state/flow_state.h"
#include "core/network/archive.h"
#include "core/network/network.h"
#include "kernels/waves.h"

/* One run that is integrated by relaxation (relaxation.h): its neurons, their residuals, the kernel, and
 * whether it has converged. */

struct dp_relaxed {
    const struct dp_wave_kernels *kernels;
    struct dp_wave_points points;
    struct dp_flow_points seen;
    double *start; // [m][D + 1]
    struct dp_wave_neurons now, next;
    struct dp_wave_sizes sizes; // of next
    double *guess;              // [m][D + 1] how far the first round of a step moves the neurons
    signed char *sides;         // [m][stride] where the round before left them
    double *gram;               // [3 stride][stride] K and the part of a in it; then, for K, its eigenvectors
    double *kernel;             // [stride][stride] K
    double *slope;              // [stride][stride] its rate of change over the last step
    double *values;             // [stride]
    double *e, *e_nodes;        // [stride], [J][stride]
    double *pull, *f;           // [J][stride]
    double *off; // [2][n] how far the last two rounds of a step were from the assumed end, by modes
    double *room;
    struct dp_residual_path path;
    double alpha, scale;
    double apart;          // loss that no network can avoid: of samples at one point with different labels
    double length, gone;   // of the next step (0: not known yet) and of the last one
    double loss, rounding; // at present, and the part of it that is rounding error
    int64_t steps;
    int refusals; // in a row
    bool fresh;   // a run has just been placed here
    bool known;   // gram, values and path belong to the present neurons
};

// |w| and |a|, of neurons or of how far they have moved.
struct dp_relaxed_sizes {
    double w, a;
};

/* Lays out the arrays from memory + *bytes on, or counts their size if memory is NULL. */
void dp_relaxed_lay_out(struct dp_relaxed *p, const struct dp_network *net, char *memory, size_t *bytes);

/* Takes over the run in a lane of net. */
void dp_relaxed_begin(struct dp_relaxed *p, const struct dp_network *net, int lane,
                      struct dp_flow_state *state);

double dp_relaxed_square(int count, const double *a);

/* Fills e [n] for the outputs f [n] at the points, which include alpha; returns the loss. */
double dp_relaxed_residuals(const struct dp_relaxed *p, const double *f, double *e);

/* The sizes of start + sign * moved. */
struct dp_relaxed_sizes dp_relaxed_sizes_of(const struct dp_relaxed *p, const double *start, double sign,
                                            const double *moved);

/* The scale of errors in w and a: how far they have moved, or their size if they have grown from much less.
 */
struct dp_relaxed_sizes dp_relaxed_measure(const struct dp_wave_sizes *sizes);

/* Computes K of the present neurons, its eigenvectors, and e in their basis. */
void dp_relaxed_find_modes(struct dp_relaxed *p, struct dp_flow_state *state);

/* The part of K on a sample, the largest of all samples, that belongs to neurons whose side of its line is
 * not the same in both arrays, if they can change the residual noticeably in a step of that time. Samples
 * that hardly any neuron sees count as having a part of the largest eigenvalue. 0 on few samples for their
 * inputs: there, data are fitted before crowds meet many lines. */
double dp_relaxed_crossed(const struct dp_relaxed *p, double time, const signed char *sides,
                          const signed char *others);

/* How far parameters move within a time if K is constant. */
double dp_relaxed_motion(const struct dp_relaxed *p, double time);

/* The largest eigenvalue of K. */
double dp_relaxed_largest(const struct dp_relaxed *p);

void dp_relaxed_archive(struct dp_relaxed *p, const struct dp_network *net, struct dp_archive *to);
