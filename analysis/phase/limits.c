// SPDX-License-Identifier: BSD-3-Clause
#include "phase/limits.h"
#include <math.h>

static const double near = 0.1; // slopes that differ by less agree

static double formula_of(const struct dp_limits *limits, const struct dp_cell *cell)
{
    return dp_diagram_closed_form(limits->diagram, cell);
}

static double limit_of(const struct dp_limits *limits, const struct dp_cell *cell)
{
    return dp_theory_slope(limits->theory, cell->x, cell->y);
}

/* Whether the widths are too small to show the limit. */
static bool is_far(const struct dp_limits *limits, const struct dp_cell *cell)
{
    return !isnan(cell->slope.slope) && !(fabs(formula_of(limits, cell) - limit_of(limits, cell)) <= near);
}

/* Whether the measured slope leaves the closed form. */
static bool is_left(const struct dp_limits *limits, const struct dp_cell *cell)
{
    return fabs(cell->slope.slope - formula_of(limits, cell)) > near;
}

void dp_limits_header(struct dp_text_table *table)
{
    dp_table_put(table, "formula");
    dp_table_put(table, "limit");
}

static void put(struct dp_text_table *table, double slope, const char *mark)
{
    if (isnan(slope))
        dp_table_put(table, "-");
    else
        dp_table_put(table, "%+.3f%s", slope, mark);
}

void dp_limits_put(const struct dp_limits *limits, const struct dp_cell *cell, struct dp_text_table *table)
{
    put(table, formula_of(limits, cell), is_left(limits, cell) ? "^" : "");
    put(table, limit_of(limits, cell), is_far(limits, cell) ? "~" : "");
}

void dp_limits_print(const struct dp_limits *limits, FILE *out)
{
    const struct dp_cells *const cells = &limits->diagram->cells;
    int64_t compared = 0, far = 0, left = 0, clean = 0, agree = 0;
    const char *const name = limits->name;
    for (int64_t i = 0; i < cells->count; i++) {
        const struct dp_cell *const cell = &cells->cell[i];
        if (isnan(cell->slope.slope) || isnan(limit_of(limits, cell)))
            continue;
        compared++;
        far += is_far(limits, cell);
        left += is_left(limits, cell);
        if (is_far(limits, cell) || is_left(limits, cell))
            continue;
        clean++;
        agree += fabs(cell->slope.slope - limit_of(limits, cell)) <= near;
    }
    fprintf(
        out,
        "\nformula: %s of the closed form at these widths; limit: %s predicted for large widths\n"
        "~ the closed form itself is more than %g from the limit at these widths: %lld of %lld cells\n"
        "^ %s is more than %g from the closed form: %lld cells, as where C is so close to 1 that G stops\n"
        "  growing, because the force of the data turns while the loss falls\n"
        "the other %lld cells: %s is within %g of its limit in %lld\n",
        name, name, near, (long long)far, (long long)compared, name, near, (long long)left, (long long)clean,
        name, near, (long long)agree);
}
