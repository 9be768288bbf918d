// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "farm/scheduling/queue.h"

/* What runs cost, learned from those that came back.
 *
 * A run's seconds are its evaluations times the seconds of one. The second factor depends on the size of the
 * run alone (and on method, activation and precision, its family); it differs between small and large runs by
 * overheads and caches, so it is learned for each octave of cost, and an octave that nothing is known about
 * takes the nearest one's. The first factor depends on the place in the sweep and hardly on the size: it is
 * learned for each place, drawn to what its region and the whole sweep show while little is known. A kind of
 * which rows came back is known by itself.
 *
 * Ranks differ in speed: each has its mean of estimated over actual seconds. */

struct dp_rate {
    double seconds, cost; // sums over reports, old ones fading
    int reports;
};

struct dp_mean {
    double sum, weight;
};

struct dp_costs {
    struct dp_rate reports[DP_FAMILIES][DP_OCTAVES];
    double rate[DP_FAMILIES][DP_OCTAVES]; // seconds an operation, at the number of evaluations it assumes
    struct dp_mean places[DP_PLACES], regions[DP_REGIONS], all; // evaluations over those assumed
    struct dp_rate *kinds, *ranks;
    struct dp_rate overhead; // a chunk; `cost` counts chunks
    bool measured;           // has anything come back?
};

bool dp_costs_open(struct dp_costs *costs, int64_t kinds, int ranks); // false: out of memory
void dp_costs_close(struct dp_costs *costs);

/* Rows of a kind that came back; index -1: of a kind that is not in the queue. What comes from elsewhere does
 * not fade while more of it comes. */
enum dp_cost_origin { DP_FROM_HERE, DP_FROM_ELSEWHERE };
void dp_costs_learn(struct dp_costs *costs, const struct dp_kind *kind, int64_t index, double rows,
                    double seconds, double evaluations, enum dp_cost_origin origin);
/* After some of them: fills `rate`. */
void dp_costs_refresh(struct dp_costs *costs);

/* A rank took so many seconds for what was estimated. */
void dp_costs_learn_rank(struct dp_costs *costs, int rank, double seconds, double estimate);
void dp_costs_learn_overhead(struct dp_costs *costs, double seconds);

/* Evaluations of a row. */
double dp_costs_evaluations(const struct dp_costs *costs, const struct dp_kind *kind);
double dp_costs_seconds(const struct dp_costs *costs, const struct dp_kind *kind, int64_t index); // of a row
double dp_costs_speed(const struct dp_costs *costs, int rank); // 1: the mean
double dp_costs_overhead(const struct dp_costs *costs);        // seconds a chunk
