// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include "statistics/distinct.h"
#include "statistics/proportion.h"
#include "statistics/reduce.h"
#include <stdbool.h>

/* Numbers of directions, reduced: for each group of runs (such as one multiplicity) the distribution of the
 * counted number, that of the predicted number, their joint distribution, and the share of the runs that
 * reach a bound.
 *
 * A run agrees when no predicted direction is lost (missed, but neither faint nor merged with another) and no
 * other is found. It is complete when none is missed. Shares have intervals over data sets (proportion.h), so
 * each run names its set. Memory grows with groups and data sets, not with runs. Pure. */

enum {
    DP_COUNT_KEYS = 4,
    DP_COUNT_MOST = 64,      // larger numbers of directions count as this many
    DP_COUNT_ANGLES = 260,   // classes of angles, 20 a decade
    DP_COUNT_PREDICTIONS = 4 // enum dp_prediction
};

/* One run; missing numbers are NAN. */
struct dp_count_run {
    double key[DP_COUNT_KEYS]; // of the group
    uint64_t set;              // the data set
    double status;             // enum dp_run_status
    bool used;                 // by its status
    double bound;              // 2 p, or p for lines
    double measured, predicted, prediction;
    double missed, faint, merged, lost, extra;
    double angle_error, uncondensed;
};

/* Runs on one data set in one group. */
struct dp_count_set {
    uint64_t set;
    int64_t runs, reached, compared, agreed;
    double first; // number measured by the first of its runs
    bool varies;  // others measured something else
};

struct dp_count_group {
    double key[DP_COUNT_KEYS];
    double bound;
    int64_t ended[DP_STATUSES]; // of all runs
    int64_t used;               // in what follows
    int64_t seen;               // of these, with a known uncondensed share
    int64_t prediction[DP_COUNT_PREDICTIONS];
    int64_t measured[DP_COUNT_MOST + 1];
    int64_t joint[DP_COUNT_MOST + 1][DP_COUNT_MOST + 1];    // [predicted][measured]
    int64_t compared;                                       // runs with a predicted number
    int64_t exceeded;                                       // runs with more than the bound
    int64_t complete;                                       // of these, with all of it and nothing else
    double missed, faint, merged, lost, extra, uncondensed; // sums
    double largest_angle;
    int64_t angle[DP_COUNT_ANGLES]; // of agreeing runs
    struct dp_count_set *set;       // [sets]
    int64_t sets, set_slots;
    int64_t *set_slot;
    // by dp_counts_finish
    struct dp_interval reached, agreed;
    int64_t same; // sets whose runs all measured one number, of those with two runs or more
    int64_t repeated;
};

struct dp_counts {
    int keys;
    struct dp_count_group *group; // [count], sorted by their keys after dp_counts_finish
    int64_t count, room;
};

/* A histogram of whole numbers. NAN and -1 when it is empty. */
struct dp_distribution {
    int64_t total, mode, most;
    double mean, median;
};

/* Start from { .keys = n }. DP_NO_MEMORY. */
enum dp_status dp_counts_add(struct dp_counts *counts, const struct dp_count_run *run,
                             struct dp_error *error);

void dp_counts_finish(struct dp_counts *counts);

/* The index of the group with these keys, or -1. */
int64_t dp_counts_find(const struct dp_counts *counts, const double key[DP_COUNT_KEYS]);

struct dp_distribution dp_distribution_of(const int64_t histogram[DP_COUNT_MOST + 1]);

/* The numbers predicted, as a histogram of the runs that are compared. */
void dp_count_predicted(const struct dp_count_group *group, int64_t histogram[DP_COUNT_MOST + 1]);

/* A quantile (0 to 1) of the largest angle between a direction and its prediction in agreeing runs, to 6 %;
 * NAN. */
double dp_count_angle(const struct dp_count_group *group, double quantile);

void dp_counts_free(struct dp_counts *counts);
