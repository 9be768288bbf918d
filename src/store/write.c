// SPDX-License-Identifier: BSD-3-Clause
#include "store/rows.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The order of a batch is what makes a store survive: data and checksum, then a sync, then status. Without the
 * sync the kernel may write status to disk first, and a power cut leaves rows marked done that are not there. */

static void put_curve(const struct dp_store_column *column, const struct dp_trace *trace,
                      unsigned char *bytes)
{
    for (int64_t p = 0; p < column->inner; p++, bytes += 8)
        if (p < trace->curve_count && trace->curve)
            dp_column_put(column->entry, &trace->curve[p], bytes);
        else
            dp_put_real(NAN, bytes);
}

static void put_records(struct dp_rows *rows, const struct dp_record *records, const struct dp_trace *traces)
{
    for (int c = 0; c < rows->store->count; c++) {
        const struct dp_store_column *column = &rows->store->columns[c];
        if (!column->entry)
            continue;
        const size_t size = dp_column_size(column->type) * (size_t)column->inner;
        for (int64_t i = 0; i < rows->count; i++) {
            unsigned char *bytes = rows->values[c] + (size_t)i * size;
            if (column->entry->source == DP_FROM_RECORD)
                dp_column_put(column->entry, &records[i], bytes);
            else if (column->role == DP_ROLE_CURVE)
                put_curve(column, &traces[i], bytes);
        }
    }
}

/* Writes the weights of one run, [width][inputs + 2] in memory, and continues its checksum over them. Runs with
 * fewer inputs than others leave the last components unset. */
static enum dp_status write_weights(const struct dp_store *store, const char *name, const double *weights,
                                    int64_t first, int64_t width, int64_t inputs, uint32_t *checksum,
                                    struct dp_error *error)
{
    const struct dp_store_column *column = dp_opened_find(store, name);
    const size_t size = (size_t)width * (size_t)column->inner * 8;
    unsigned char *bytes = malloc(size), *next = bytes;
    if (!bytes)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for the weights of a run", store->path);
    for (int64_t k = 0; k < width; k++)
        for (int64_t j = 0; j < column->inner; j++, next += 8)
            dp_put_real(weights && j < inputs + 2 ? weights[k * (inputs + 2) + j] : NAN, next);
    *checksum = dp_checksum_continue(*checksum, bytes, size);
    const bool fine =
        dp_h5_write(column->dataset, dp_h5_type(column->type), first, width, column->inner, bytes);
    free(bytes);
    return fine ? DP_OK : dp_h5_fail(error, store->path, "write weights");
}

/* Computes the checksums of all rows, writing the weights on the way. */
static enum dp_status put_checksums(struct dp_rows *rows, const struct dp_trace *traces,
                                    struct dp_error *error)
{
    const struct dp_store *store = rows->store;
    const bool weights = dp_store_has(store, "weights_first");
    const struct dp_store_column *column = dp_opened_find(store, "checksum");
    unsigned char *bytes = rows->values[column - store->columns];
    for (int64_t i = 0; i < rows->count; i++, bytes += 4) {
        uint32_t checksum = dp_rows_checksum(rows, i);
        if (weights) {
            const int64_t first = dp_rows_whole(rows, "weights_offset", i);
            const int64_t width = dp_rows_whole(rows, "weights_row_size", i);
            const int64_t inputs = dp_rows_whole(rows, "weights_inputs", i);
            DP_TRY(write_weights(store, "weights_first", traces[i].weights_first, first, width, inputs,
                                 &checksum, error));
            DP_TRY(write_weights(store, "weights_last", traces[i].weights_last, first, width, inputs,
                                 &checksum, error));
        }
        dp_put_whole(DP_COLUMN_U32, checksum, bytes);
    }
    return DP_OK;
}

static enum dp_status check_arguments(const struct dp_store *store, int64_t first, int64_t count,
                                      const struct dp_record *records, const struct dp_trace *traces,
                                      struct dp_error *error)
{
    if (store->sync < 0)
        return dp_fail(error, DP_INTERNAL, "%s: the store is open for reading only", store->path);
    if (first < 0 || first > store->runs - count)
        return dp_fail(error, DP_INTERNAL, "%s: there are no rows %lld to %lld", store->path,
                       (long long)first, (long long)(first + count - 1));
    if (!traces && (dp_store_has(store, "curve_step") || dp_store_has(store, "weights_first")))
        return dp_fail(error, DP_INTERNAL, "%s: the store keeps curves or weights, but none were given",
                       store->path);
    for (int64_t i = 0; i < count; i++)
        if (records[i].status <= DP_PENDING || records[i].status > DP_RUN_FAILED)
            return dp_fail(error, DP_INTERNAL, "%s: row %lld is to be written with status %lld", store->path,
                           (long long)(first + i), (long long)records[i].status);
    return DP_OK;
}

/* A wrong sweep would write right numbers into wrong rows: the coordinates in the file must be those of the run. */
static enum dp_status check_sweep(const struct dp_rows *rows, const struct dp_sweep *sweep,
                                  struct dp_error *error)
{
    struct dp_run run;
    dp_sweep_run(sweep, rows->first, &run);
    if (sweep->runs == rows->store->runs && dp_rows_whole(rows, "width", 0) == run.width &&
        dp_rows_whole(rows, "seed", 0) == run.seed)
        return DP_OK;
    return dp_fail(error, DP_INTERNAL, "%s: row %lld of the store is another run than that of the sweep",
                   rows->store->path, (long long)rows->first);
}

enum dp_status dp_store_write(struct dp_store *store, const struct dp_sweep *sweep, int64_t first,
                              int64_t count, const struct dp_record *records, const struct dp_trace *traces,
                              struct dp_error *error)
{
    if (count <= 0)
        return DP_OK;
    DP_TRY(check_arguments(store, first, count, records, traces, error));
    struct dp_rows rows;
    DP_TRY(dp_rows_new(store, first, count, &rows, error));
    enum dp_status status = dp_rows_read(&rows, 1U << DP_ROLE_COORDINATE | 1U << DP_ROLE_INDEX, error);
    if (status == DP_OK)
        status = check_sweep(&rows, sweep, error);
    if (status == DP_OK) {
        put_records(&rows, records, traces);
        status = put_checksums(&rows, traces, error);
    }
    if (status == DP_OK)
        status = dp_rows_write(
            &rows, 1U << DP_ROLE_RESULT | 1U << DP_ROLE_NOTE | 1U << DP_ROLE_CURVE | 1U << DP_ROLE_CHECKSUM,
            error);
    if (status == DP_OK && fdatasync(store->sync) != 0)
        status = dp_fail(error, DP_IO, "%s: cannot sync the store: %s", store->path, strerror(errno));
    if (status == DP_OK)
        status = dp_rows_write(&rows, 1U << DP_ROLE_STATUS, error);
    dp_rows_free(&rows);
    return status;
}
