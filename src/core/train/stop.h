// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/train/methods/methods.h"

/* When a run in training is over, and with which status. */

/* The reason why the run in a place is over at this loss; DP_STOP_NONE if it is not. With minibatches the
 * loss is that of the whole set. */
enum dp_stop dp_training_stop(const struct dp_training *t, int lane, double loss);

/* The status of a run that is over for this reason. */
enum dp_run_status dp_training_status(const struct dp_training *t, int lane, enum dp_stop stop);
