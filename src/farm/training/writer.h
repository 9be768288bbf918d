// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "farm/job/job.h"

/* How a rank's records come to the disk while it trains.
 *
 * A row is put (data and checksum), synced, and then marked as done, in this order: what is marked is on the
 * disk. A sync takes from a tenth of a millisecond to tens of them, more on a shared file system, and is no
 * call to MPI; so a thread of its own syncs while the next runs train. Rows that are put meanwhile wait for
 * the next sync: they are grouped by time, whatever the size of a chunk. The rank's own thread marks them,
 * between two chunks and at the looks of a long run, so that a row is not held back by what comes after it.
 * Nothing is left unmarked when dp_writer_flush returns, which a rank calls before it leaves. */

struct dp_writer;

/* messages: the lock that calls to MPI need while another thread uses it; NULL when there is none. */
enum dp_status dp_writer_open(struct dp_job *job, pthread_mutex_t *messages, struct dp_writer **writer,
                              struct dp_error *error);
void dp_writer_close(struct dp_writer *writer);

/* Puts rows first..first+count-1, all finished. */
enum dp_status dp_writer_put(struct dp_writer *writer, int64_t first, int64_t count,
                             const struct dp_record *records, const struct dp_trace *traces,
                             struct dp_error *error);

/* Marks what has been synced, and starts the next sync when it is time. Quick; call it often. Does nothing
 * when another thread is using MPI. What failed is told by the next put or flush. */
void dp_writer_step(struct dp_writer *writer);

/* Syncs and marks all that was put. */
enum dp_status dp_writer_flush(struct dp_writer *writer, struct dp_error *error);
