// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "gather.h"
#include <stdio.h>

/* What `dewpoint phase` says about the cells: summary, map and table on the terminal, CSV, figure. */

/* The order parameters that --value offers. */
struct dp_order {
    const char *column;    // of the store
    const char *symbol;    // on the terminal
    const char *slope;     // its d log / d log width
    const char *subscript; // in the figure
};

extern const struct dp_order dp_orders[];
extern const int dp_order_count;

struct dp_report {
    const struct dp_store *store;
    const char *path; // of the store
    const struct dp_view *view;
    const struct dp_order *order;
    const struct dp_gathered *gathered;
};

/* Summary, map, table, and agreement with the published boundary where it applies. */
enum dp_status dp_report_print(const struct dp_report *report, FILE *out, struct dp_error *error);

/* One line a cell with everything, at full precision. */
enum dp_status dp_report_csv(const struct dp_report *report, const char *path, struct dp_error *error);

/* The heat map. */
enum dp_status dp_report_plot(const struct dp_report *report, const char *path, struct dp_error *error);

/* Does the published boundary apply: gamma against gamma_prime, RD of the input weights, ReLU? */
bool dp_report_published(const struct dp_report *report);
