// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/prediction/extrema/extrema.h"
#include "dewpoint/core/directions.h"

/* The share of the amplitude that starts in the basin of each predicted direction.
 *
 * A neuron that starts with |a| far below |w| gives a the sign of F before it turns, and climbs |F| from then
 * on (extrema.h). Its start alone therefore decides where it goes: on the circle to the first growing
 * extremum uphill of |F|, for p = 1 to the side of the line on which it starts. With more inputs |F| is
 * climbed in steps of a few degrees until an extremum is near. Neurons that start with a larger a of the
 * other sign first turn the other way, and some of them cross to another basin. */

/* start: the neurons before training; with more inputs and p > 1, about a thousand of them are followed.
 * share: [2 lines], or [lines] if one_sided: line k has its own direction at 2 k and the opposite at 2 k + 1.
 * Amplitude that reaches none of them is missing from the sum. DP_NO_MEMORY on failure. */
enum dp_status dp_basin_shares(const struct dp_samples *samples, const struct dp_extrema_options *options,
                               const struct dp_extrema *extrema, const struct dp_neurons *start,
                               double *share, struct dp_error *error);
