// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/directions.h"
#include "dewpoint/run.h"

/* What a record says of the directions of a run: those counted (dewpoint/directions.h), those that its data predict
 * (extrema.h), and how the two agree (match.h).
 *
 * There is a prediction for activations with a multiplicity, one output and one data set, unless prediction_starts is
 * 0. With one input or p = 1 it costs microseconds, else about a microsecond a sample and start. A measured direction
 * and a predicted one agree when they are no farther apart than the resolution. */

/* Fills in directions to uncondensed; file as for dp_run_execute. DP_NO_MEMORY. */
enum dp_status dp_condensed_observe(const struct dp_run *run, const struct dp_samples *file,
                                    const struct dp_neurons *neurons, struct dp_record *record,
                                    struct dp_error *error);
