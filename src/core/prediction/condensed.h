// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/directions.h"
#include "dewpoint/core/run.h"
#include <stdbool.h>

/* The columns of a record about directions: those counted (dewpoint/core/directions.h), those that the data
 * predict (extrema.h), and how the two agree (match.h).
 *
 * There is a prediction for activations with a multiplicity, one output and one data set, unless
 * prediction_starts is 0. With one input or p = 1 it costs microseconds, otherwise about a microsecond per
 * sample and start. A measured direction and a predicted one agree when they are no farther apart than the
 * resolution.
 *
 * Not every predicted direction can be counted. A missed direction is
 *
 *   - faint when less than 1.1 times direction_share of the amplitude starts in its basin (basin.h);
 *   - merged when another direction that is found, or has more of the amplitude, lies within the resolution;
 *   - lost otherwise.
 *
 * The factor 1.1 is there because amplitudes at the end differ by one step of normalized flow. A run agrees
 * when no predicted direction is lost and no other is found. */

/* Whether runs like this can have a prediction; their neurons at the start are then needed. */
bool dp_condensed_predicts(const struct dp_run *run);

/* Fills in the columns from directions to uncondensed, with nothing if the run counts no directions; file as
 * for dp_run_execute. start: the same neurons before training, or NULL without a prediction. DP_NO_MEMORY on
 * failure. */
enum dp_status dp_condensed_observe(const struct dp_run *run, const struct dp_samples *file,
                                    const struct dp_neurons *neurons, const struct dp_neurons *start,
                                    struct dp_record *record, struct dp_error *error);
