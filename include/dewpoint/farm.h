// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"

/* The farm: all ranks train a sweep's runs into one store.
 *
 * Rank 0 reads the sweep and the data files, checks everything, creates the store or finds the rows that an
 * earlier job left, and broadcasts; every rank agrees on the outcome before it goes on. Then rank 0 hands out
 * chunks of rows, answering between its own runs; the others train, write their rows, and ask again. An idle rank
 * sleeps. A rank that cannot go on says so with its rank and row and ends the job; the store resumes. */

struct dp_farm_options {
    const char *sweep_path;
    const char *store_path;
    const char *const *overrides; // --set texts
    int override_count;
    const char *isa;     // cap on the instruction set, NULL for the best
    const char *program; // for the store's provenance
    const char *build;
    int quiet; // no progress lines
};

/* Starts MPI, runs the sweep, and finishes MPI. Call it once, before any other use of MPI, on every rank.
 * The status is the same on every rank; error holds the sentences on rank 0 only, for the caller to print there
 * (*root says whether this is it). Interrupted runs resume by the same call. */
enum dp_status dp_farm_run(int *argc, char ***argv, const struct dp_farm_options *options, int *root,
                           struct dp_error *error);
