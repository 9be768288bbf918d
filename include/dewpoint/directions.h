// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stdint.h>

/* How many directions the neurons have condensed onto: a definition that two people get the same number from.
 *
 * A neuron's direction is u = w / |w| on the sphere S^d, bias included; its amplitude is A = |a| |w|, |a|
 * being the norm over the outputs. Neurons with less than `amplitude_cut` of the largest amplitude are left
 * out. Let g(u) be the share of the amplitude within half the resolution R of u. A direction is a peak of g
 * that stands out:
 *
 *   g(peak) - level >= max(share, 3 sqrt(level / N)),   N = (sum A)^2 / sum A^2,
 *
 * where `level` is the height of the pass to a higher peak (the highest g at which one can walk there), or
 * that of an even spread of the rest, which is what lies outside the caps of the counted peaks, if that is
 * higher. So two tight bundles count as two exactly when they stand farther apart than R; a broad bundle
 * counts as one, however broad; a dent that N neurons show by chance does not split it, and a crowd that a
 * random network shows by chance is none. The highest peak stands above the lowest g of the circle; with more
 * inputs, above 0. Lines are the same with opposite directions identified.
 *
 * A counted direction holds the neurons that have it as their nearest and lie within R / 2 of it; its vector
 * is their mean direction, its share their part of the amplitude, and its width the root of 2 (1 - |mean u|),
 * the standard deviation of their angle. What no direction holds is the rest.
 *
 * Order, rotation and scale of the neurons change the sums by rounding alone. With one input neurons go by
 * sectors of half a degree, to which R is rounded; with more, peaks are sought from neurons drawn evenly
 * along the order of amplitude, and passes along great circles in steps of R / 16. There beyond 2048 neurons
 * peaks are judged on 2048 drawn so, within .01 of the true share; what a direction holds is taken from all.
 * It costs about a training step with one input, some milliseconds with more. */

/* The neurons of a network, by columns [inputs + 1 + outputs][count]: weights, bias, amplitudes. Not owned.
 */
struct dp_neurons {
    const double *columns;
    int64_t count;
    int inputs, outputs;
};

struct dp_direction_options {
    double resolution;    // R in degrees, 1 to 90
    double amplitude_cut; // 0 to 1, of the largest amplitude; 0 leaves nothing out
    double share;         // .01 to 1
};

enum { DP_DIRECTIONS_KEPT = 32 }; // room that is enough wherever shares are not below 1/32

struct dp_direction {
    double share;    // of the amplitude of all neurons that are not left out
    double width;    // rad
    double height;   // g at the peak
    double standing; // g at the peak above its level
};

/* Directions or lines. The caller owns kept and unit and sets capacity; 0 with NULL asks for the count alone,
 * which is quicker. */
struct dp_direction_set {
    int64_t count;             // of all that count, also of those beyond the capacity
    int64_t capacity;          // of the two arrays
    struct dp_direction *kept; // [min(count, capacity)], the largest share first
    double *unit;     // [capacity][inputs + 1], unit vectors; a line's is the one that has more amplitude
    double effective; // (sum A)^2 / sum A^2 of the amplitudes of the neurons that are not left out
    double rest;      // share of the amplitude that none of the counted holds; NAN for capacity 0
};

/* Counts directions and lines; either may be NULL. Neurons without amplitude, or with values that are not
 * finite, have none and leave rest NAN. DP_NO_MEMORY. */
enum dp_status dp_directions_count(const struct dp_neurons *neurons,
                                   const struct dp_direction_options *options,
                                   struct dp_direction_set *directions, struct dp_direction_set *lines,
                                   struct dp_error *error);

/* Whether a count is a fact or a choice: the counts over a grid of options, [resolutions][cuts][shares] each.
 * Either array of counts may be NULL. */
struct dp_direction_grid {
    const double *resolution, *cut, *share;
    int resolutions, cuts, shares;
    int64_t *directions, *lines;
};

enum dp_status dp_directions_grid(const struct dp_neurons *neurons, const struct dp_direction_grid *grid,
                                  struct dp_error *error);
