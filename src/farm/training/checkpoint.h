// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "farm/job/job.h"
#include <stddef.h>

/* Checkpoints: the state of a run on its way, in the file STORE.checkpoint-ROW beside the store, for whoever
 * resumes.
 *
 * A file is written under another name, synced and renamed, so that it is whole or not there; it begins with
 * what it belongs to (program, sweep, data, row) and a checksum, and one that does not fit is left alone: the
 * run then begins again. Rank 0 lists them once at the start, because to look for a file before every run of
 * a tenth of a millisecond would cost more than the run. A checkpoint is removed when the row has been
 * written. */

/* Rank 0: lists the rows that have one. */
enum dp_status dp_checkpoint_list(struct dp_job *job, struct dp_error *error);

/* Whether the row had one at the start, or was saved here. */
bool dp_checkpoint_exists(const struct dp_job *job, int64_t row);

/* Saves the state of a run that has trained for so many seconds. What cannot be saved is said once, and no
 * failure. */
void dp_checkpoint_save(struct dp_job *job, int64_t row, double seconds, const void *state, size_t size);

/* The state of a row, to be freed, and what it has taken so far; NULL where there is none that fits. */
void *dp_checkpoint_load(struct dp_job *job, int64_t row, size_t *size, double *seconds);

void dp_checkpoint_remove(struct dp_job *job, int64_t row);
