// SPDX-License-Identifier: BSD-3-Clause
#include "multiplicity/fields.h"
#include <math.h>
#include <string.h>

const struct dp_direction_field dp_direction_fields[] = {
    {"runs", "1", "runs in use", true},
    {"data_sets", "1", "data sets among them", true},
    {"mean", "1", "mean of the measured number", false},
    {"median", "1", "median of the measured number", false},
    {"mode", "1", "most frequent measured number", true},
    {"most", "1", "largest measured number", true},
    {"bound", "1", "largest number by multiplicity: 2 p directions, p lines", true},
    {"reach", "1", "share of the runs that reach the bound", false},
    {"reach_low", "1", "lower end of its 95 % interval", false},
    {"reach_high", "1", "upper end of its 95 % interval", false},
    {"beyond", "1", "share of the runs with more than the bound", false},
    {"uncondensed", "1", "mean share of the amplitude that no direction holds", false},
    {"compared", "1", "runs whose data predict a number", true},
    {"no_number", "1", "runs whose data predict no number", true},
    {"predicted_mean", "1", "mean of the predicted number", false},
    {"predicted_median", "1", "median of the predicted number", false},
    {"predicted_mode", "1", "most frequent predicted number", true},
    {"predicted_most", "1", "largest predicted number", true},
    {"agree", "1",
     "share of the compared runs with all predicted directions that can be counted and no other", false},
    {"agree_low", "1", "lower end of its 95 % interval", false},
    {"agree_high", "1", "upper end of its 95 % interval", false},
    {"complete", "1", "share of the compared runs with all predicted directions and no other", false},
    {"missed", "1", "predicted directions not found, per run", false},
    {"faint", "1", "of these, with too little of the amplitude to be counted", false},
    {"merged", "1", "of these, within the resolution of another", false},
    {"lost", "1", "of these, neither", false},
    {"extra", "1", "found directions that are not predicted, per run", false},
    {"angle_median", "rad", "median over agreeing runs of the largest angle to a prediction", false},
    {"angle_largest", "rad", "largest of these", false},
    {"repeated", "1", "data sets with two runs or more", true},
    {"same", "1", "of those, with one number in all their runs", true},
};
const int dp_direction_field_count = sizeof dp_direction_fields / sizeof *dp_direction_fields;
_Static_assert(sizeof dp_direction_fields / sizeof *dp_direction_fields <= DP_DIRECTION_FIELDS,
               "raise DP_DIRECTION_FIELDS");

static double per_run(double sum, int64_t runs)
{
    return runs > 0 ? sum / (double)runs : NAN;
}

static double known(int64_t value)
{
    return value >= 0 ? (double)value : NAN;
}

void dp_direction_field_values(const struct dp_count_group *group, double values[DP_DIRECTION_FIELDS])
{
    int64_t histogram[DP_COUNT_MOST + 1];
    dp_count_predicted(group, histogram);
    const struct dp_distribution measured = dp_distribution_of(group->measured);
    const struct dp_distribution predicted = dp_distribution_of(histogram);
    const double bounded = group->bound > 0 ? 1 : NAN;
    const double all[] = {
        // in the order of the table
        (double)group->used,
        (double)group->sets,
        measured.mean,
        measured.median,
        known(measured.mode),
        known(measured.most),
        bounded * group->bound,
        bounded * group->reached.share,
        bounded * group->reached.low,
        bounded * group->reached.high,
        bounded * per_run((double)group->exceeded, group->used),
        per_run(group->uncondensed, group->seen),
        (double)group->compared,
        (double)(group->used - group->compared),
        predicted.mean,
        predicted.median,
        known(predicted.mode),
        known(predicted.most),
        group->agreed.share,
        group->agreed.low,
        group->agreed.high,
        per_run((double)group->complete, group->compared),
        per_run(group->missed, group->compared),
        per_run(group->faint, group->compared),
        per_run(group->merged, group->compared),
        per_run(group->lost, group->compared),
        per_run(group->extra, group->compared),
        dp_count_angle(group, 0.5),
        group->compared > 0 ? group->largest_angle : NAN,
        (double)group->repeated,
        (double)group->same,
    };
    _Static_assert(sizeof all / sizeof *all == sizeof dp_direction_fields / sizeof *dp_direction_fields,
                   "a field has a name and a value");
    memcpy(values, all, sizeof all);
}
