// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store.h"
#include <stdio.h>

/* A store's runs as a tidy table: a line each, a column for each coordinate, the status and each result. */

/* Writes it as CSV (RFC 4180); flags by their names, what is not there as an empty field. The store is read
 * in windows, so any number of runs will do. */
enum dp_status dp_tidy_csv(const struct dp_store *store, const char *path, struct dp_error *error);

/* A number with the fewest digits that read back as the same double; nothing for NAN. */
void dp_tidy_number(double value, FILE *out);
