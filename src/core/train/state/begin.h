// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/train/methods/methods.h"

/* Where runs begin: the loop's numbers of a place, before a run is put into it and once it is there. */

/* Nothing has been done in a place; nothing ends a run there. */
void dp_training_clear(struct dp_training *t, int lane);

/* The run in a place begins: what its keys say of its end and its rates. */
void dp_training_begin(struct dp_training *t, const struct dp_method *method, int lane);

/* Whether points of a curve are kept of the run in a place; of a repetition there are none. */
bool dp_training_keeps_points(const struct dp_training *t, int lane);

/* Sets the next step at which the loop must look at a run: a point of its curve, or its last step. */
void dp_training_set_stop_steps(struct dp_training *t, int lane);
