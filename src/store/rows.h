// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "store/opened.h"

/* A window on contiguous rows: for every column but weights, the values as they stand in the file,
 * little-endian.
 *
 * Weights are too large to hold for many rows; they pass one run at a time, and the checksum, which they end,
 * is continued over them. */
struct dp_rows {
    const struct dp_store *store;
    int64_t first, count;
    unsigned char *values[DP_STORE_COLUMNS]; // [count][inner]; NULL for weights
    unsigned char *memory;
};

/* Room for the rows of a window, nothing read. */
enum dp_status dp_rows_new(const struct dp_store *store, int64_t first, int64_t count, struct dp_rows *rows,
                           struct dp_error *error);
void dp_rows_free(struct dp_rows *rows);

/* Bytes that one row takes in a window. */
size_t dp_rows_bytes(const struct dp_store *store);

/* Reads the columns with these roles (bits 1 << role). */
enum dp_status dp_rows_read(struct dp_rows *rows, unsigned roles, struct dp_error *error);

/* Writes the columns with these roles. */
enum dp_status dp_rows_write(const struct dp_rows *rows, unsigned roles, struct dp_error *error);

/* CRC-32 of row i of the window over coordinates, status, results and curves, to be continued over weights.
 */
uint32_t dp_rows_checksum(const struct dp_rows *rows, int64_t i);

/* A whole number of the window by column name; the store must have the column. */
int64_t dp_rows_whole(const struct dp_rows *rows, const char *column, int64_t i);

/* Continues a CRC-32 over any number of bytes. */
uint32_t dp_checksum_continue(uint32_t checksum, const unsigned char *bytes, size_t size);
