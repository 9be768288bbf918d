// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store.h"
#include <stdbool.h>

/* Rows of finished stores that stand for rows of a new one.
 *
 * A record depends on the parameters and the data of its run alone, so a finished row is copied wherever a
 * run agrees with it (sweep_identity.h), with its curves and neurons; the bits are those that training would
 * leave. One mechanism gives --reuse, --extend, merging of shards and refinement.
 *
 * dp_reuse_find makes a digest for every finished row of the stores and for every run of the sweep, sorts
 * them together, and looks at those with equal digests: runs are compared key by key, stops and limits by how
 * the row ended (dp_run_ends_alike), and what the new store keeps must have been kept. Damaged rows are not
 * taken. It takes some 100 bytes a row for as long as the result lives. Serial, in one process; no MPI.
 *
 * Every row that is copied says in the column `source` where it came from: a line of the attribute `sources`,
 * counted from 1, with path, sweep, date, program and hosts of the store that trained it. Stores that copied
 * rows themselves hand their lines on. */

struct dp_reuse;

struct dp_reuse_options {
    const char *const *paths; // of the stores; the first one that has a row gives it
    int count;
    bool any_version; // also rows of a program whose bits differ
    unsigned again;   // bits 1 << enum dp_run_status: rows that ended so are not taken
};

/* Finds the rows. parts: of the sweep's files, as dp_inputs_parts writes them. DP_MISMATCH for a store of
 * another results version, unless any_version is set. The sweep must outlive the result. */
enum dp_status dp_reuse_find(const struct dp_sweep *sweep, const char *parts,
                             const struct dp_reuse_options *options, struct dp_reuse **reuse,
                             struct dp_error *error);
void dp_reuse_free(struct dp_reuse *reuse);

/* How many rows there are to copy, of all stores or of store i, and how many finished rows of store i agree
 * with no run of the sweep, whatever its stops and limits. */
int64_t dp_reuse_rows(const struct dp_reuse *reuse);
int64_t dp_reuse_rows_of(const struct dp_reuse *reuse, int i);
int64_t dp_reuse_lost(const struct dp_reuse *reuse, int i);

/* Is row there to be copied? */
bool dp_reuse_has(const struct dp_reuse *reuse, int64_t row);

/* What the store's attribute `sources` should say. */
const char *dp_reuse_sources(const struct dp_reuse *reuse);

/* As dp_store_create, with the rows (reuse NULL: none) copied before the store gets its name. replace: what
 * stands at path gives way in one step, so that whoever is killed leaves the old store or the new one. */
enum dp_status dp_store_create_from(const struct dp_reuse *reuse, const char *path,
                                    const struct dp_sweep *sweep, const struct dp_samples *file,
                                    const struct dp_provenance *provenance, bool replace,
                                    struct dp_error *error);
