// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/sweep.h"
#include <stdbool.h>
#include <stdint.h>

/* When do two runs, of whatever sweeps, leave the same record?
 *
 * A record depends on the run's parameters and data alone, so a finished row of any store can stand for a run
 * that agrees with it in what matters. Not all keys do. Left out are those that the run does not read
 * (learning_rate beside flow), the names of files and the ways to read them, for which the digest of what was
 * read stands, and what a store keeps beside the record. Stops and limits are left out as well, as they
 * matter by how the run ended: dp_run_ends_alike judges them. Every other key counts, a new one too.
 *
 * The list of keys that count is made once, as it is asked for millions of runs. */

enum { DP_IDENTITY_KEYS = 128 };

struct dp_identity {
    int count;
    const struct dp_key *keys[DP_IDENTITY_KEYS];
};
struct dp_identity dp_identity_make(void);

/* Takes from a run what does not matter. Stops and limits stay as they are. */
void dp_identity_reduce(struct dp_run *run);

/* A number that is the same for reduced runs that agree and read files of the same contents (read, 0 for no
 * files); others rarely share it, and dp_identity_agrees tells. */
uint64_t dp_identity_digest(const struct dp_identity *identity, const struct dp_run *run, uint64_t read);
bool dp_identity_agrees(const struct dp_identity *identity, const struct dp_run *a, const struct dp_run *b);

/* The digests of everything that the runs of a sweep read, to be looked up by run.
 *
 * They come as text, a line of 16 hexadecimal digits each: the sets of data in the order of dp_sweep_data,
 * then the initial parameters in that of dp_sweep_starts. dp_inputs_parts (inputs.h) writes it, and stores
 * keep it in the attribute data_parts. */
struct dp_read_digests {
    int data_count, start_count;
    struct dp_run *runs; // of the sets of data
    const char **starts; // names; they belong to the sweep
    uint64_t *digests;   // of the data, then of the starts
};

/* DP_MISMATCH when the text has not as many lines as the sweep needs. Free with dp_read_digests_free, also
 * after a failure. */
enum dp_status dp_read_digests_make(const struct dp_sweep *sweep, const char *text,
                                    struct dp_read_digests *digests, struct dp_error *error);

/* One number for all that a run reads, before it is reduced; 0 for nothing. */
uint64_t dp_read_digests_find(const struct dp_read_digests *digests, const struct dp_run *run);
void dp_read_digests_free(struct dp_read_digests *digests);
