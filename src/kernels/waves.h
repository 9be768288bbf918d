// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdint.h>

/* The loops of gradient flow by waveform relaxation (core/flow/relaxation/relaxation.h): relu neurons are
 * moved exactly under given pulls, and the kernel of the network is formed with its eigenvectors. All in
 * double.
 *
 * A neuron (w, a) with w in R^D, D = d + 1 with a bias, sees n samples x_i. On each sample it is active
 * (w.x_i > 0), inactive, or it stays on the sample's line w.x_i = 0, pushed there from both sides. `side` is
 * 1, -1 or 0 for these cases; side 0 has no output. While the pulls rho_i are constant, so is G = sum over
 * the active samples of rho_i x_i, and w' = -a G,  a' = -G.w has a solution in hyperbolic functions of |G| t.
 * The neuron moves along G alone until it reaches the line of a sample or a changes sign. Neurons do not
 * affect each other within a step, so a step is one pass over them, interval by interval.
 *
 * Neurons go in blocks of eight, one in each strand of the compiler's vectors, and sums over them have a
 * fixed tree. These are plain IEEE operations in one order, with the same bits on every instruction set.
 * Arrays over samples have `stride` elements, a multiple of 8. Elements beyond n are zero, except sides,
 * which are -1. Nothing is allocated; the caller lends all memory. */

enum { DP_WAVE_STRANDS = 8, DP_WAVE_INTERVALS = 8 };

struct dp_wave_points {
    int n, stride, inputs; // D
    const double *x;       // [D][stride], 64-byte aligned
    const double *square;  // [stride] |x_i|^2
};

/* Neurons in blocks of eight: `moved` is their distance from `start`. The last block is filled up with
 * neurons of zeros, which are dead. */
struct dp_wave_neurons {
    int64_t width;
    const double *start; // [blocks][D + 1][DP_WAVE_STRANDS] w_1..w_D, a; 64-byte aligned
    double *moved;       // the same
    signed char *side;   // [blocks][stride][DP_WAVE_STRANDS]
};

static inline int64_t dp_wave_blocks(int64_t width)
{
    return (width + DP_WAVE_STRANDS - 1) / DP_WAVE_STRANDS;
}

// The index of element j of neuron k in arrays with this number of rows a block.
static inline int64_t dp_wave_at(int rows, int64_t k, int j)
{
    return (k / DP_WAVE_STRANDS * rows + j) * DP_WAVE_STRANDS + k % DP_WAVE_STRANDS;
}

/* Doubles that the loops below need to work in, 64-byte aligned. */
static inline int64_t dp_wave_room(const struct dp_wave_points *points)
{
    const int64_t d = points->inputs, n = points->stride;
    const int64_t strands = 5 * d + 2 + (5 + DP_WAVE_INTERVALS) * n, own = 13 * n + d * (d + 3) + 8;
    return DP_WAVE_STRANDS * strands + own + DP_WAVE_INTERVALS * d * n + (3 * DP_WAVE_STRANDS + 1 + n) * n +
           d * d;
}

// Sums of squares over neurons: of the parameters, and of how far they have moved.
struct dp_wave_sizes {
    double theta_w, theta_a, moved_w, moved_a;
};

struct dp_wave_kernels {
    const char *isa;

    /* Sets the sides of neurons at their start, and f [stride] = sum_k a_k relu(w_k . x_i). */
    void (*start)(const struct dp_wave_points *points, const struct dp_wave_neurons *neurons, double *f,
                  double *room);

    /* Moves all neurons from `from` to `to` through `intervals` consecutive intervals, at most
     * DP_WAVE_INTERVALS. pull [intervals][stride] is the integral of rho_i over each interval, f
     * [intervals][stride] the outputs at its end; sizes: of `to`. Returns the number of lines met and other
     * events. */
    int64_t (*move)(const struct dp_wave_points *points, const struct dp_wave_neurons *from,
                    const struct dp_wave_neurons *to, int intervals, const double *pull, double *f,
                    struct dp_wave_sizes *sizes, double *room);

    /* gram [3][stride][stride]: K, the part of a in it, sum_k z_ki z_kj, and room. K = sum_k z_ki z_kj +
     * a_k^2 (P_k x_i).(P_k x_j) over the samples where k is active on both. P_k removes the x of the lines
     * that neuron k is on, because it can only move along these lines. Returns how many passes over the
     * neurons this is worth: one in the plane, of one input and a bias (waves/plane.h). */
    int (*gram)(const struct dp_wave_points *points, const struct dp_wave_neurons *neurons, double *gram,
                double *room);

    /* The largest |G| of a neuron that grows under rho [stride]. */
    double (*growth)(const struct dp_wave_points *points, const struct dp_wave_neurons *neurons,
                     const double *rho, double *room);

    /* Eigenvalues of the symmetric matrix [n][stride] and, as its rows, its eigenvectors. room [2 n + 2
     * stride]. */
    void (*eigen)(int n, int stride, double *matrix, double *values, double *room);
};

/* The table for an instruction set of dp_isa_select; never NULL for those. */
const struct dp_wave_kernels *dp_wave_kernels_select(const char *isa);
