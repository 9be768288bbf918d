// SPDX-License-Identifier: BSD-3-Clause
#include "store/rows.h"
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static size_t row_bytes(const struct dp_store_column *column)
{
    return dp_role_in(column->role, DP_ROLES_RAGGED) ? 0
                                                     : (size_t)column->inner * dp_column_size(column->type);
}

size_t dp_rows_bytes(const struct dp_store *store)
{
    size_t bytes = 0;
    for (int c = 0; c < store->count; c++)
        bytes += row_bytes(&store->columns[c]);
    return bytes;
}

enum dp_status dp_rows_new(const struct dp_store *store, int64_t first, int64_t count, struct dp_rows *rows,
                           struct dp_error *error)
{
    *rows = (struct dp_rows){.store = store, .first = first, .count = count};
    rows->memory = calloc((size_t)count, dp_rows_bytes(store));
    if (!rows->memory)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for %lld rows", store->path, (long long)count);
    unsigned char *next = rows->memory;
    for (int c = 0; c < store->count; c++)
        if (!dp_role_in(store->columns[c].role, DP_ROLES_RAGGED)) {
            rows->values[c] = next;
            next += (size_t)count * row_bytes(&store->columns[c]);
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

uint32_t dp_checksum_continue(uint32_t checksum, const unsigned char *bytes, size_t size)
{
    uLong crc = checksum;
    while (size > 0) { // zlib counts in 32 bits
        const uInt part = size < (1U << 30) ? (uInt)size : 1U << 30;
        crc = crc32(crc, bytes, part);
        bytes += part;
        size -= part;
    }
    return (uint32_t)crc;
}

uint32_t dp_rows_checksum(const struct dp_rows *rows, int64_t i)
{
    const unsigned left_out = 1U << DP_ROLE_NOTE | 1U << DP_ROLE_CHECKSUM | DP_ROLES_INDEX;
    uint32_t checksum = 0;
    for (int c = 0; c < rows->store->count; c++) {
        const struct dp_store_column *column = &rows->store->columns[c];
        const size_t size = row_bytes(column);
        if (rows->values[c] && !(left_out >> column->role & 1))
            checksum = dp_checksum_continue(checksum, rows->values[c] + (size_t)i * size, size);
    }
    return checksum;
}

int64_t dp_rows_whole(const struct dp_rows *rows, const char *column, int64_t i)
{
    const struct dp_store_column *c = dp_opened_find(rows->store, column);
    const size_t size = dp_column_size(c->type);
    const unsigned char *bytes = rows->values[c - rows->store->columns] + (size_t)i * size;
    uint64_t bits = 0;
    for (size_t b = 0; b < size; b++)
        bits |= (uint64_t)bytes[b] << (8 * b);
    return c->type == DP_COLUMN_I32 ? (int32_t)(uint32_t)bits : (int64_t)bits;
}
