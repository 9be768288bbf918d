// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store.h"

/* The runs of a store as a table: a line for each run, a column for each coordinate, the status and each
 * result. */

/* Writes it as CSV (RFC 4180); flags by their names, what is not there as an empty field. The store is read
 * in windows, so any number of runs will do. */
enum dp_status dp_run_table_csv(const struct dp_store *store, const char *path, struct dp_error *error);
