// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network.h"

/* How many directions the neurons have condensed onto: a first, plain definition.
 *
 * A neuron's direction is w / |w|, bias included, and its weight is the amplitude |a| |w|. A cluster starts at the
 * strongest neuron not yet taken, moves its centre to the mean of the untaken neurons within 5 degrees (for lines:
 * of it or its opposite) a few times, and takes them. It counts when it holds at least a tenth of the whole amplitude; neurons spread evenly over
 * a circle hold 2.8 % in any such cluster (5.6 % a line) and count as none. */

struct dp_directions {
    int64_t directions; // clusters of signed directions
    int64_t lines;      // clusters with opposite directions joined
};

/* Counts at the present parameters; both 0 for a network without amplitude or with values that are not finite. */
enum dp_status dp_directions_count(const struct dp_network *net, struct dp_directions *result,
                                   struct dp_error *error);
