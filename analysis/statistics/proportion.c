// SPDX-License-Identifier: BSD-3-Clause
#include "statistics/proportion.h"
#include "statistics/student.h"
#include <math.h>

void dp_proportion_add(struct dp_proportion *proportion, int64_t runs, int64_t hits)
{
    if (runs == 0)
        return;
    proportion->sets++;
    proportion->runs += runs;
    proportion->hits += hits;
    proportion->cross += (double)hits * (double)runs;
    proportion->squares += (double)runs * (double)runs;
    proportion->hit_squares += (double)hits * (double)hits;
}

static double effective_runs(const struct dp_proportion *p, double share)
{
    const double sets = (double)p->sets, runs = (double)p->runs;
    const double sum = p->hit_squares - 2 * share * p->cross + share * share * p->squares;
    if (p->sets < 2)
        return runs;
    if (share <= 0 || share >= 1)
        return sets;
    const double variance = sets / (sets - 1) * sum / (runs * runs);
    return fmin(runs, fmax(sets, share * (1 - share) / variance));
}

struct dp_interval dp_proportion_interval(const struct dp_proportion *proportion)
{
    struct dp_interval interval = {NAN, NAN, NAN, 0};
    if (proportion->runs == 0)
        return interval;
    const double p = interval.share = (double)proportion->hits / (double)proportion->runs;
    const double n = interval.effective = effective_runs(proportion, p);
    const double z = DP_NORMAL_95, scale = 1 / (1 + z * z / n);
    const double middle = scale * (p + z * z / (2 * n));
    const double half = scale * z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    interval.low = p > 0 ? fmax(0, middle - half) : 0;
    interval.high = p < 1 ? fmin(1, middle + half) : 1;
    return interval;
}
