// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"

/* The farm: all ranks train a sweep's runs into one store.
 *
 * Rank 0 reads the sweep and the data files, checks everything, creates the store or finds the rows that an
 * earlier job left, and broadcasts; every rank agrees on the outcome before it goes on. Then rank 0 hands out
 * chunks of rows, answering between its own runs; the others train, write their rows, and ask again. An idle
 * rank sleeps. A rank that cannot go on says so with its rank and row and ends the job; the store resumes. */

struct dp_farm_options {
    const char *sweep_path;
    const char *store_path;       // NULL: the sweep's name with .h5, in the current directory
    const char *const *overrides; // --set texts
    int override_count;
    const char *isa;     // cap on the instruction set, NULL for the best
    const char *program; // for the store's provenance
    const char *build;
    int quiet; // no progress lines
};

struct dp_farm_result {
    int root;   // this process is the one that prints errors
    int signal; // the signal that ended the work early, 0 when the sweep is complete
};

/* Starts MPI, runs the sweep, and finishes MPI. Call it once, before any other use of MPI, on every rank.
 * The status and result->signal are the same on every rank; error holds the sentences on the root rank only,
 * for the caller to print there. Interrupted runs resume by the same call. SIGINT, SIGTERM and SIGUSR1
 * (SLURM's warning) end the work early: no chunk is handed out any more, the running ones are finished and
 * written, and the store is closed. A rank that cannot train or write a row prints rank and row and ends the
 * whole job with exit code 1 from within. */
enum dp_status dp_farm_run(int *argc, char ***argv, const struct dp_farm_options *options,
                           struct dp_farm_result *result, struct dp_error *error);
