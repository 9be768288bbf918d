// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "diagram/diagram.h"
#include "diagram/theory.h"
#include "tables/table.h"
#include <stdio.h>

/* Where a slope measured at finite widths can be held against the one predicted for large widths.
 *
 * The store may hold a closed form of the order parameter at the width of each run (plane->closed_form). Its
 * slope, fitted to the same widths, is what a slope can show there. It may still be far from the limit, most
 * of all near the boundary; or the measured slope may leave it, where the closed form does not hold. Both are
 * marked in the table and counted in the lines below it. Neither is an error of the runs. */

struct dp_limits {
    const char *name; // of the slope
    const struct dp_diagram *diagram;
    const struct dp_theory *theory;
};

/* Two columns of the table: the slope of the closed form, and the slope predicted for large widths. */
void dp_limits_header(struct dp_text_table *table);
void dp_limits_put(const struct dp_limits *limits, const struct dp_cell *cell, struct dp_text_table *table);

/* The lines below the table. */
void dp_limits_print(const struct dp_limits *limits, FILE *out);
