// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stdint.h>

/* The farm: all ranks train a sweep's runs into one store.
 *
 * Rank 0 reads the sweep and the data files, checks everything, creates the store or finds the rows that an
 * earlier job left, and broadcasts; every rank agrees on the outcome before it goes on. Then rank 0 hands out
 * chunks of rows, answering between its own runs; the others train, write their rows, and ask again. An idle
 * rank sleeps.
 *
 * A job may end before its sweep: by a signal, by its time budget, by too many failed runs. Then nothing more
 * is handed out, runs in hand finish within the grace or leave a checkpoint, the store is closed, and the
 * same call resumes all of it. A run that cannot be trained is tried once more, elsewhere where there is a
 * choice, and then recorded as failed. A rank that cannot write a row says so with its rank and row and ends
 * the whole job from within; the store resumes. */

struct dp_farm_options {
    const char *sweep_path;
    const char *store_path;       // NULL: the sweep's name with .h5, in the current directory
    const char *const *overrides; // --set texts
    int override_count;
    const char *isa;     // cap on the instruction set, NULL for the best
    const char *program; // for the store's provenance
    const char *build;
    int quiet;                // no progress lines
    double time_budget;       // s from the start of the work; 0: what SLURM_JOB_END_TIME tells, if anything
    double grace;             // s that runs in hand have to finish after a signal
    double checkpoint;        // s between two checkpoints of a long run; 0: none are written
    int64_t max_failures;     // the job stops when more runs than these have failed
    const char *const *reuse; // stores whose rows are copied: store_reuse.h
    int reuse_count;
    int any_version;   // also those of a program whose bits differ
    int extend;        // the store of another sweep becomes that of this one
    int shard, shards; // train this part of so many, counted from 1; 0: the whole sweep
    unsigned again;    // bits 1 << enum dp_run_status: rows that ended so are trained again
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
