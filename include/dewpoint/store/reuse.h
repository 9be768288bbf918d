// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"
#include <stdbool.h>

/* Reuse: rows of finished stores are copied into a new store.
 *
 * A record depends only on the parameters and the data of its run. A finished row is therefore copied, with
 * its curves and neurons, wherever a run agrees with it (sweep_identity.h); training would leave the same
 * bits. This one mechanism gives --reuse, --extend, merging of shards and refinement.
 *
 * dp_reuse_find makes a digest for every finished row of the stores and for every run of the sweep, and sorts
 * the digests. Rows and runs with equal digests are compared key by key. Stops and limits are compared by how
 * the row ended (dp_run_ends_alike), and the row must have everything that the new store keeps. Damaged rows
 * are not copied. The result takes about 100 bytes per row for as long as it lives. The search is serial, in
 * one process, without MPI.
 *
 * For every copied row the column `source` says where it came from: the number, counted from 1, of a line of
 * the attribute `sources` with path, sweep, date, program and hosts of the store that trained it. A store
 * that itself has copied rows passes its lines on. */

struct dp_reuse;

struct dp_reuse_options {
    const char *const *paths; // of the stores; a row is taken from the first store that has it
    int count;
    bool any_version; // also copy rows of a version whose bits differ
    unsigned again;   // bits 1 << enum dp_run_status: rows with these states are not copied
};

/* Finds the rows. parts: digests of the sweep's files, as dp_inputs_parts writes them. DP_MISMATCH for a
 * store of another results version, unless any_version is set. The sweep must outlive the result. */
enum dp_status dp_reuse_find(const struct dp_sweep *sweep, const char *parts,
                             const struct dp_reuse_options *options, struct dp_reuse **reuse,
                             struct dp_error *error);
void dp_reuse_free(struct dp_reuse *reuse);

/* The number of rows to copy from all stores, or from store i. dp_reuse_lost: the number of finished rows of
 * store i that agree with no run of the sweep, whatever its stops and limits. dp_reuse_damaged: the number of
 * rows of store i that differ from their checksums. */
int64_t dp_reuse_rows(const struct dp_reuse *reuse);
int64_t dp_reuse_rows_of(const struct dp_reuse *reuse, int i);
int64_t dp_reuse_lost(const struct dp_reuse *reuse, int i);
int64_t dp_reuse_damaged(const struct dp_reuse *reuse, int i);

/* Whether a row of the sweep is copied. */
bool dp_reuse_has(const struct dp_reuse *reuse, int64_t row);

/* The text of the attribute `sources` of the new store. */
const char *dp_reuse_sources(const struct dp_reuse *reuse);

/* As dp_store_create, but the rows (reuse NULL: none) are copied before the store gets its name. replace: an
 * existing file at path is replaced in one step, so that a kill leaves either the old store or the new
 * one. */
enum dp_status dp_store_create_from(const struct dp_reuse *reuse, const char *path,
                                    const struct dp_sweep *sweep, const struct dp_samples *file,
                                    const struct dp_provenance *provenance, bool replace,
                                    struct dp_error *error);
