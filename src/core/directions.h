// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stdint.h>

/* How many directions the neurons have condensed onto: a first, plain definition.
 *
 * A neuron's direction is w / |w|, bias included, and its weight is the amplitude |a| |w|. A cluster starts at the
 * strongest neuron not yet taken, moves its centre to the mean of the untaken neurons within 5 degrees (for lines:
 * of it or its opposite) a few times, and takes them. It counts when it holds at least a tenth of the whole
 * amplitude; neurons spread evenly over a circle hold 2.8 % in any such cluster (5.6 % a line) and count as none.
 *
 * With one input directions lie on a circle, and the neurons in one of 512 sectors of it (.45 to .9 degrees) go
 * together from the start, which makes the count cheaper than a training step. */

struct dp_directions {
    int64_t directions; // clusters of signed directions
    int64_t lines;      // clusters with opposite directions joined
};

/* Counts for neurons given by columns, [inputs + 2][count]: weights, bias, amplitude. Both counts are 0 for a
 * network without amplitude or with values that are not finite. */
enum dp_status dp_directions_count(const double *columns, int64_t count, int inputs,
                                   struct dp_directions *result, struct dp_error *error);
