// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store.h"
#include <stdbool.h>
#include <stdint.h>

/* A pass over the rows of a store: chosen columns, a window of rows at a time, and which rows the picks let
 * through. Memory does not grow with the number of runs.
 *
 *     dp_rows_open(store, names, count, picks, pick_count, &rows, error)
 *     while (rows.first < rows.runs) { DP_TRY(dp_rows_next(&rows, error)); for i < rows.count: if
 * dp_rows_pass ... } dp_rows_close(&rows) */

enum { DP_PICKS = 32, DP_ROWS_COLUMNS = 56 };

/* Only runs whose coordinate has this value; several picks of one column are alternatives. */
struct dp_pick {
    const char *column;
    double value;
};

struct dp_rows {
    int64_t runs;                    // rows in the store
    int64_t count;                   // rows in the window
    int64_t first;                   // row behind the window
    double *column[DP_ROWS_COLUMNS]; // [count] each, in the order of the names
    // private
    const struct dp_store *store;
    const char *const *name;
    int columns;
    const struct dp_pick *pick;
    int picks;
    double *pick_value[DP_PICKS];
    double *memory;
};

/* name[columns] is read in this order: with status first, what follows is on disk for rows that are done. A
 * name may be NULL: its column stays NULL. name and pick must outlive rows. */
enum dp_status dp_rows_open(const struct dp_store *store, const char *const *name, int columns,
                            const struct dp_pick *pick, int picks, struct dp_rows *rows,
                            struct dp_error *error);

/* Reads the next window; count is 0 at the end. */
enum dp_status dp_rows_next(struct dp_rows *rows, struct dp_error *error);

/* Does row i of the window pass: for every column that is picked, one of its picks? */
bool dp_rows_pass(const struct dp_rows *rows, int64_t i);

void dp_rows_close(struct dp_rows *rows);
