// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/train/methods.h"
#include "core/train/source.h"

/* The state of runs in training, as bytes: to the source, and back into a place. The state of the loop is
 * listed here; network, method and source list their own (core/network/archive.h). */

/* Hands the states of all runs in training to source->save. */
enum dp_status dp_training_save(struct dp_training *t, const struct dp_method *method,
                                const struct dp_source *source, struct dp_error *error);

/* The state of the run in a place, in memory of *size bytes that the caller frees. DP_NO_MEMORY. */
enum dp_status dp_training_keep(struct dp_training *t, const struct dp_method *method,
                                const struct dp_source *source, int lane, char **state, size_t *size,
                                struct dp_error *error);

/* Makes the run in a place continue from a state. DP_INTERNAL when this is the state of another run. */
enum dp_status dp_training_load(struct dp_training *t, const struct dp_method *method,
                                const struct dp_source *source, int lane, const void *state, size_t size,
                                struct dp_error *error);
