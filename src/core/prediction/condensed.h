// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/directions.h"
#include "dewpoint/run.h"
#include <stdbool.h>

/* What a record says of the directions of a run: those counted (dewpoint/directions.h), those that its data
 * predict (extrema.h), and how the two agree (match.h).
 *
 * There is a prediction for activations with a multiplicity, one output and one data set, unless
 * prediction_starts is 0. With one input or p = 1 it costs microseconds, else about a microsecond a sample
 * and start. A measured direction and a predicted one agree when they are no farther apart than the
 * resolution.
 *
 * Not every predicted direction can be counted. One that is missed is faint when less than 1.1 times
 * direction_share of the amplitude starts in its basin (basin.h; by one step of normalized flow amplitudes
 * differ at the end), merged when another that is found or has more of it lies within the resolution, and
 * lost otherwise. A run agrees when none is lost and nothing else is found. */

/* Whether runs like this can have a prediction: then their neurons at the start are wanted. */
bool dp_condensed_predicts(const struct dp_run *run);

/* Fills in directions to uncondensed; file as for dp_run_execute. start: the same neurons before training, or
 * NULL where there is no prediction. DP_NO_MEMORY. */
enum dp_status dp_condensed_observe(const struct dp_run *run, const struct dp_samples *file,
                                    const struct dp_neurons *neurons, const struct dp_neurons *start,
                                    struct dp_record *record, struct dp_error *error);
