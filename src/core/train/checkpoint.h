// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/train/methods.h"
#include "core/train/source.h"

/* The state of runs in training, as bytes: to the source, and back into a place. What the loop keeps of a run
 * is listed here, what its network, its method and its source keep, there (core/network/archive.h). */

/* Hands the states of all runs in training to source->save. */
enum dp_status dp_training_save(struct dp_training *t, const struct dp_method *method,
                                const struct dp_source *source, struct dp_error *error);

/* The run in a place goes on from placed[lane].state. DP_INTERNAL when that is of another run. */
enum dp_status dp_training_load(struct dp_training *t, const struct dp_method *method,
                                const struct dp_source *source, int lane, struct dp_error *error);
