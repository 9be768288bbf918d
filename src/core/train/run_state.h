// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/train/methods.h"
#include "core/train/source.h"

/* The state of a run in training. The state of the loop is listed here; network, method and source list their
 * own (core/network/archive.h). */

/* What the loop keeps of the run in a place, its network, its method's and its source's. */
void dp_run_state_archive(struct dp_training *t, const struct dp_method *method,
                          const struct dp_source *source, int lane, struct dp_archive *archive);
