// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"
#include <stdbool.h>

/* The runs of a store as a table: a line for each run, a column for each coordinate, the status and each
 * result. */

/* Writes the table as CSV (RFC 4180) that numpy, pandas and R read directly: one header line, names of flags
 * (with numbers: their numbers, so that every field is a number), nan for missing values. The store is read
 * in windows, so memory does not grow with the number of runs. */
enum dp_status dp_run_table_csv(const struct dp_store *store, const char *path, bool numbers,
                                struct dp_error *error);
