// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/reuse.h"
#include "dewpoint/sweep/identity.h"
#include "store/opened.h"

/* A store whose rows may be copied: its sweep, and how its runs ended. */

struct dp_ended {
    int status, stop; // DP_PENDING also for rows that are damaged
    int64_t steps, evaluations;
    double flow_time;
};

struct dp_donor {
    struct dp_store *store;
    struct dp_sweep sweep;
    struct dp_read_digests read;
    struct dp_ended *ended; // [runs]
    bool other_version;
    bool keeps_curves;    // the curves that the new store must keep
    int64_t rows, lost;   // rows copied; rows without a run in the new sweep
    int64_t damaged;      // rows that differ from their checksums
    int64_t lines_before; // lines of the sources of the donors before this one
};

/* Opens the store at path. *wanted: whether any of its rows is useful. The donor must be freed, also after a
 * failure. */
enum dp_status dp_donor_open(const char *path, const struct dp_sweep *sweep, bool any_version,
                             struct dp_donor *donor, struct dp_error *error);
void dp_donor_free(struct dp_donor *donor);

/* Appends the donor's line, and the lines that it passes on, to the text; *lines counts them. Returns false
 * without memory. */
bool dp_donor_sources(const struct dp_donor *donor, char **text, int64_t *lines);

/* Where a row of the new sweep is copied from. */
struct dp_origin {
    int64_t row;
    int donor; // -1: not copied
};

struct dp_reuse {
    int count;
    struct dp_donor *donors;
    int64_t runs, rows;
    struct dp_origin *origins; // [runs]
    char *sources;
};

/* match.c. Finds the origins; again: as in dp_reuse_options. */
enum dp_status dp_reuse_match(struct dp_reuse *reuse, const struct dp_sweep *sweep, const char *parts,
                              unsigned again, struct dp_error *error);

/* copy.c. Writes the rows into the new store at path, which no other process knows yet. */
enum dp_status dp_reuse_copy(const struct dp_reuse *reuse, const char *path, struct dp_error *error);
