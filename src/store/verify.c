// SPDX-License-Identifier: BSD-3-Clause
#include "store/rows.h"
#include <stdlib.h>

enum { VERIFY_BYTES = 1 << 23, ALL_ROLES = 0xffff };

/* Continues a checksum over one run's weights, a block of neurons at a time. */
static enum dp_status continue_over_weights(const struct dp_store *store, const char *name, int64_t first,
                                            int64_t width, uint32_t *checksum, struct dp_error *error)
{
    const struct dp_store_column *column = dp_opened_find(store, name);
    const size_t neuron = (size_t)column->inner * 8;
    if (first < 0 || width < 0 || width > column->rows || first > column->rows - width) {
        *checksum = ~*checksum; // the index itself is damaged: the row is wrong, and there is nothing to read
        return DP_OK;
    }
    const int64_t block = (int64_t)(VERIFY_BYTES / neuron) + 1;
    unsigned char *bytes = malloc((size_t)(width < block ? width : block) * neuron + 1);
    if (!bytes)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for the weights of a run", store->path);
    bool fine = true;
    for (int64_t done = 0; done < width && fine; done += block) {
        const int64_t count = width - done < block ? width - done : block;
        fine =
            dp_h5_read(column->dataset, dp_h5_type(column->type), first + done, count, column->inner, bytes);
        if (fine)
            *checksum = dp_checksum_continue(*checksum, bytes, (size_t)count * neuron);
    }
    free(bytes);
    return fine ? DP_OK : dp_h5_fail(error, store->path, "read weights");
}

static enum dp_status verify_row(const struct dp_rows *rows, int64_t i, bool *right, struct dp_error *error)
{
    uint32_t checksum = dp_rows_checksum(rows, i);
    static const struct {
        const char *name, *size, *offset;
    } parts[] = {
        {"weights_first", "weights_row_size", "weights_offset"},
        {"weights_last", "weights_row_size", "weights_offset"},
        {"weights_along", "along_row_size", "along_offset"},
    };
    for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++)
        if (dp_store_has(rows->store, parts[p].name))
            DP_TRY(continue_over_weights(rows->store, parts[p].name, dp_rows_whole(rows, parts[p].offset, i),
                                         dp_rows_whole(rows, parts[p].size, i), &checksum, error));
    *right = checksum == (uint32_t)dp_rows_whole(rows, "checksum", i);
    return DP_OK;
}

static enum dp_status verify_window(struct dp_rows *rows, int64_t *wrong, int64_t *first_wrong,
                                    struct dp_error *error)
{
    // Status first: a row that is done was written before that was said.
    DP_TRY(dp_rows_read(rows, 1U << DP_ROLE_STATUS, error));
    DP_TRY(dp_rows_read(rows, ALL_ROLES & ~(1U << DP_ROLE_STATUS), error));
    for (int64_t i = 0; i < rows->count; i++) {
        if (dp_rows_whole(rows, "status", i) == DP_PENDING)
            continue;
        bool right;
        DP_TRY(verify_row(rows, i, &right, error));
        if (!right && (*wrong)++ == 0)
            *first_wrong = rows->first + i;
    }
    return DP_OK;
}

enum dp_status dp_store_verify(const struct dp_store *store, int64_t *wrong, int64_t *first_wrong,
                               struct dp_error *error)
{
    *wrong = 0;
    *first_wrong = -1;
    const int64_t window = (int64_t)(VERIFY_BYTES / dp_rows_bytes(store)) + 1;
    for (int64_t first = 0; first < store->runs; first += window) {
        const int64_t left = store->runs - first;
        struct dp_rows rows;
        DP_TRY(dp_rows_new(store, first, left < window ? left : window, &rows, error));
        const enum dp_status status = verify_window(&rows, wrong, first_wrong, error);
        dp_rows_free(&rows);
        DP_TRY(status);
    }
    return DP_OK;
}
