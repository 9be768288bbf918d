// SPDX-License-Identifier: BSD-3-Clause
#include "store/reuse/donor.h"
#include "store/rows/write.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows are written in windows of the new store, in which rows without an origin stay as creation left them.
 * Otherwise, rows of a few seeds among others would be written a handful at a time, with fifty calls of HDF5
 * each. For the same reason a donor's rows are read as one stretch if they are dense enough. */

enum { MOST_ROWS = 1 << 14, MOST_BYTES = 1 << 25, MOST_NEURONS = 1 << 21, SPARSE = 4, FEW = 64 };

/* A window of new rows that is being filled. */
struct batch {
    const struct dp_reuse *reuse;
    struct dp_rows rows;
    int64_t capacity; // points of a curve in the new store
    struct dp_record records[MOST_ROWS];
    struct dp_trace traces[MOST_ROWS];
    bool wanted[MOST_ROWS];
};

static double real_at(const unsigned char *bytes)
{
    uint64_t bits = 0;
    double value;
    for (int b = 0; b < 8; b++)
        bits |= (uint64_t)bytes[b] << (8 * b);
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* A record of missing values. */
static struct dp_record unknown(void)
{
    struct dp_record record = {0};
    const struct dp_column *column;
    for (int i = 0; (column = dp_column_row(i)); i++) {
        void *const field = (char *)&record + column->offset;
        if (column->source == DP_FROM_RECORD && column->type == DP_COLUMN_F64)
            *(double *)field = NAN;
        else if (column->source == DP_FROM_RECORD)
            *(int64_t *)field = -1;
    }
    return record;
}

/* Row i of the donor's window as a record. */
static void take_record(const struct dp_donor *donor, const struct dp_rows *old, int64_t i,
                        struct dp_record *record)
{
    *record = unknown();
    record->source = 0;
    for (int c = 0; c < old->store->count; c++) {
        const struct dp_store_column *const column = &old->store->columns[c];
        if (!column->entry || column->entry->source != DP_FROM_RECORD || !old->values[c])
            continue;
        void *const field = (char *)record + column->entry->offset;
        if (column->type == DP_COLUMN_F64)
            *(double *)field = real_at(old->values[c] + (size_t)i * 8);
        else
            *(int64_t *)field = dp_rows_whole(old, column->name, i);
    }
    record->source += donor->lines_before + 1;
}

/* Row i of the donor's window as a curve, whose points end at the first that has no step. */
static enum dp_status take_curve(const struct dp_rows *old, int64_t i, int64_t capacity,
                                 struct dp_trace *trace, struct dp_error *error)
{
    const struct dp_store_column *const steps = dp_opened_find(old->store, "curve_step");
    trace->curve_capacity = capacity;
    trace->curve = malloc((size_t)capacity * sizeof *trace->curve);
    if (!trace->curve)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for a curve", old->store->path);
    const unsigned char *const step =
        old->values[steps - old->store->columns] + (size_t)(i * steps->inner) * 8;
    while (trace->curve_count < steps->inner && !isnan(real_at(step + 8 * trace->curve_count)))
        trace->curve_count++;
    if (trace->curve_count > capacity)
        return dp_fail(error, DP_INTERNAL, "%s: the curve of row %lld is longer than the new store's",
                       old->store->path, (long long)(old->first + i));
    for (int64_t p = 0; p < trace->curve_count; p++) {
        double *const fields = (double *)(void *)&trace->curve[p];
        for (size_t f = 0; f < sizeof *trace->curve / sizeof *fields; f++)
            fields[f] = NAN;
        for (int c = 0; c < old->store->count; c++) {
            const struct dp_store_column *const column = &old->store->columns[c];
            if (column->entry && column->role == DP_ROLE_CURVE)
                fields[column->entry->offset / sizeof *fields] =
                    real_at(old->values[c] + (size_t)(i * column->inner + p) * 8);
        }
    }
    return DP_OK;
}

/* Reads count neurons of a run from one ragged column, without the components that only other runs have. */
static enum dp_status take_neurons(const struct dp_rows *old, int64_t i, const struct dp_ragged *ragged,
                                   int64_t count, double **values, struct dp_error *error)
{
    const struct dp_store *const store = old->store;
    const struct dp_store_column *const column = dp_opened_find(store, ragged->name);
    const int64_t components =
        dp_rows_whole(old, "weights_inputs", i) + 1 + dp_rows_whole(old, "weights_outputs", i);
    *values = malloc((size_t)(count * column->inner) * sizeof **values + 1);
    if (!*values)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for the weights of a run", store->path);
    if (!dp_h5_read(column->dataset, H5T_NATIVE_DOUBLE, dp_rows_whole(old, ragged->offset, i), count,
                    column->inner, *values))
        return dp_h5_fail(error, store->path, "read weights");
    for (int64_t k = 0; k < count && components < column->inner; k++)
        memmove(*values + k * components, *values + k * column->inner, (size_t)components * sizeof **values);
    return DP_OK;
}

/* Reads the parts of new row j that the new store keeps, from row i of the donor's window. */
static enum dp_status take_trace(const struct batch *batch, int64_t j, const struct dp_rows *old, int64_t i,
                                 struct dp_trace *trace, struct dp_error *error)
{
    if (batch->capacity > 0)
        DP_TRY(take_curve(old, i, batch->capacity, trace, error));
    double **const values[DP_RAGGED] = {&trace->weights_first, &trace->weights_last, &trace->weights_along};
    for (int p = 0; p < DP_RAGGED; p++) {
        if (!dp_store_has(batch->rows.store, dp_ragged[p].name) ||
            dp_rows_whole(&batch->rows, dp_ragged[p].size, j) == 0)
            continue;
        const int64_t neurons = values[p] == &trace->weights_along
                                    ? trace->curve_count * dp_rows_whole(old, "width", i)
                                    : dp_rows_whole(old, dp_ragged[p].size, i);
        DP_TRY(take_neurons(old, i, &dp_ragged[p], neurons, values[p], error));
    }
    return DP_OK;
}

/* Takes the rows low..high-1 of the batch that come from the donor; old rows first..first+count-1 hold
 * them. */
static enum dp_status take_stretch(struct batch *batch, int donor, int64_t low, int64_t high, int64_t first,
                                   int64_t count, struct dp_error *error)
{
    const struct dp_donor *const from = &batch->reuse->donors[donor];
    struct dp_rows old;
    DP_TRY(dp_rows_new(from->store, first, count, DP_ROLES_ALL, &old, error));
    enum dp_status status = dp_rows_read(&old, DP_ROLES_ALL, error);
    for (int64_t j = low; j < high && status == DP_OK; j++) {
        const struct dp_origin *const origin = &batch->reuse->origins[batch->rows.first + j];
        if (origin->donor != donor)
            continue;
        take_record(from, &old, origin->row - first, &batch->records[j]);
        status = take_trace(batch, j, &old, origin->row - first, &batch->traces[j], error);
    }
    dp_rows_free(&old);
    return status;
}

static enum dp_status take(struct batch *batch, int donor, int64_t low, int64_t high, struct dp_error *error)
{
    int64_t first = INT64_MAX, last = -1, count = 0;
    for (int64_t j = low; j < high; j++) {
        const struct dp_origin *const origin = &batch->reuse->origins[batch->rows.first + j];
        if (origin->donor != donor)
            continue;
        first = origin->row < first ? origin->row : first;
        last = origin->row > last ? origin->row : last;
        count++;
    }
    if (count == 0)
        return DP_OK;
    if (high - low == 1 || last - first < SPARSE * count + FEW)
        return take_stretch(batch, donor, low, high, first, last - first + 1, error);
    const int64_t middle = low + (high - low) / 2;
    DP_TRY(take(batch, donor, low, middle, error));
    return take(batch, donor, middle, high, error);
}

static void free_traces(struct batch *batch)
{
    for (int64_t j = 0; j < batch->rows.count; j++) {
        free(batch->traces[j].curve);
        free(batch->traces[j].weights_first);
        free(batch->traces[j].weights_last);
        free(batch->traces[j].weights_along);
        batch->traces[j] = (struct dp_trace){0};
    }
}

static enum dp_status copy_window(struct batch *batch, struct dp_error *error)
{
    bool any = false;
    for (int64_t j = 0; j < batch->rows.count; j++) {
        batch->wanted[j] = batch->reuse->origins[batch->rows.first + j].donor >= 0;
        any = any || batch->wanted[j];
    }
    if (!any)
        return DP_OK;
    DP_TRY(dp_rows_read(&batch->rows, DP_ROLES_ALL, error));
    for (int donor = 0; donor < batch->reuse->count; donor++)
        DP_TRY(take(batch, donor, 0, batch->rows.count, error));
    DP_TRY(dp_write_results(&batch->rows, batch->records, batch->traces, batch->wanted, error));
    return dp_rows_write(&batch->rows, 1U << DP_ROLE_STATUS, error);
}

/* The number of rows from first on that are held at once: fewer if runs keep many neurons. */
static int64_t window_of(const struct dp_store *store, int64_t first)
{
    int64_t count = (int64_t)(MOST_BYTES / dp_rows_bytes(store, DP_ROLES_ALL)) + 1, neurons = 0;
    count = count < MOST_ROWS ? count : MOST_ROWS;
    count = count < store->runs - first ? count : store->runs - first;
    for (int p = 1; p < DP_RAGGED; p++) { // the first two are of one size
        int64_t sizes[MOST_ROWS];
        const struct dp_store_column *const column = dp_opened_find(store, dp_ragged[p].size);
        if (!column || !dp_h5_read(column->dataset, H5T_NATIVE_INT64, first, count, 1, sizes))
            continue;
        for (int64_t i = 0; i < count; i++) {
            neurons += sizes[i];
            if (i > 0 && neurons > MOST_NEURONS)
                count = i;
        }
    }
    return count;
}

static enum dp_status copy_all(struct batch *batch, const struct dp_store *store, struct dp_error *error)
{
    int64_t inner, rows, count;
    enum dp_status status = DP_OK;
    dp_store_shape(store, "curve_step", &rows, &inner);
    batch->capacity = inner;
    for (int64_t first = 0; first < store->runs && status == DP_OK; first += count) {
        count = window_of(store, first);
        status = dp_rows_new(store, first, count, DP_ROLES_ALL, &batch->rows, error);
        if (status == DP_OK)
            status = copy_window(batch, error);
        free_traces(batch);
        dp_rows_free(&batch->rows);
    }
    return status;
}

enum dp_status dp_reuse_copy(const struct dp_reuse *reuse, const char *path, struct dp_error *error)
{
    struct dp_store *store;
    struct batch *const batch = calloc(1, sizeof *batch);
    DP_TRY(dp_opened_new(path, &store, error));
    const hid_t access = dp_h5_access();
    store->file = H5Fopen(path, H5F_ACC_RDWR, access);
    H5Pclose(access);
    enum dp_status status =
        store->file >= 0 ? dp_opened_columns(store, error) : dp_h5_fail(error, path, "open the new store");
    if (status == DP_OK && !batch)
        status = dp_fail(error, DP_NO_MEMORY, "%s: no memory to copy rows", path);
    if (status == DP_OK) {
        batch->reuse = reuse;
        status = copy_all(batch, store, error);
    }
    if (store->file >= 0 && H5Fclose(store->file) < 0 && status == DP_OK)
        status = dp_h5_fail(error, path, "close the new store");
    dp_opened_free(store);
    free(batch);
    return status;
}
