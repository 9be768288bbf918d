// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdint.h>

/* The share of runs with a property, with a 95 % interval.
 *
 * Runs on one data set are not independent: they agree in everything that the data decide. The interval is
 * therefore Wilson's (Journal of the American Statistical Association 22, 209, 1927) for an effective number
 * of runs,
 *
 *     n = p (1 - p) / v,   v = C / (C - 1) sum_c (h_c - p n_c)^2 / N^2,
 *
 * where v is the variance of the share p between C data sets with h_c of n_c runs each, and N is the number
 * of all runs. n is at least C and at most N. It is C if all runs agree, which says nothing about the runs
 * within a set. It is N for a single data set; the interval then holds for this set only. */

struct dp_proportion {
    int64_t sets, runs, hits;
    double cross, squares; // sums of h_c n_c and n_c^2
    double hit_squares;    // sum of h_c^2
};

struct dp_interval {
    double share;     // NAN without runs
    double low, high; // 95 %
    double effective; // runs
};

/* Adds a data set with hits of runs. */
void dp_proportion_add(struct dp_proportion *proportion, int64_t runs, int64_t hits);

struct dp_interval dp_proportion_interval(const struct dp_proportion *proportion);
