// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/shape.h"
#include "kernels/kernels.h"

/* Takes runs of one shape from their keys to their records, side by side if the network has room for several:
 * makes their data, draws their starts, trains them, and observes them during and after training. */

/* Trains count runs of all work, starting with `first`. kernels: of the shape's precision, entered by the
 * caller. *stopped: the watch (or NULL) left some runs pending. DP_NO_MEMORY on failure. */
enum dp_status dp_group_train(const struct dp_work *all, int64_t first, int64_t count,
                              const struct dp_shape *shape, const struct dp_kernels *kernels,
                              const struct dp_watch *watch, bool *stopped, struct dp_error *error);
