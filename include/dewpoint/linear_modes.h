// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/run.h"

/* Modes of a two-layer linear network in closed form.
 *
 * The best linear map of the training samples, M = U diag(s) V^T, has modes (u_c, v_c, s_c). A mode
 * z = u_c^T (network's product) v_c has two layers of lengths a and b, z = a b, and alone it moves in flow
 * time by a' = rate (s - z) b and b' = rate (s - z) a, for a and b scaled by alpha^-1/2. So a^2 - b^2 is
 * conserved, c = |a^2 - b^2|, and z' = rate (s - z) sqrt(c^2 + 4 z^2) has a closed form (Saxe et al. 2014;
 * Braun et al. 2022). Modes are alone when V^T X^T X V is diagonal, the start lies along them (draw diagonal)
 * and both layers have one rate. */

struct dp_mode {
    double a, b, strength, rate;
};

/* Neurons of a network as the caller has them: component j of neuron k at values[k neuron_step + j
 * component_step], w_1..w_d, bias, a_1..a_o. */
struct dp_mode_neurons {
    const double *values;
    int64_t neuron_step, component_step;
};

/* Mode c of the run at the start, u [o] and v [d] being unit vectors whose components lie `outputs` and
 * `inputs` apart. */
struct dp_mode dp_mode_measure(const struct dp_run *run, const struct dp_samples *train,
                               const struct dp_mode_neurons *neurons, const double *u, const double *v,
                               double strength);

/* z of a mode alone at a flow time; NAN for a balanced mode of negative z, which leaves it only through 0. */
double dp_mode_value(const struct dp_mode *mode, double time);
