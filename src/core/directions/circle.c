// SPDX-License-Identifier: BSD-3-Clause
#include "core/directions/peaks.h"
#include <math.h>

/* g over the circle, or over half of it for lines: g[i] is the amplitude in the sectors i to i + width -
 * 1. */
struct profile {
    int count, width, highest;
    double g[DP_CIRCLE_SECTORS];
    double sum[DP_CIRCLE_SECTORS + DP_CIRCLE_SECTORS / 4 +
               1]; // of the sectors before, and on into the next round
};

static void slide(const struct dp_members *members, double resolution, bool lines, struct profile *p)
{
    const double inverse = 1 / members->total, *a = members->amplitude;
    const int width = (int)nearbyint(resolution * DP_CIRCLE_SECTORS / 360);
    p->count = lines ? DP_CIRCLE_SECTORS / 2 : DP_CIRCLE_SECTORS;
    p->width = width < 1 ? 1 : width;
    double sum = p->sum[0] = 0, most = -1;
    for (int s = 0; s < p->count; s++)
        p->sum[s + 1] = sum += (lines ? a[s] + a[s + DP_CIRCLE_SECTORS / 2] : a[s]) * inverse;
    for (int s = 0; s < p->width; s++)
        p->sum[p->count + s + 1] = sum + p->sum[s + 1];
    for (int i = 0; i < p->count; i++) {
        const double g = p->g[i] = p->sum[i + p->width] - p->sum[i];
        p->highest = g > most ? i : p->highest;
        most = g > most ? g : most;
    }
}

/* The turning points of g from its highest place once around: peak[i], then valley[i], then peak[i + 1].
 * Rises and falls of less than share are ignored, which leaves the peaks that stand above their pass by
 * share. */
struct turns {
    int count;
    int place[DP_PEAKS]; // of the peaks
    double peak[DP_PEAKS], valley[DP_PEAKS];
};

static void find_turns(const struct profile *p, double share, struct turns *t)
{
    double low = p->g[p->highest], high = low;
    int place = p->highest, here = p->highest; // of the peak that the walk is on or has left, and of the walk
    bool falling = true;
    t->count = 0;
    for (int step = 0; step < p->count; step++) {
        here = here + 1 < p->count ? here + 1 : 0;
        const double g = p->g[here];
        if (falling && g < low) {
            low = g;
        } else if (falling && g - low >= share && t->count < DP_PEAKS) {
            t->place[t->count] = place;
            t->peak[t->count] = high;
            t->valley[t->count++] = low;
            high = g;
            place = here;
            falling = false;
        } else if (!falling && g > high) {
            high = g;
            place = here;
        } else if (!falling && high - g >= share) {
            low = g;
            falling = true;
        }
    }
}

// The highest pass from peak i to a higher one, on the way round the circle by direction.
static double pass_towards(const struct turns *t, int i, int direction, double *lowest)
{
    double low = INFINITY;
    for (int step = 0; step < t->count; step++) {
        const int here = (i + direction * step + t->count) % t->count,
                  next = (here + direction + t->count) % t->count;
        const double valley = t->valley[direction > 0 ? here : next];
        low = valley < low ? valley : low;
        if (t->peak[next] > t->peak[i] || (t->peak[next] == t->peak[i] && next < i))
            return low;
    }
    *lowest = low;
    return -1;
}

void dp_circle_peaks(const struct dp_members *sectors, double resolution, double share, bool lines,
                     struct dp_share_peaks *peaks)
{
    struct profile profile;
    struct turns turns;
    slide(sectors, resolution, lines, &profile);
    find_turns(&profile, share, &turns);
    peaks->count = turns.count;
    for (int i = 0; i < turns.count; i++) {
        double lowest = 0;
        const double pass = fmax(pass_towards(&turns, i, 1, &lowest), pass_towards(&turns, i, -1, &lowest));
        peaks->height[i] = turns.peak[i];
        peaks->pass[i] = pass < 0 ? lowest : pass;
        double x = 0, y = 0;
        for (int s = turns.place[i]; s < turns.place[i] + profile.width; s++) {
            const int here = s % DP_CIRCLE_SECTORS, there = (s + DP_CIRCLE_SECTORS / 2) % DP_CIRCLE_SECTORS;
            x += sectors->vector[here] - (lines ? sectors->vector[there] : 0);
            y += sectors->vector[DP_CIRCLE_SECTORS + here] -
                 (lines ? sectors->vector[DP_CIRCLE_SECTORS + there] : 0);
        }
        peaks->unit[2 * i] = x;
        peaks->unit[2 * i + 1] = y;
        dp_normalise(peaks->unit + 2 * i, 2);
    }
}
