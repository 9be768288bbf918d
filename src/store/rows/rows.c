// SPDX-License-Identifier: BSD-3-Clause
#include "store/rows/rows.h"
#include "store/format/checksum.h"
#include <stdlib.h>
#include <string.h>

const struct dp_ragged dp_ragged[DP_RAGGED] = {
    {"weights_first", "weights_row_size", "weights_offset"},
    {"weights_last", "weights_row_size", "weights_offset"},
    {"weights_along", "along_row_size", "along_offset"},
};

/* 0 for what the window does not hold. */
static size_t row_bytes(const struct dp_store_column *column, unsigned roles)
{
    return dp_role_in(column->role, roles & ~(unsigned)DP_ROLES_RAGGED)
               ? (size_t)column->inner * dp_column_size(column->type)
               : 0;
}

size_t dp_rows_bytes(const struct dp_store *store, unsigned roles)
{
    size_t bytes = 0;
    for (int c = 0; c < store->count; c++)
        bytes += row_bytes(&store->columns[c], roles);
    return bytes;
}

enum dp_status dp_rows_new(const struct dp_store *store, int64_t first, int64_t count, unsigned roles,
                           struct dp_rows *rows, struct dp_error *error)
{
    *rows = (struct dp_rows){.store = store, .first = first, .count = count};
    rows->memory = calloc((size_t)count, dp_rows_bytes(store, roles));
    if (!rows->memory)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for %lld rows", store->path, (long long)count);
    unsigned char *next = rows->memory;
    for (int c = 0; c < store->count; c++)
        if (row_bytes(&store->columns[c], roles) > 0) {
            rows->values[c] = next;
            next += (size_t)count * row_bytes(&store->columns[c], roles);
        }
    return DP_OK;
}

void dp_rows_free(struct dp_rows *rows)
{
    free(rows->memory);
    *rows = (struct dp_rows){0};
}

enum dp_status dp_rows_read(struct dp_rows *rows, unsigned roles, struct dp_error *error)
{
    for (int c = 0; c < rows->store->count; c++) {
        const struct dp_store_column *column = &rows->store->columns[c];
        if (rows->values[c] && roles >> column->role & 1 &&
            !dp_h5_read(column->dataset, dp_h5_type(column->type), rows->first, rows->count, column->inner,
                        rows->values[c]))
            return dp_h5_fail(error, rows->store->path, "read rows");
    }
    return DP_OK;
}

enum dp_status dp_rows_write(const struct dp_rows *rows, unsigned roles, struct dp_error *error)
{
    for (int c = 0; c < rows->store->count; c++) {
        const struct dp_store_column *column = &rows->store->columns[c];
        if (rows->values[c] && roles >> column->role & 1 &&
            !dp_h5_write(column->dataset, dp_h5_type(column->type), rows->first, rows->count, column->inner,
                         rows->values[c]))
            return dp_h5_fail(error, rows->store->path, "write rows");
    }
    return DP_OK;
}

void dp_rows_cover(const struct dp_rows *rows, const struct dp_checksum *which, struct dp_covered *covered)
{
    covered->parts = 0;
    for (int c = 0; c < rows->store->count; c++) {
        const struct dp_store_column *column = &rows->store->columns[c];
        // Each begins with the run's number, so that no row can pass for another.
        if (rows->values[c] && (c == 0 || dp_role_in(column->role, which->covers)))
            covered->part[covered->parts++] = (struct dp_covered_part){
                rows->values[c], (size_t)column->inner * dp_column_size(column->type)};
    }
}

/* The small values of a row are gathered first: a call for each of them would take twice as long. */
uint32_t dp_covered_checksum(const struct dp_covered *covered, int64_t i)
{
    unsigned char gathered[1024];
    size_t used = 0;
    uint32_t checksum = 0;
    for (int p = 0; p < covered->parts; p++) {
        const size_t size = covered->part[p].size;
        const unsigned char *const bytes = covered->part[p].values + (size_t)i * size;
        if (size > sizeof gathered - used) {
            checksum = dp_checksum_continue(checksum, gathered, used);
            used = 0;
        }
        if (size == 8) // a copy of known size is one instruction
            memcpy(gathered + used, bytes, 8);
        else if (size == 4)
            memcpy(gathered + used, bytes, 4);
        else if (size <= sizeof gathered)
            memcpy(gathered + used, bytes, size);
        else
            checksum = dp_checksum_continue(checksum, bytes, size);
        used += size <= sizeof gathered ? size : 0;
    }
    return dp_checksum_continue(checksum, gathered, used);
}

int64_t dp_rows_number(const struct dp_rows *rows, const struct dp_store_column *c, int64_t i)
{
    const size_t size = dp_column_size(c->type);
    const unsigned char *bytes = rows->values[c - rows->store->columns] + (size_t)i * size;
    uint64_t bits = 0;
    for (size_t b = 0; b < size; b++)
        bits |= (uint64_t)bytes[b] << (8 * b);
    return c->type == DP_COLUMN_I32 ? (int32_t)(uint32_t)bits : (int64_t)bits;
}

int64_t dp_rows_whole(const struct dp_rows *rows, const char *column, int64_t i)
{
    return dp_rows_number(rows, dp_opened_find(rows->store, column), i);
}
