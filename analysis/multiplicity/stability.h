// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/directions.h"
#include "multiplicity/report.h"
#include <stddef.h>

/* Whether the numbers of directions depend on how they are counted: the neurons that the store keeps are
 * counted again at other resolutions, shares and amplitude cuts, one of the three at a time, the others as
 * the sweep has them. */

enum { DP_VARIED = 3, DP_VARIED_VALUES = 6 };

/* THE table of what is varied: resolution, share, amplitude cut. */
struct dp_varied {
    const char *name, *unit;
    double value[DP_VARIED_VALUES];
    size_t offset; // in struct dp_direction_options
};
extern const struct dp_varied dp_varied[DP_VARIED];

/* A group counted again. */
struct dp_recount {
    int64_t runs;
    double sum[DP_VARIED][DP_VARIED_VALUES];   // of the counts
    int64_t same[DP_VARIED][DP_VARIED_VALUES]; // runs whose count stays what it was
};

/* Counts all again; free(*recounts), [groups], after. DP_BAD_INPUT, about option, when the store keeps no
 * neurons. */
enum dp_status dp_stability_count(const struct dp_direction_report *report, const char *option,
                                  struct dp_recount **recounts, struct dp_error *error);

/* Tables of the mean count and the share of the runs whose count stays; the mean as a figure, a panel for
 * each of the varied and a line for each group. */
enum dp_status dp_stability_print(const struct dp_direction_report *report, const struct dp_recount *recounts,
                                  FILE *out, struct dp_error *error);
enum dp_status dp_stability_plot(const struct dp_direction_report *report, const struct dp_recount *recounts,
                                 const char *path, struct dp_error *error);
