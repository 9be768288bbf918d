// SPDX-License-Identifier: BSD-3-Clause
#include "statistics/seed_lines.h"
#include "statistics/distinct.h"
#include "statistics/student.h"
#include <math.h>
#include <stdlib.h>

struct dp_seed_design dp_seed_levers(const double *width, const struct dp_tally *tally, int64_t count,
                                     double power, struct dp_lever *lever)
{
    struct dp_seed_design design = {0};
    double weight[DP_WIDTHS], slope[DP_WIDTHS], upper[DP_WIDTHS], total = 0;
    if (count < 1)
        return design;
    for (int64_t j = 0; j < count; j++) {
        weight[j] = tally[j].used ? pow(width[j], power) : 0;
        total += weight[j];
    }
    const double sxx = dp_levers(width, weight, count, slope, NULL);
    dp_upper_levers(width, weight, count, upper);
    for (int64_t j = 0; j < count; j++) {
        lever[j] = (struct dp_lever){0};
        if (!(weight[j] > 0))
            continue;
        lever[j] = (struct dp_lever){.share = weight[j] / total,
                                     .slope = slope[j],
                                     .upper = upper[j],
                                     .mark = dp_value_hash(1, dp_value_bits(width[j]))};
        design.widths++;
        design.marks += lever[j].mark;
    }
    design.sxx = total > 0 ? sxx / total : 0;
    return design;
}

void dp_seed_add(struct dp_seed_line *line, const struct dp_lever *lever, double y)
{
    line->runs++;
    line->marks += lever->mark;
    line->slope += lever->slope * y;
    line->upper += lever->upper * y;
    line->mean += lever->share * y;
    line->square += lever->share * y * y;
}

int64_t dp_seed_weight(const struct dp_seed_line *line, const struct dp_seed_design *design)
{
    if (design->widths < 2 || line->runs % design->widths)
        return 0;
    const int64_t times = line->runs / design->widths;
    return line->marks == (uint64_t)times * design->marks ? times : 0;
}

double dp_seed_slope(const struct dp_seed_line *line, const struct dp_seed_design *design)
{
    return line->slope * (double)design->widths / (double)line->runs;
}

/* The complete seeds' means and scatter. */
struct summary {
    int64_t seeds, weight;
    bool single; // no seed has a width twice
    double slope, slope_scatter, drift, drift_scatter, rest;
};

static struct summary summarise(const struct dp_seed_line *line, int lots,
                                const struct dp_seed_design *design)
{
    struct summary sum = {.single = true};
    for (int b = 0; b < lots; b++) {
        const int64_t times = dp_seed_weight(&line[b], design);
        if (!times)
            continue;
        const double weight = (double)times, slope = line[b].slope / weight;
        const double drift = line[b].upper / weight - slope;
        sum.seeds++;
        sum.weight += times;
        sum.single = sum.single && times == 1;
        const double part = weight / (double)sum.weight, off = slope - sum.slope, turn = drift - sum.drift;
        sum.slope += part * off;
        sum.slope_scatter += weight * off * (slope - sum.slope);
        sum.drift += part * turn;
        sum.drift_scatter += weight * turn * (drift - sum.drift);
        sum.rest += line[b].square - line[b].mean * line[b].mean - slope * slope * design->sxx;
    }
    return sum;
}

void dp_seeds_fit(const struct dp_seed_line *line, int lots, const struct dp_seed_design *design,
                  struct dp_slope *slope)
{
    const struct summary sum = summarise(line, lots, design);
    if (sum.seeds < DP_SEEDS_NEEDED)
        return;
    const double seeds = (double)sum.seeds, share = (seeds - 1) * (double)sum.weight;
    slope->estimate = DP_BY_SEED;
    slope->seeds = sum.seeds;
    slope->slope = sum.slope;
    slope->seed_error = sqrt(sum.slope_scatter / share);
    if (design->widths > 2) {
        slope->drift = sum.drift;
        slope->drift_error = sqrt(sum.drift_scatter / share);
    }
    // The tallies' misfit is that of these seeds' means only where all runs are theirs.
    if (design->widths > 2 && sum.single && sum.weight * design->widths == slope->runs) {
        const double misfit =
            slope->misfit_error * slope->misfit_error * design->sxx * (double)(design->widths - 2);
        const double noise = sum.rest - seeds * misfit;
        slope->chi2 = noise > 0 ? (seeds - 1) * seeds * misfit / noise : (double)NAN;
    }
    dp_slope_bound(slope, seeds - 1);
}

void dp_bootstrap_draw(int64_t replicate, int lots, int *draws)
{
    for (int b = 0; b < lots; b++)
        draws[b] = 0;
    for (int k = 0; k < lots; k++) {
        const uint64_t bits = dp_value_hash(dp_value_hash(2, (uint64_t)replicate), (uint64_t)k);
        draws[(bits >> 32) * (uint64_t)lots >> 32]++;
    }
}

double dp_bootstrap_slope(const struct dp_seed_line *line, int lots, const struct dp_seed_design *design,
                          const int *draws)
{
    double sum = 0, weight = 0;
    for (int b = 0; b < lots; b++)
        if (draws[b] && dp_seed_weight(&line[b], design)) {
            sum += draws[b] * line[b].slope;
            weight += draws[b] * (double)dp_seed_weight(&line[b], design);
        }
    return weight > 0 ? sum / weight : (double)NAN;
}

/* The value at a share of sorted values, between neighbours by straight lines. */
static double percentile(const double *values, int64_t count, double share)
{
    const double place = share * (double)(count - 1);
    const int64_t below = (int64_t)place;
    if (below >= count - 1)
        return values[count - 1];
    return values[below] + (place - (double)below) * (values[below + 1] - values[below]);
}

void dp_bootstrap_interval(double *values, int64_t count, int lots, double *low, double *high)
{
    qsort(values, (size_t)count, sizeof *values, dp_value_compare);
    while (count && isnan(values[count - 1]))
        count--;
    *low = *high = NAN;
    if (!count || lots < 2)
        return;
    const double size = lots;
    const double tail = dp_normal_below(-sqrt(size / (size - 1)) * dp_student_95(size - 1));
    *low = percentile(values, count, tail);
    *high = percentile(values, count, 1 - tail);
}
