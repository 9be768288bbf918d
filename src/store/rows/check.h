// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "store/rows/rows.h"

/* Compares rows with their checksums; pending rows have none. A reader compares what it reads the first time
 * that it reads it, a window of rows at a time, so no table is made from a damaged row. */

enum { DP_CHECK_BYTES = 1 << 20 };

/* The number of rows that are compared together. */
int64_t dp_check_window(const struct dp_store *store);

/* Sets damaged[i] for each row of first..first+count-1 that differs from the given checksum
 * (DP_CHECK_...). */
enum dp_status dp_check_rows(const struct dp_store *store, int which, int64_t first, int64_t count,
                             bool *damaged, struct dp_error *error);

/* Tells that no row of these differs from its checksums. If they are a whole window, a reader does not
 * compare them again. */
void dp_check_passed(const struct dp_store *store, int64_t first, int64_t count);

/* For a store that is open for reading: makes dp_check_before_reading compare from now on. */
enum dp_status dp_check_prepare(struct dp_store *store, struct dp_error *error);

/* Returns DP_IO, with the row, when rows first..first+count-1 of the column are not as they were written. */
enum dp_status dp_check_before_reading(const struct dp_store *store, const struct dp_store_column *column,
                                       int64_t first, int64_t count, struct dp_error *error);
