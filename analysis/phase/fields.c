// SPDX-License-Identifier: BSD-3-Clause
#include "phase/fields.h"
#include "contours/boundary.h"
#include "dewpoint/core/run.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef double getter(const struct dp_phase_report *report, const struct dp_cell *cell);

static double get_mean(const struct dp_phase_report *report, const struct dp_cell *cell)
{
    (void)report;
    return dp_tally_mean(&cell->total);
}

static double get_mean_error(const struct dp_phase_report *report, const struct dp_cell *cell)
{
    return dp_cell_mean_error(&report->diagram->cells, cell);
}

static double get_regime(const struct dp_phase_report *report, const struct dp_cell *cell)
{
    (void)report;
    return (double)cell->regime;
}

static double get_distance(const struct dp_phase_report *report, const struct dp_cell *cell)
{
    (void)report;
    return dp_boundary_distance(cell->x, cell->y);
}

static double get_predicted(const struct dp_phase_report *report, const struct dp_cell *cell)
{
    return dp_theory_slope(&report->theory, cell->x, cell->y);
}

static double get_closed_form(const struct dp_phase_report *report, const struct dp_cell *cell)
{
    return dp_diagram_closed_form(report->diagram, cell);
}

/* When there is such a field. */
enum when {
    IF_SLOPE = 1,
    IF_MEAN = 2,
    IF_REGIME = 4,
    IN_ANY_CASE = 8,
    IF_PUBLISHED = 16,
    IF_PREDICTED = 32,
    IF_CLOSED_FORM = 64
};

static const char *const regime_flags[] = {"no_slope",  "linear",   "critical", "condensed",
                                           "undecided", "withheld", NULL};

#define AT(member) offsetof(struct dp_cell, member), NULL
#define BY(function) 0, function

/* %s stands for the slope (S_w) or, of a mean, for the column. Whole numbers are int64_t in struct
 * dp_cell. */
static const struct row {
    const char *name, *meaning;
    enum when when;
    bool whole;
    size_t offset; // in struct dp_cell
    getter *value; // where that is not all; NULL
} table[] = {
    // clang-format off
    {"%s",                 "%s, log-log slope against width",                                    IF_SLOPE,    false, AT(slope.slope)},
    {"%s_errors",          "standard error of %s: the larger of those from seeds and misfit",   IF_SLOPE,    false, AT(slope.error)},
    {"%s_error_seeds",     "standard error of %s from the scatter over seeds",                  IF_SLOPE,    false, AT(slope.seed_error)},
    {"%s_error_misfit",    "standard error of %s from the misfit of the line",                  IF_SLOPE,    false, AT(slope.misfit_error)},
    {"%s_low",             "lower end of the 95 percent interval of %s",                        IF_SLOPE,    false, AT(slope.low)},
    {"%s_high",            "upper end of the 95 percent interval of %s",                        IF_SLOPE,    false, AT(slope.high)},
    {"%s_chi2",            "squared misfit of the line of %s over its expected scatter, per degree of freedom", IF_SLOPE, false, AT(slope.chi2)},
    {"%s_r2",              "share of the variance over widths that the line of %s explains",    IF_SLOPE,    false, AT(slope.r2)},
    {"%s_drift",           "finite size: %s over the upper half of the widths minus %s",        IF_SLOPE,    false, AT(slope.drift)},
    {"%s_drift_errors",    "standard error of the drift of %s from seeds",                      IF_SLOPE,    false, AT(slope.drift_error)},
    {"%s_seeds",           "seeds whose slopes have the mean %s; 0: pooled",  IF_SLOPE,    true,  AT(slope.seeds)},
    {"%s_widths",          "widths with runs that %s uses",                                IF_SLOPE,    true,  AT(slope.widths)},
    {"%s",                 "mean of %s over the done runs",                                     IF_MEAN,     false, BY(get_mean)},
    {"%s_errors",          "standard error of the mean of %s, from runs of one width",          IF_MEAN,     false, BY(get_mean_error)},
    {"%s_predicted",       "%s predicted for large widths",                                     IF_PREDICTED, false, BY(get_predicted)},
    {"%s_closed_form",     "%s of the closed form at the same widths",                          IF_CLOSED_FORM, false, BY(get_closed_form)},
    {"published_distance", "distance from the published boundary, negative on the linear side", IF_PUBLISHED, false, BY(get_distance)},
    {"regime",             "regime by the 95 percent interval of %s",                           IF_REGIME,    true,  BY(get_regime)},
    {"runs",               "runs in use",                                                       IN_ANY_CASE,    true,  AT(total.used)},
    {"pending",            "runs not done yet",                                                 IN_ANY_CASE,    true,  AT(total.ended[DP_PENDING])},
    {"diverged",           "runs that diverged",                                                IN_ANY_CASE,    true,  AT(total.ended[DP_DIVERGED])},
    {"step_limit",         "runs that ended at their step limit",                               IN_ANY_CASE,    true,  AT(total.ended[DP_STEP_LIMIT])},
    {"failed",             "runs that failed",                                                  IN_ANY_CASE,    true,  AT(total.ended[DP_RUN_FAILED])},
    {"floor",              "done runs whose flow converged above stop_loss", IN_ANY_CASE,   true,  AT(total.floors)},
    {"loss_rose",          "done runs whose training loss rose where it should fall",           IN_ANY_CASE,    true,  AT(total.rose)},
    {"unusable",           "done runs without a usable value",                                  IN_ANY_CASE,    true,  AT(total.unusable)},
    // clang-format on
};

