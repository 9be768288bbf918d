// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/directions.h"

/* Numbers of directions without a threshold on peaks.
 *
 * Each neuron has a share p_k. Two neurons drawn by p point the same way (within 18.2 degrees) with
 * probability P = sum_kl p_k p_l [cos(w_k, w_l) > .95]; for lines, |cos| counts. 1 / P is the effective
 * number of directions (or lines): n for n equal tight bundles, and for a cloud the number of such caps that
 * fill it. p is each neuron's part of the amplitude |a| |w|, or the same for all (uniform).
 *
 * In the plane (one input and a bias) the number is exact, by sorted angles. With more inputs it is exact for
 * up to 2048 neurons. Of more neurons, 2048 are drawn evenly along the sum of p, which leaves an error of a
 * few percent. Neurons with w = 0 have no direction and are ignored. */

struct dp_effective {
    double directions, lines;                 // by amplitude; NAN without amplitude
    double directions_uniform, lines_uniform; // NAN when all w are 0
};

/* DP_NO_MEMORY. */
enum dp_status dp_effective_count(const struct dp_neurons *neurons, struct dp_effective *effective,
                                  struct dp_error *error);
