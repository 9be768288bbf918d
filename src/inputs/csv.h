// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stddef.h>
#include <stdint.h>

/* A table of finite numbers from a text file: fields between commas, as many on every line. The first line
 * may be a header; # begins a comment, blank lines are skipped. Released by dp_csv_free. */

struct dp_csv {
    const char *path;
    int64_t line;    // of the file, from 1
    int64_t columns; // 0 before the first numbers
    int64_t count, room;
    int64_t least;    // columns that there must be
    const char *what; // what they are
    char *header;     // the header's line, allocated; NULL: there is none
    double *values;   // [count][columns]
};

/* Reads the file at path (which csv goes on pointing to). least: columns that there must be, and what they
 * are ("x and y"). DP_BAD_INPUT names file, line and column. On failure csv is released. */
enum dp_status dp_csv_read(const char *path, int64_t least, const char *what, struct dp_csv *csv,
                           struct dp_error *error);

/* Name k of the header, without blanks and quotes around it; "" beyond its end. Returns name. */
const char *dp_csv_name(const struct dp_csv *csv, int64_t k, char *name, size_t size);

void dp_csv_free(struct dp_csv *csv);
