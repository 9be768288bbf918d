// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdint.h>

/* Counts the directions onto which the neurons have condensed, by a definition that leaves no choice to the
 * reader.
 *
 * A neuron has the direction u = w / |w| on the sphere S^d, bias included, and the amplitude A = |a| |w|,
 * where |a| is the norm over the outputs. Neurons with less than `amplitude_cut` of the largest amplitude are
 * ignored. Let g(u) be the share of the amplitude within half the resolution R of u. A direction is a peak of
 * g that stands out:
 *
 *   g(peak) - level >= max(share, 3 sqrt(level / N)),   N = (sum A)^2 / sum A^2.
 *
 * `level` is the larger of two heights. The first is the pass to a higher peak: the largest minimum of g
 * along any path to it. The second is g of the rest (what lies outside the caps of the counted peaks) if the
 * rest were spread evenly. It follows that
 *
 *   - two tight bundles count as two exactly when they are farther apart than R;
 *   - a broad bundle counts as one, however broad it is;
 *   - a dent that N neurons show by chance does not split a bundle;
 *   - a crowd that a random network shows by chance is no direction.
 *
 * The highest peak is compared with the lowest g of the circle, or with 0 for more than one input. Lines are
 * counted in the same way with opposite directions identified.
 *
 * A counted direction holds the neurons that are nearest to it and lie within R / 2 of it. Its vector is
 * their mean direction, its share is their part of the amplitude, and its width is the root of 2 (1 - |mean
 * u|), the standard deviation of their angle. The neurons that no direction holds are the rest.
 *
 * Order, rotation and scale of the neurons change the sums only by rounding. With one input, neurons are
 * binned into sectors of half a degree, to which R is rounded. With more inputs, peaks are sought from
 * neurons drawn evenly along the order of amplitude, and passes along great circles in steps of R / 16.
 * Beyond 2048 neurons the peaks are judged on 2048 neurons drawn in this way, within .01 of the true share;
 * what a direction holds is always taken from all neurons. A count costs about a training step with one
 * input, and some milliseconds with more. */

/* The neurons of a network, by columns [inputs + 1 + outputs][count]: weights, bias, amplitudes. The caller
 * owns the array. */
struct dp_neurons {
    const double *columns;
    int64_t count;
    int inputs, outputs;
};

struct dp_direction_options {
    double resolution;    // R in degrees, 1 to 90
    double amplitude_cut; // 0 to 1, relative to the largest amplitude; 0: off
    double share;         // .01 to 1
};

enum { DP_DIRECTIONS_KEPT = 32 }; // enough room if no share is below 1/32

struct dp_direction {
    double share;    // of the amplitude of all neurons that are not ignored
    double width;    // rad
    double height;   // g at the peak
    double standing; // g at the peak above its level
};

/* Directions or lines. The caller owns kept and unit and sets capacity. With capacity 0 and NULL arrays only
 * the count is computed, which is faster. */
struct dp_direction_set {
    int64_t count;             // number of directions, also those beyond the capacity
    int64_t capacity;          // of the two arrays
    struct dp_direction *kept; // [min(count, capacity)], the largest share first
    double *unit;     // [capacity][inputs + 1], unit vectors; for a line, the end with more amplitude
    double effective; // (sum A)^2 / sum A^2 of the amplitudes of the neurons that are not ignored
    double rest;      // share of the amplitude that no counted direction holds; NAN for capacity 0
};

/* Counts directions and lines; either may be NULL. Neurons without amplitude, or with values that are not
 * finite, have no directions and leave rest NAN. Returns DP_NO_MEMORY on failure. */
enum dp_status dp_directions_count(const struct dp_neurons *neurons,
                                   const struct dp_direction_options *options,
                                   struct dp_direction_set *directions, struct dp_direction_set *lines,
                                   struct dp_error *error);

/* Shows whether a count depends on the options: counts over a grid of options, [resolutions][cuts][shares]
 * each. Either array of counts may be NULL. */
struct dp_direction_grid {
    const double *resolution, *cut, *share;
    int resolutions, cuts, shares;
    int64_t *directions, *lines;
};

enum dp_status dp_directions_grid(const struct dp_neurons *neurons, const struct dp_direction_grid *grid,
                                  struct dp_error *error);
