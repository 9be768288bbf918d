// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/train/methods/methods.h"
#include "core/train/state/source.h"

/* The states of runs in training (run_state.h), as bytes: to the source, and back into a place. */

/* Hands the states of all runs in training to source->save. */
enum dp_status dp_training_save(struct dp_training *t, const struct dp_method *method,
                                const struct dp_source *source, struct dp_error *error);

/* Makes the run in a place continue from placed[lane].state. DP_INTERNAL when this is the state of another
 * run. */
enum dp_status dp_training_load(struct dp_training *t, const struct dp_method *method,
                                const struct dp_source *source, int lane, struct dp_error *error);
