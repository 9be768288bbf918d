// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/train/methods.h"

/* When a run in training is over, and as what. */

/* Why the run in a place is over at this loss, which with minibatches is that of the whole set; DP_STOP_NONE:
 * it is not. */
enum dp_stop dp_training_stop(const struct dp_training *t, int lane, double loss);

/* The status of a run that is over for this reason. */
enum dp_run_status dp_training_status(const struct dp_training *t, int lane, enum dp_stop stop);
