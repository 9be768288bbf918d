// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/directions/members.h"

/* The peaks of g(u), the share of the members' amplitude within the radius R / 2 of u, and the passes between
 * them (dewpoint/directions.h). Two searches that give the same: a scan of the circle, and ascents on the
 * sphere. */

enum { DP_PEAKS = 128 }; // at most; a peak takes a share of its own, so there are no more than 1 / share

struct dp_share_peaks {
    int count;
    double height[DP_PEAKS];
    double pass[DP_PEAKS]; // highest way to a higher peak; of the highest peak, the lowest g that there is
    double *unit;          // [DP_PEAKS][rows], owned by the caller: somewhere on the peak
};

/* All peaks that stand above their pass by share, of the sectors of a circle. */
void dp_circle_peaks(const struct dp_members *sectors, double resolution, double share, bool lines,
                     struct dp_share_peaks *peaks);

/* The same of any members of neurons. DP_NO_MEMORY. */
enum dp_status dp_sphere_peaks(const struct dp_members *neurons, double resolution, double share, bool lines,
                               struct dp_share_peaks *peaks, struct dp_error *error);
