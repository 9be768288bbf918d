// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/directions/caps.h"

/* The peaks of g(u), the share of the members' amplitude within the radius R / 2 of u, and the passes between
 * them (dewpoint/core/directions.h). Two searches give the same result: a scan of the circle, and ascents on
 * the sphere. */

enum { DP_PEAKS = 128 }; // at most; each peak has its own share, so there are at most 1 / share

struct dp_share_peaks {
    int count;
    double height[DP_PEAKS];
    double pass[DP_PEAKS]; // height of the pass to a higher peak; for the highest peak, the lowest g
    double *unit;          // [DP_PEAKS][rows], owned by the caller: somewhere on the peak
};

/* All peaks of the sectors of a circle that stand above their pass by at least share. */
void dp_circle_peaks(const struct dp_members *sectors, double resolution, double share, bool lines,
                     struct dp_share_peaks *peaks);

/* The same for members that are neurons, on which lie caps of radius R / 2. DP_NO_MEMORY on failure. */
enum dp_status dp_sphere_peaks(const struct dp_caps *caps, double resolution, double share, bool lines,
                               struct dp_share_peaks *peaks, struct dp_error *error);
