// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/directions.h"
#include "multiplicity/report.h"
#include <stddef.h>

/* Whether the numbers of directions depend on how they are counted. The neurons in the store are counted
 * again at other resolutions, shares and amplitude cuts. One of the three is varied at a time; the other two
 * are as in the sweep. */

enum { DP_VARIED = 3, DP_VARIED_VALUES = 6 };

/* THE table of varied settings: resolution, share, amplitude cut. */
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

/* Counts all groups again; free *recounts, [groups], afterwards. DP_BAD_INPUT, with the name of the option,
 * when the store keeps no neurons. */
enum dp_status dp_stability_count(const struct dp_direction_report *report, const char *option,
                                  struct dp_recount **recounts, struct dp_error *error);

/* Print tables of the mean count and of the share of runs whose count stays the same; draw the mean with a
 * panel for each setting and a line for each group. */
enum dp_status dp_stability_print(const struct dp_direction_report *report, const struct dp_recount *recounts,
                                  FILE *out, struct dp_error *error);
enum dp_status dp_stability_plot(const struct dp_direction_report *report, const struct dp_recount *recounts,
                                 const char *path, struct dp_error *error);
