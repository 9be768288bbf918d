// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "statistics/reduce.h"
#include <stdbool.h>
#include <stdint.h>

/* Lines fitted to each seed alone. They give a valid error of a slope when seeds are shared between widths.
 *
 * A seed gives the same normals at every width, so its deviations at different widths are correlated in an
 * unknown way. The slopes of different seeds, however, are independent. S is their mean, and its standard
 * error is sqrt(sum (S_b - S)^2 / (B (B - 1))) over B seeds, whatever the correlation. If every seed is
 * complete, S is exactly the slope through the means (reduce.h). Incomplete seeds are ignored, so that no two
 * widths are compared on different seeds.
 *
 * Goodness of fit (chi2 of struct dp_slope) compares the misfit of the means with the scatter from seed to
 * seed about the seeds' own lines, with (B - 1)(J - 2) degrees of freedom: the test for lack of fit in a
 * two-way layout.
 *
 * A seed leaves six running sums per cell. They are linear in its y, because the widths and levers of the
 * cell are known from an earlier pass over the store. Memory therefore grows with cells x seeds, and no run
 * is kept. A store with more than DP_LOTS seeds puts several into one lot, which is then treated like one
 * seed.
 *
 * Bootstrap: lots are drawn with replacement. The same draw is used in all cells, because a seed has the same
 * random numbers in all of them. Draws come from a hash of (replicate, draw), so they are the same on every
 * machine. */

enum { DP_LOTS = 64, DP_SEEDS_NEEDED = 3 };

/* What one run adds to the sums of its seed; fixed by cell and width. */
struct dp_lever {
    double share;        // of the widths' weights, sum 1 over the cell's widths
    double slope, upper; // levers over all widths and over the upper half
    uint64_t mark;       // stands for the width in dp_seed_line.marks
};

struct dp_seed_line {
    int64_t runs;
    uint64_t marks; // sum of the widths' marks, which tells whether every width is there equally often
    double slope, upper, mean, square;
};

/* The widths that a complete seed of a cell must have. */
struct dp_seed_design {
    int64_t widths; // J
    uint64_t marks; // their sum
    double sxx;     // sum of share x^2 about its mean
};

/* Fills lever[count] for the widths that have runs in use, weights m^power; zero levers for the others. */
struct dp_seed_design dp_seed_levers(const double *width, const struct dp_tally *tally, int64_t count,
                                     double power, struct dp_lever *lever);

/* Adds a run. y: minus the mean of the cell, so that sums of squares keep their digits. */
void dp_seed_add(struct dp_seed_line *line, const struct dp_lever *lever, double y);

/* The number of times that the seed has every width, 0 if it is not complete: the weight of its slope. */
int64_t dp_seed_weight(const struct dp_seed_line *line, const struct dp_seed_design *design);

/* The slope of a complete seed. */
double dp_seed_slope(const struct dp_seed_line *line, const struct dp_seed_design *design);

/* Replaces the pooled estimate in *slope by that of the seeds, if at least DP_SEEDS_NEEDED are complete. */
void dp_seeds_fit(const struct dp_seed_line *line, int lots, const struct dp_seed_design *design,
                  struct dp_slope *slope);

/* Fills draws[lots] with the number of times that replicate r draws each lot; their sum is lots. */
void dp_bootstrap_draw(int64_t replicate, int lots, int *draws);

/* The mean slope of a replicate; NAN when it draws no complete seed. */
double dp_bootstrap_slope(const struct dp_seed_line *line, int lots, const struct dp_seed_design *design,
                          const int *draws);

/* The 95 % interval of count values, which it sorts (NAN last, ignored). The interval is given by
 * percentiles, moved outward as far as Student's quantile for this many lots requires, because a resample of
 * B values has only (B - 1) / B of their variance (Hesterberg 2015, "expanded percentile"). It reaches at
 * most from the smallest to the largest value: for three seeds this is an interval of 75 %, for five of 94
 * %. */
void dp_bootstrap_interval(double *values, int64_t count, int lots, double *low, double *high);
