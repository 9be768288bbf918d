// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdio.h>

/* Files made for the user: tables, figures, grids, exports.
 *
 * A file is written beside its final place under a temporary name with the same ending. It is renamed when it
 * is complete and on the disk. No reader ever sees half a file, and after a failure the previous file is
 * still there. Links are followed. Anything that is not a regular file (a terminal, a pipe) is written
 * directly. The caller owns the path. */

struct dp_output {
    const char *path;
    char *temporary; // where to write: allocated
    char *target;    // what the temporary file is renamed to; NULL: it is written directly
    FILE *file;      // NULL when the caller writes to temporary by other means
};

/* Chooses the temporary name and creates the file with the permissions of the file that it will replace.
 * Returns DP_IO with the path and the reason on failure. */
enum dp_status dp_output_begin(const char *path, struct dp_output *output, struct dp_error *error);

/* The same, and opens output->file for writing. */
enum dp_status dp_output_open(const char *path, struct dp_output *output, struct dp_error *error);

/* Moves the file to its place if status is DP_OK and every byte was written, and removes it otherwise.
 * Returns status, or the failure. */
enum dp_status dp_output_end(struct dp_output *output, enum dp_status status, struct dp_error *error);

/* Checks that everything printed has reached stdout. Returns DP_IO with the reason, such as a full disk or a
 * closed pipe. */
enum dp_status dp_stdout_check(struct dp_error *error);
