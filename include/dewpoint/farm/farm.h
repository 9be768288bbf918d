// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/farm/scheduler.h"
#include <stdint.h>

/* The farm: all ranks train the runs of a sweep into one store.
 *
 * Rank 0 reads the sweep and the data files, checks everything, creates the store or finds the rows that an
 * earlier job left, and broadcasts the result. All ranks agree on the outcome before any rank goes on. Rank 0
 * then hands out chunks of rows and answers requests between its own runs. The other ranks train, write their
 * rows, and ask again. An idle rank sleeps.
 *
 * A job may end before its sweep: by a signal, by its time budget, or by too many failed runs. Nothing more
 * is then handed out, runs in progress finish within the grace time or leave a checkpoint, and the store is
 * closed. The same call resumes the sweep. A run that cannot be trained is tried once more, on another rank
 * if there is one, and then recorded as failed. A rank that cannot write a row reports its rank and the row
 * and ends the whole job; the store can be resumed. */

struct dp_farm_options {
    const char *sweep_path;
    const char *store_path;       // NULL: the sweep's name with .h5, in the current directory
    const char *const *overrides; // --set texts
    int override_count;
    const char *isa;     // cap on the instruction set, NULL for the best
    const char *program; // for the store's provenance
    const char *build;
    int quiet;            // no progress lines
    int speaks;           // this process speaks until MPI says which rank it is
    int as_json;          // progress and result are lines of JSON on stdout
    double time_budget;   // s from the start of the work, at most until SLURM_JOB_END_TIME; INFINITY: no end
    double grace;         // s for runs in progress to finish after a signal
    double checkpoint;    // s between two checkpoints of a long run; 0: none are written
    int64_t max_failures; // the job stops when more runs than this have failed
    const char *const *reuse; // stores whose rows are copied: store_reuse.h
    int reuse_count;
    int any_version;   // also rows of a version whose bits differ
    int extend;        // turn the store of another sweep into one of this sweep
    int shard, shards; // train part `shard` of `shards`, counted from 1; 0: the whole sweep
    enum dp_policy policy;
    unsigned again; // bits 1 << enum dp_run_status: train rows with these states again
};

/* The numbers are those of the root rank. */
struct dp_farm_result {
    int root;           // this process is the one that prints errors
    int complete;       // no run is left to do
    int64_t failed;     // runs recorded as failed
    int64_t unfinished; // runs that diverged or reached their step limit
};

/* Starts MPI, runs the sweep, and finishes MPI. Call it once, before any other use of MPI, on every rank. The
 * status is the same on every rank; error holds the sentences on the root rank only, for the caller to print
 * there. */
enum dp_status dp_farm_run(int *argc, char ***argv, const struct dp_farm_options *options,
                           struct dp_farm_result *result, struct dp_error *error);
