// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "store/opened.h"

/* A window on contiguous rows: the values of some columns, never of weights, as they stand in the file,
 * little-endian.
 *
 * Weights are too large to hold for many rows; they pass one run at a time, and the checksum, which they end,
 * is continued over them. */
struct dp_rows {
    const struct dp_store *store;
    int64_t first, count;
    unsigned char *values[DP_STORE_COLUMNS]; // [count][inner]; NULL for columns that it does not hold
    unsigned char *memory;
};

/* Room for the columns of a window with these roles (bits 1 << role), nothing read. */
enum dp_status dp_rows_new(const struct dp_store *store, int64_t first, int64_t count, unsigned roles,
                           struct dp_rows *rows, struct dp_error *error);
void dp_rows_free(struct dp_rows *rows);

/* Bytes that one row takes in such a window. */
size_t dp_rows_bytes(const struct dp_store *store, unsigned roles);

/* Reads the columns with these roles. */
enum dp_status dp_rows_read(struct dp_rows *rows, unsigned roles, struct dp_error *error);

/* Writes the columns with these roles. */
enum dp_status dp_rows_write(const struct dp_rows *rows, unsigned roles, struct dp_error *error);

/* A checksum of row i of the window over those of its columns that the window holds; that of weights is to be
 * continued over them. */
uint32_t dp_rows_checksum(const struct dp_rows *rows, int64_t i, const struct dp_checksum *which);

/* A whole number of the window by column name; the store must have the column. */
int64_t dp_rows_whole(const struct dp_rows *rows, const char *column, int64_t i);

/* Where the rows of a run lie in a ragged column: the names of the columns with their number and the first of
 * them. */
struct dp_ragged {
    const char *name, *size, *offset;
};
enum { DP_RAGGED = 3 };
extern const struct dp_ragged dp_ragged[DP_RAGGED];
