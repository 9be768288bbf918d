// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/sweep/sweep.h"
#include "inputs/notes.h"

/* Reads the data of a run as its keys say: columns, test samples, standardizing. Writes notes about what was
 * read. DP_BAD_INPUT names file, line and column. */
enum dp_status dp_data_load(const struct dp_sweep *sweep, const struct dp_run *run,
                            struct dp_samples *samples, struct dp_notes *notes, struct dp_error *error);

/* Reads the initial parameters that the key path of a run names, as dp_start_read does. */
enum dp_status dp_data_start(const struct dp_sweep *sweep, const char *name, struct dp_start *start,
                             struct dp_error *error);
