// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "diagram/diagram.h"
#include "diagram/theory.h"
#include <stdio.h>

/* What `dewpoint phase` shows: summary, map, table and agreement with theory on the terminal (report.c,
 * summary.c, agreement.c), and files (csv.c, grid.c, plot.c). */

struct dp_phase_report {
    const struct dp_store *store;
    const char *path; // of the store
    const struct dp_plane *plane;
    const struct dp_diagram *diagram;
    struct dp_theory theory;
    int64_t replicates; // of the bootstrap that gave the intervals; 0: they come from standard errors
};

/* "2 pending, 1 diverged, 1 whose loss rose"; empty when there is nothing to say about the runs. */
const char *dp_tally_text(const struct dp_tally *tally, char *text, size_t size);

/* summary.c. Prints which runs there are, their axes and widths, and how slopes are estimated. */
void dp_phase_summary(const struct dp_phase_report *report, FILE *out);

/* Prints summary, map, table, and agreement with theory where it applies. */
enum dp_status dp_phase_print(const struct dp_phase_report *report, FILE *out, struct dp_error *error);

/* Prints the distance of the zero contour from the boundary and of the slopes from the predicted ones, over
 * all widths and between neighbouring widths; nothing where no theory applies. For a plane without a second
 * dimension (one value of y, or names) it prints the zeros along x instead. */
enum dp_status dp_agreement_print(const struct dp_phase_report *report, FILE *out, struct dp_error *error);

/* Writes one line per cell with all fields at full precision. */
enum dp_status dp_phase_csv(const struct dp_phase_report *report, const char *path, struct dp_error *error);

/* Writes the cells as a grid, netCDF-4 and NeXus (dewpoint/store/grid.h). */
enum dp_status dp_phase_netcdf(const struct dp_phase_report *report, const char *path,
                               struct dp_error *error);

/* Draws the heat map. */
enum dp_status dp_phase_plot(const struct dp_phase_report *report, const char *path, struct dp_error *error);
