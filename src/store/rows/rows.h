// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "store/opened.h"

/* A window on contiguous rows: the values of some columns (never weights) as they are in the file,
 * little-endian.
 *
 * Weights are too large to hold for many rows. They are moved one run at a time; their checksum, which covers
 * them last, is continued over them. */
struct dp_rows {
    const struct dp_store *store;
    int64_t first, count;
    unsigned char *values[DP_STORE_COLUMNS]; // [count][inner]; NULL for columns that the window does not hold
    unsigned char *memory;
};

/* Makes room for the columns with these roles (bits 1 << role) and reads nothing. */
enum dp_status dp_rows_new(const struct dp_store *store, int64_t first, int64_t count, unsigned roles,
                           struct dp_rows *rows, struct dp_error *error);
void dp_rows_free(struct dp_rows *rows);

/* The bytes of one row in such a window. */
size_t dp_rows_bytes(const struct dp_store *store, unsigned roles);

/* Reads the columns with these roles. */
enum dp_status dp_rows_read(struct dp_rows *rows, unsigned roles, struct dp_error *error);

/* Writes the columns with these roles. */
enum dp_status dp_rows_write(const struct dp_rows *rows, unsigned roles, struct dp_error *error);

/* The columns of a window that a checksum covers, found once for all of its rows. */
struct dp_covered_part {
    const unsigned char *values;
    size_t size; // of a row
};
struct dp_covered {
    int parts;
    struct dp_covered_part part[DP_STORE_COLUMNS];
};
void dp_rows_cover(const struct dp_rows *rows, const struct dp_checksum *which, struct dp_covered *covered);

/* The checksum of row i. That of weights must be continued over them. */
uint32_t dp_covered_checksum(const struct dp_covered *covered, int64_t i);

/* A whole number of the window by column, or by the column's name; the store must have the column. */
int64_t dp_rows_number(const struct dp_rows *rows, const struct dp_store_column *column, int64_t i);
int64_t dp_rows_whole(const struct dp_rows *rows, const char *column, int64_t i);

/* Where the rows of a run lie in a ragged column: the names of the columns with the number of its rows and
 * the first of them. */
struct dp_ragged {
    const char *name, *size, *offset;
};
enum { DP_RAGGED = 3 };
extern const struct dp_ragged dp_ragged[DP_RAGGED];
