// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/kernels.h"

/* The loops of gradient flow by waveform relaxation for smooth activations
 * (core/flow/smooth/waveform.h): neurons moved under pulls that are given, and the kernel of the network.
 * Spread layers with one output, in float64.
 *
 * Under pulls rho_i that stand still, w' = -a G(w) and a' = -A(w), with A = sum_i rho_i sigma(z_i) and G =
 * sum_i rho_i sigma'(z_i) x_i, its gradient. With G frozen and A taken along it, both go by hyperbolic
 * functions of |G| t: exactly where neurons are small and tanh is straight, be it over many times of growth.
 * G and A are those of the way's middle, which makes the error of second order in how far they turn.
 *
 * Sums over neurons are running sums of each lane and a fixed tree over the lanes. */

enum { DP_WAVEFORM_INTERVALS = 2, DP_WAVEFORM_SAMPLES = 48, DP_WAVEFORM_INPUTS = 16 };

/* Sums of squares, of weights and biases and of amplitudes, and the largest (|G| t)^2 of an interval. */
struct dp_waveform_sums {
    double moved_w, moved_a; // of where neurons have moved
    double theta_w, theta_a; // of where they are
    double off_w, off_a;     // of how far that is from what stood in `to`
    double bent_w, bent_a;   // of how far that is from where the force of an interval's beginning would lead
    double growth;
};

/* Doubles that the loops work in, 64-byte aligned. */
static inline int64_t dp_waveform_room(int64_t n)
{
    return (n * (n + 1) + 2 * 4 * n + DP_WAVEFORM_INTERVALS * n) * DP_LANES;
}

struct dp_waveform_kernels {
    const char *isa;

    /* Moves all neurons from layer.moved, through `intervals` one after another, and puts the result into
     * `to`, blocks like layer.moved. pull [intervals][n] is the integral of rho_i over each, f [intervals][n]
     * the outputs at its end. */
    void (*move)(const struct dp_layer *layer, const struct dp_batch *batch, int intervals,
                 const double *pull, double *to, double *f, double *room, struct dp_waveform_sums *sums);

    /* gram [n][stride] = sum_k sigma_ki sigma_kj + a_k^2 sigma'_ki sigma'_kj x_i.x_j at layer.moved. */
    void (*gram)(const struct dp_layer *layer, const struct dp_batch *batch, int64_t stride, double *gram,
                 double *room);
};

/* The table for an instruction set of dp_isa_select; never NULL for those. */
const struct dp_waveform_kernels *dp_waveform_select(const char *isa);
