// SPDX-License-Identifier: BSD-3-Clause
#include "store/rows/write.h"
#include "store/format/checksum.h"
#include "store/rows/rows.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A store survives because of the order of a batch: data and checksum, then a sync, then status. Without the
 * sync the kernel may write status to disk first, and after a power cut rows would be marked done whose data
 * are missing. */

enum { WRITE_BYTES = 1 << 24 };

static void put_curve(const struct dp_store_column *column, const struct dp_trace *trace,
                      unsigned char *bytes)
{
    for (int64_t p = 0; p < column->inner; p++, bytes += 8)
        if (p < trace->curve_count && trace->curve)
            dp_column_put(column->entry, &trace->curve[p], bytes);
        else
            dp_put_real(NAN, bytes);
}

static void put_records(struct dp_rows *rows, const struct dp_record *records, const struct dp_trace *traces,
                        const bool *wanted)
{
    for (int c = 0; c < rows->store->count; c++) {
        const struct dp_store_column *column = &rows->store->columns[c];
        if (!column->entry)
            continue;
        const size_t size = dp_column_size(column->type) * (size_t)column->inner;
        for (int64_t i = 0; i < rows->count; i++) {
            unsigned char *bytes = rows->values[c] + (size_t)i * size;
            if (wanted && !wanted[i])
                continue;
            if (column->entry->source == DP_FROM_RECORD)
                dp_column_put(column->entry, &records[i], bytes);
            else if (column->role == DP_ROLE_CURVE)
                put_curve(column, &traces[i], bytes);
        }
    }
}

/* Neurons of one run that are being written: count rows from row first on. The first `given` have values
 * [given][components]; the others, and components that only other runs have, are unset. */
struct neurons {
    const struct dp_store_column *column;
    const double *values;
    int64_t first, count, given, components;
};

static void put_neurons(const struct neurons *n, int64_t first, int64_t count, unsigned char *bytes)
{
    for (int64_t k = first; k < first + count; k++)
        for (int64_t j = 0; j < n->column->inner; j++, bytes += 8)
            dp_put_real(k < n->given && j < n->components ? n->values[k * n->components + j] : NAN, bytes);
}

/* Writes the neurons and continues the run's checksum over them: in one hyperslab, unless they are too large
 * for one buffer. */
static enum dp_status write_neurons(const struct dp_store *store, const struct neurons *n, uint32_t *checksum,
                                    struct dp_error *error)
{
    const size_t size = (size_t)n->column->inner * 8;
    const int64_t most = (int64_t)(WRITE_BYTES / size) + 1, block = n->count < most ? n->count : most;
    unsigned char *bytes = malloc((size_t)block * size);
    if (!bytes)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for the weights of a run", store->path);
    bool fine = true;
    for (int64_t done = 0; done < n->count && fine; done += block) {
        const int64_t count = n->count - done < block ? n->count - done : block;
        put_neurons(n, done, count, bytes);
        *checksum = dp_checksum_continue(*checksum, bytes, (size_t)count * size);
        fine = dp_h5_write(n->column->dataset, dp_h5_type(n->column->type), n->first + done, count,
                           n->column->inner, bytes);
    }
    free(bytes);
    return fine ? DP_OK : dp_h5_fail(error, store->path, "write weights");
}

static enum dp_status write_ragged(const struct dp_rows *rows, int64_t i, const struct dp_trace *trace,
                                   uint32_t *checksum, struct dp_error *error)
{
    const struct dp_store *store = rows->store;
    const double *const values[DP_RAGGED] = {trace->weights_first, trace->weights_last, trace->weights_along};
    for (int p = 0; p < DP_RAGGED; p++) {
        struct neurons n = {.column = dp_opened_find(store, dp_ragged[p].name), .values = values[p]};
        if (!n.column || (n.count = dp_rows_whole(rows, dp_ragged[p].size, i)) == 0)
            continue;
        n.first = dp_rows_whole(rows, dp_ragged[p].offset, i);
        n.components =
            dp_rows_whole(rows, "weights_inputs", i) + 1 + dp_rows_whole(rows, "weights_outputs", i);
        n.given = !n.values                           ? 0
                  : values[p] == trace->weights_along ? trace->curve_count * dp_rows_whole(rows, "width", i)
                                                      : n.count;
        DP_TRY(write_neurons(store, &n, checksum, error));
    }
    return DP_OK;
}

/* Computes the checksums of all rows, writing the weights on the way. */
static enum dp_status put_checksums(struct dp_rows *rows, const struct dp_trace *traces, const bool *wanted,
                                    struct dp_error *error)
{
    const struct dp_store *store = rows->store;
    for (int k = 0; k < DP_CHECKSUMS; k++) {
        const struct dp_store_column *column = dp_opened_find(store, dp_checksums[k].column);
        if (!column)
            continue;
        unsigned char *bytes = rows->values[column - store->columns];
        struct dp_covered covered;
        dp_rows_cover(rows, &dp_checksums[k], &covered);
        for (int64_t i = 0; i < rows->count; i++, bytes += 4) {
            if (wanted && !wanted[i])
                continue;
            uint32_t checksum = dp_covered_checksum(&covered, i);
            if (k == DP_CHECK_WEIGHTS)
                DP_TRY(write_ragged(rows, i, &traces[i], &checksum, error));
            dp_put_whole(DP_COLUMN_U32, checksum, bytes);
        }
    }
    return DP_OK;
}

