// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/train/methods/methods.h"
#include "core/train/state/source.h"

/* The state of a run in training. The state of the loop is listed here; network, method and source list their
 * own (core/network/archive.h). */

/* What the loop keeps of the run in a place, its network, its method's and its source's. */
void dp_run_state_archive(struct dp_training *t, const struct dp_method *method,
                          const struct dp_source *source, int lane, struct dp_archive *archive);

typedef void dp_state_archive(struct dp_training *t, const struct dp_method *method,
                              const struct dp_source *source, int lane, struct dp_archive *archive);

/* What a function like the above archives of the run in a place, in memory that the caller frees. *size: in
 * bytes, known also on failure. NULL: no memory. */
char *dp_run_state_save(dp_state_archive *part, struct dp_training *t, const struct dp_method *method,
                        const struct dp_source *source, int lane, size_t *size);
