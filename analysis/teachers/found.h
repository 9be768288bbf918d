// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "reading/filter.h"
#include "statistics/proportion.h"

/* Which teacher neurons the students found, by strength and by distance to other teacher neurons.
 *
 * A teacher neuron has a rank, 1 for the largest |a|, and a smallest angle to the other neurons of its
 * teacher. The column teacher_set of a run says which ranks were found (core/observe/teacher.h); the teachers
 * are made again from the sweep. Shares have 95 % intervals (proportion.h) in which a data set is a teacher,
 * because all students of a teacher agree in what the teacher decides. */

enum { DP_RANKS = 31, DP_ANGLES = 7, DP_BINS = DP_RANKS + DP_ANGLES, DP_TEACHER_GROUPS = 16 };

/* Angles in degrees from dp_angle_edges[k] to dp_angle_edges[k + 1]. */
extern const double dp_angle_edges[DP_ANGLES + 1];

/* The runs with one value of the key --by. Bins: ranks 1 .. DP_RANKS, then angles. */
struct dp_found_group {
    double value;
    int64_t runs;
    struct dp_proportion bin[DP_BINS];
};

struct dp_found {
    const struct dp_store *store;
    const struct dp_filter *filter;
    const char *by;         // a coordinate; NULL: one group
    int64_t runs, left_out; // left out: pending, diverged or failed
    int groups;
    struct dp_found_group group[DP_TEACHER_GROUPS]; // ascending
};

/* Reads the store; store, filter and by must be set before. DP_BAD_INPUT when no run has a teacher, or when
 * runs that differ in a key with names would be mixed. */
enum dp_status dp_found_read(struct dp_found *found, struct dp_error *error);

/* The figure of the shares. */
enum dp_status dp_found_plot(const struct dp_found *found, const char *path, struct dp_error *error);
