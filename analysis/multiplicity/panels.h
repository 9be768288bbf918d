// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "multiplicity/report.h"

/* The panels of a figure: one for each value of the keys other than the multiplicity, in one column for up to
 * three panels, else in two. */

enum { DP_PANELS = 12 };

struct dp_panels {
    const struct dp_direction_report *report;
    bool predicted;           // only groups with predicted numbers
    int64_t first[DP_PANELS]; // a group of each
    int count;
    double low, high; // multiplicities
    int most;         // directions
};

/* Start from { .report = s }. DP_BAD_INPUT, with the name of the option, when there are too many panels. */
enum dp_status dp_panels_find(struct dp_panels *panels, const char *option, struct dp_error *error);

bool dp_panels_have(const struct dp_panels *panels, int panel, const struct dp_count_group *group);
int dp_panels_columns(const struct dp_panels *panels);
int dp_panels_rows(const struct dp_panels *panels);

/* Sets gnuplot's label 1 to the values of the panel's keys. */
void dp_panels_name(const struct dp_panels *panels, int panel, FILE *out);

/* Begins the multiplot: margins for one title and one key above the panels and labels at the edges, the title
 * of the store, and the key. */
void dp_panels_begin(const struct dp_panels *panels, FILE *out);

/* After each panel: removes what only the first panel has. */
void dp_panels_next(FILE *out);

/* The size of the picture in cm. */
double dp_panels_width(const struct dp_panels *panels);
double dp_panels_height(const struct dp_panels *panels);
