// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/data/data.h"

/* The minibatches of one run: which samples each step sees.
 *
 * An epoch goes once through the samples in batches of run->batch (0: all of them); the last batch of an
 * epoch may be smaller. Without streaming, every epoch takes the one set in a new order: a Fisher-Yates
 * shuffle by (seed, epoch). With streaming, every epoch draws a frame of new samples (data.h) and takes them
 * in order. The batch of a step therefore depends on the run alone.
 *
 * Everything is allocated at the start, for the largest frame that the run's steps can reach. */

struct dp_batches {
    const struct dp_run *run;
    struct dp_samples set;   // the one set, or the frame of this epoch; own copy
    struct dp_labels labels; // streaming
    int64_t *order;          // [set.count] indices of this epoch
    int64_t size;            // of a full batch
    int64_t epoch, position; // next sample to take: order[position]
};

/* Whether the run's steps see anything other than all samples at every step. */
bool dp_batches_wanted(const struct dp_run *run);

/* The size of the run's full batches. */
int64_t dp_batches_size(const struct dp_run *run, const struct dp_samples *file);

/* Steps in an epoch, and in the first epochs together (at most `most`). */
int64_t dp_batches_steps(const struct dp_run *run, const struct dp_samples *file, int64_t epoch);
int64_t dp_batches_steps_of_all(const struct dp_run *run, const struct dp_samples *file, int64_t epochs,
                                int64_t most);

/* Begins at epoch 0 with a copy of train. Release with dp_batches_end. */
enum dp_status dp_batches_begin(struct dp_batches *batches, const struct dp_run *run,
                                const struct dp_samples *train, struct dp_error *error);
void dp_batches_end(struct dp_batches *batches);

/* The next batch: returns the number of samples, and sets *indices to their indices in batches->set, valid
 * until the next call. A new epoch begins after the last batch of an epoch. */
int64_t dp_batches_next(struct dp_batches *batches, const int64_t **indices);

/* Whether the batch just taken was the last of its epoch. */
bool dp_batches_at_end(const struct dp_batches *batches);
