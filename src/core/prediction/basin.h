// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/prediction/extrema.h"
#include "dewpoint/directions.h"

/* How much of the amplitude starts in the basin of each predicted direction.
 *
 * A neuron that starts with |a| far below |w| takes the sign of F for a before it turns, and climbs |F| from
 * then on (extrema.h). So its start alone says where it goes: on the circle to the first growing extremum
 * uphill of |F|, for p = 1 to the side of the line on which it stands. With more inputs |F| is climbed in
 * steps of a few degrees until an extremum is near. Neurons that start with a larger a of the other sign turn
 * the other way first, and some of them cross to another basin. */

/* start: the neurons before training, of which about a thousand are followed with more inputs and p > 1.
 * share: [2 lines], or [lines] if one_sided: of line k its own direction at 2 k and the opposite at 2 k + 1;
 * what comes to none of them is missing from the sum. DP_NO_MEMORY. */
enum dp_status dp_basin_shares(const struct dp_samples *samples, const struct dp_extrema_options *options,
                               const struct dp_extrema *extrema, const struct dp_neurons *start,
                               double *share, struct dp_error *error);