static void add(const struct row *row, const char *name, const char *unit, const struct dp_cells *cells,
                struct dp_field *fields, int *count)
{
    struct dp_field *const field = &fields[(*count)++];
    *field = (struct dp_field){.whole = row->whole,
                               .flags = row->when == IF_REGIME ? regime_flags : NULL,
                               .cells = cells,
                               .offset = row->offset,
                               .value = row->value,
                               .unit = unit};
    snprintf(field->name, sizeof field->name, row->name, name);
    snprintf(field->meaning, sizeof field->meaning, row->meaning, name, name);
}

int dp_fields(const struct dp_phase_report *report, struct dp_field *fields)
{
    const struct dp_plane *const plane = report->plane;
    const struct dp_diagram *const all = report->diagram;
    const bool mean = plane->kind == DP_PLANE_MEAN;
    const int asked = IN_ANY_CASE | (mean ? IF_MEAN : IF_SLOPE | IF_REGIME) |
                      (report->theory.published ? IF_PUBLISHED : 0) |
                      (report->theory.slopes ? IF_PREDICTED : 0) | (plane->closed_form ? IF_CLOSED_FORM : 0);
    const char *const name = mean ? plane->column : plane->order->slope;
    const char *const unit = mean ? dp_store_unit(report->store, plane->column) : "1";
    int count = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if ((int)table[i].when & asked)
            add(&table[i], name, table[i].when == IF_MEAN ? unit : "1", &all->cells, fields, &count);
    for (size_t i = 0; plane->companion && i < sizeof table / sizeof *table; i++)
        if (table[i].when == IF_SLOPE)
            add(&table[i], plane->companion->slope, "1", &all->companion, fields, &count);
    return count;
}

void dp_fields_signal(const struct dp_phase_report *report, char name[DP_FIELD_NAME])
{
    const struct dp_plane *const plane = report->plane;
    if (plane->kind == DP_PLANE_MEAN)
        snprintf(name, DP_FIELD_NAME, "%s", plane->column);
    else
        snprintf(name, DP_FIELD_NAME, "%s%s", plane->order->slope,
                 plane->kind == DP_PLANE_DRIFT ? "_drift" : "");
}

double dp_field_value(const struct dp_phase_report *report, const struct dp_field *field, int64_t c)
{
    const struct dp_cell *const cell = &field->cells->cell[c];
    const char *const place = (const char *)cell + field->offset;
    if (field->value)
        return field->value(report, cell);
    return field->whole ? (double)*(const int64_t *)(const void *)place
                        : *(const double *)(const void *)place;
}