enum dp_status dp_write_results(struct dp_rows *rows, const struct dp_record *records,
                                const struct dp_trace *traces, const bool *wanted, struct dp_error *error)
{
    put_records(rows, records, traces, wanted);
    DP_TRY(put_checksums(rows, traces, wanted, error));
    return dp_rows_write(
        rows, 1U << DP_ROLE_RESULT | 1U << DP_ROLE_NOTE | 1U << DP_ROLE_CURVE | DP_ROLES_CHECKSUM, error);
}

static enum dp_status sync_data(const struct dp_store *store, struct dp_error *error)
{
    return fdatasync(store->sync) == 0
               ? DP_OK
               : dp_fail(error, DP_IO, "%s: cannot sync the store: %s", store->path, strerror(errno));
}

/* A row that an earlier job left failed or damaged is written anew. Until it is complete, it must not count,
 * neither for a reader nor after a kill. */
static enum dp_status retract(struct dp_rows *rows, struct dp_error *error)
{
    const struct dp_store_column *column = dp_opened_find(rows->store, "status");
    unsigned char *const bytes = rows->values[column - rows->store->columns];
    bool any = false;
    DP_TRY(dp_rows_read(rows, 1U << DP_ROLE_STATUS, error));
    for (int64_t i = 0; i < rows->count; i++) {
        any = any || dp_rows_whole(rows, "status", i) != DP_PENDING;
        dp_put_whole(column->type, DP_PENDING, bytes + (size_t)i * dp_column_size(column->type));
    }
    if (!any)
        return DP_OK;
    DP_TRY(dp_rows_write(rows, 1U << DP_ROLE_STATUS, error));
    return sync_data(rows->store, error);
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
    if (!traces && (dp_store_has(store, "curve_step") || dp_store_has(store, "weights_inputs")))
        return dp_fail(error, DP_INTERNAL, "%s: the store keeps curves or weights, but none were given",
                       store->path);
    for (int64_t i = 0; i < count; i++)
        if (records[i].status <= DP_PENDING || records[i].status > DP_RUN_FAILED)
            return dp_fail(error, DP_INTERNAL, "%s: row %lld is to be written with status %lld", store->path,
                           (long long)(first + i), (long long)records[i].status);
    return DP_OK;
}

/* A wrong sweep would write correct numbers into wrong rows, so the coordinates in the file must be those of
 * the run. */
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

static enum dp_status put_batch(struct dp_store *store, const struct dp_sweep *sweep, int64_t first,
                                int64_t count, const struct dp_record *records, const struct dp_trace *traces,
                                struct dp_error *error)
{
    struct dp_rows rows;
    DP_TRY(dp_rows_new(store, first, count, DP_ROLES_ALL, &rows, error));
    enum dp_status status = dp_rows_read(&rows, DP_ROLES_FIXED, error);
    if (status == DP_OK)
        status = check_sweep(&rows, sweep, error);
    if (status == DP_OK)
        status = retract(&rows, error);
    if (status == DP_OK)
        status = dp_write_results(&rows, records, traces, NULL, error);
    dp_rows_free(&rows);
    return status;
}

/* Where the store was cut or replaced, that is the reason of a failure. */
static enum dp_status explain(const struct dp_store *store, enum dp_status status,
                              const struct dp_error *failure, struct dp_error *error)
{
    if (status == DP_OK)
        return DP_OK;
    DP_TRY(dp_store_watch(store, error));
    if (error)
        *error = *failure;
    return status;
}

enum dp_status dp_store_put(struct dp_store *store, const struct dp_sweep *sweep, int64_t first,
                            int64_t count, const struct dp_record *records, const struct dp_trace *traces,
                            struct dp_error *error)
{
    struct dp_error failure = {0};
    if (count <= 0)
        return DP_OK;
    DP_TRY(check_arguments(store, first, count, records, traces, error));
    return explain(store, put_batch(store, sweep, first, count, records, traces, &failure), &failure, error);
}

enum dp_status dp_store_sync(const struct dp_store *store, struct dp_error *error)
{
    struct dp_error failure = {0};
    return explain(store, sync_data(store, &failure), &failure, error);
}

enum dp_status dp_store_mark(struct dp_store *store, int64_t first, int64_t count,
                             const unsigned char *statuses, struct dp_error *error)
{
    const struct dp_store_column *column = dp_opened_find(store, "status");
    const size_t size = dp_column_size(column->type);
    struct dp_error failure = {0};
    struct dp_rows rows;
    if (count <= 0)
        return DP_OK;
    DP_TRY(dp_rows_new(store, first, count, 1U << DP_ROLE_STATUS, &rows, error));
    for (int64_t i = 0; i < count; i++)
        dp_put_whole(column->type, statuses[i], rows.values[column - store->columns] + (size_t)i * size);
    const enum dp_status status = dp_rows_write(&rows, 1U << DP_ROLE_STATUS, &failure);
    dp_rows_free(&rows);
    return explain(store, status, &failure, error);
}

enum dp_status dp_store_write(struct dp_store *store, const struct dp_sweep *sweep, int64_t first,
                              int64_t count, const struct dp_record *records, const struct dp_trace *traces,
                              struct dp_error *error)
{
    if (count <= 0)
        return DP_OK;
    unsigned char *const statuses = malloc((size_t)count);
    if (!statuses)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for %lld rows", store->path, (long long)count);
    for (int64_t i = 0; i < count; i++)
        statuses[i] = (unsigned char)records[i].status;
    enum dp_status status = dp_store_put(store, sweep, first, count, records, traces, error);
    if (status == DP_OK)
        status = dp_store_sync(store, error);
    if (status == DP_OK)
        status = dp_store_mark(store, first, count, statuses, error);
    free(statuses);
    return status;
}
