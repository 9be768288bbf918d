// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/sweep/sweep.h"
#include <stdbool.h>
#include <stdint.h>

/* When do two runs of any two sweeps leave the same record?
 *
 * A record depends only on the parameters and data of its run. A finished row of any store can therefore
 * replace a run that agrees with it in the keys that matter. Some keys do not matter:
 *
 *   - keys that the run does not read (learning_rate with flow);
 *   - names of files and the ways to read them: the digest of what was read is compared instead;
 *   - what a store keeps beside the record;
 *   - stops and limits: whether they matter depends on how the run ended (dp_run_ends_alike).
 *
 * Every other key matters, including keys that are added later. The list of keys that matter is made once,
 * because it is needed for millions of runs. */

enum { DP_IDENTITY_KEYS = 128 };

struct dp_identity {
    int count;
    const struct dp_key *keys[DP_IDENTITY_KEYS];
};
struct dp_identity dp_identity_make(void);

/* Clears the keys of a run that do not matter. Stops and limits are kept. */
void dp_identity_reduce(struct dp_run *run);

/* A number that is equal for reduced runs that agree and read files with the same contents (read: digest of
 * the contents, 0 for no files). Other runs rarely share it; dp_identity_agrees decides. */
uint64_t dp_identity_digest(const struct dp_identity *identity, const struct dp_run *run, uint64_t read);
bool dp_identity_agrees(const struct dp_identity *identity, const struct dp_run *a, const struct dp_run *b);

/* The digests of everything that the runs of a sweep read, to be looked up by run.
 *
 * They come as text, one line of 16 hexadecimal digits each: the sets of data in the order of dp_sweep_data,
 * then the initial parameters in the order of dp_sweep_starts. dp_inputs_parts (inputs.h) writes this text,
 * and stores keep it in the attribute data_parts. */
struct dp_read_digests {
    int data_count, start_count;
    struct dp_run *runs; // one for each set of data
    const char **starts; // names; they belong to the sweep
    uint64_t *digests;   // of the data, then of the starts
};

/* Returns DP_MISMATCH when the text has fewer lines than the sweep needs. Free with dp_read_digests_free,
 * also after a failure. */
enum dp_status dp_read_digests_make(const struct dp_sweep *sweep, const char *text,
                                    struct dp_read_digests *digests, struct dp_error *error);

/* One number for everything that a run reads; 0 for nothing. The run must not be reduced yet. */
uint64_t dp_read_digests_find(const struct dp_read_digests *digests, const struct dp_run *run);
void dp_read_digests_free(struct dp_read_digests *digests);
