// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/run.h"

/* Modes of a two-layer linear network in closed form.
 *
 * The best linear map of the training samples, M = U diag(s) V^T, has modes (u_c, v_c, s_c). A mode z = u_c^T
 * (network's product) v_c has two layers of lengths a and b, with z = a b. If it does not interact with other
 * modes, it moves in flow time by a' = rate (s - z) b and b' = rate (s - z) a, for a and b scaled by
 * alpha^-1/2. Then c = |a^2 - b^2| is conserved, and z' = rate (s - z) sqrt(c^2 + 4 z^2) has a closed form
 * (Saxe et al. 2014; Braun et al. 2022). Modes do not interact if V^T X^T X V is diagonal, the start lies
 * along the modes (draw diagonal) and both layers have one rate. */

struct dp_mode {
    double a, b, strength, rate;
};

/* Neurons of a network in the caller's layout: component j of neuron k is
 *
 *   values[k * neuron_step + j * component_step],   components w_1..w_d, bias, a_1..a_o. */
struct dp_mode_neurons {
    const double *values;
    int64_t neuron_step, component_step;
};

/* Mode c of the run at the start. u [o] and v [d] are unit vectors whose components are `outputs` and
 * `inputs` apart. */
struct dp_mode dp_mode_measure(const struct dp_run *run, const struct dp_samples *train,
                               const struct dp_mode_neurons *neurons, const double *u, const double *v,
                               double strength);

/* z at a flow time of a mode that does not interact; NAN for a balanced mode with negative z, which cannot
 * cross 0. */
double dp_mode_value(const struct dp_mode *mode, double time);
