// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stdio.h>

/* Files that are made for the user: tables, figures, grids, exports.
 *
 * A file is written beside its place under a temporary name, which ends as its own does, and renamed when it
 * is complete and on the disk. So nobody sees half of it, and a failure leaves what stood there before. A
 * link is followed, and what is no regular file (a terminal, a pipe) is written directly. The caller owns the
 * path. */

struct dp_output {
    const char *path;
    char *temporary; // where to write: allocated
    char *target;    // what the temporary file becomes; NULL: it is the place itself
    FILE *file;      // NULL when somebody else writes to temporary
};

/* Chooses the temporary name, and makes the file there with the permissions of the one that it will replace.
 * DP_IO with the path and the reason. */
enum dp_status dp_output_begin(const char *path, struct dp_output *output, struct dp_error *error);

/* The same, and opens output->file for writing bytes. */
enum dp_status dp_output_open(const char *path, struct dp_output *output, struct dp_error *error);

/* Puts the file in its place if status is DP_OK and every byte was written, else removes it. Returns status,
 * or the failure. */
enum dp_status dp_output_end(struct dp_output *output, enum dp_status status, struct dp_error *error);

/* Has everything that was printed reached stdout? DP_IO with the reason: a full disk, a closed pipe. */
enum dp_status dp_stdout_check(struct dp_error *error);
