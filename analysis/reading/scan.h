// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"
#include "reading/filter.h"
#include <stdbool.h>
#include <stdint.h>

/* Reads chosen columns of all rows of a store, a window of rows at a time, so that memory does not grow with
 * the number of runs, and tells which rows pass a filter.
 *
 *     dp_scan_open(store, names, count, &filter, &scan, error)
 *     while (scan.first < scan.runs) {
 *         DP_TRY(dp_scan_next(&scan, error));
 *         for each i < scan.count with dp_scan_passes(&scan, i): scan.column[0][i], ...
 *     }
 *     dp_scan_close(&scan) */

enum { DP_SCAN_COLUMNS = 56 };

struct dp_scan {
    int64_t runs;                    // rows in the store
    int64_t count;                   // rows in the window
    int64_t first;                   // first row after the window
    double *column[DP_SCAN_COLUMNS]; // [count] each, in the order of the names
    // private
    const struct dp_store *store;
    const char *const *name;
    int columns;
    const struct dp_filter *filter;
    double *term_value[DP_FILTER_TERMS];
    double *memory;
};

/* The columns name[columns] are read in this order: if status comes first, the results of rows that are done
 * are on disk when they are read. A name may be NULL: its column stays NULL. name and filter must outlive
 * scan. */
enum dp_status dp_scan_open(const struct dp_store *store, const char *const *name, int columns,
                            const struct dp_filter *filter, struct dp_scan *scan, struct dp_error *error);

/* Reads the next window; count is 0 at the end. */
enum dp_status dp_scan_next(struct dp_scan *scan, struct dp_error *error);

/* Whether row i of the window passes the filter. */
bool dp_scan_passes(const struct dp_scan *scan, int64_t i);

void dp_scan_close(struct dp_scan *scan);

/* Fills rows[most] with the rows that pass; *count, their number, may be larger. */
enum dp_status dp_scan_rows(const struct dp_store *store, const struct dp_filter *filter, int64_t *rows,
                            int64_t most, int64_t *count, struct dp_error *error);
