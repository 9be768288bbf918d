// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "diagram/plane.h"
#include "statistics/distinct.h"

/* Runs that diverged, failed, or whose loss rose where it should fall (descent.h), and the settings that they
 * share: the values of their coordinates, if these are fewer than the values of all runs.
 *
 * Start from a zero struct; dp_troubles_free releases it, also after a failure. */

enum dp_trouble { DP_TROUBLE_DIVERGED, DP_TROUBLE_ROSE, DP_TROUBLE_FAILED, DP_TROUBLES };
enum { DP_TROUBLE_SETTINGS = 40 };

struct dp_trouble_setting {
    const char *name;                         // of the coordinate
    struct dp_distinct all;                   // values of all runs that pass the filter, sorted
    struct dp_distinct troubled[DP_TROUBLES]; // of those in trouble, sorted
};

struct dp_troubles {
    int64_t runs[DP_TROUBLES];
    struct dp_trouble_setting setting[DP_TROUBLE_SETTINGS];
    int settings;
};

enum dp_status dp_troubles_read(const struct dp_store *store, const struct dp_filter *filter,
                                struct dp_troubles *troubles, struct dp_error *error);

/* Prints a line for each trouble that occurs, with the settings that its runs share. */
void dp_troubles_print(const struct dp_store *store, const struct dp_troubles *troubles, FILE *out);

void dp_troubles_free(struct dp_troubles *troubles);
