// SPDX-License-Identifier: BSD-3-Clause
#include "store/rows/check.h"
#include "store/format/checksum.h"
#include <stdlib.h>
#include <string.h>

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
    const int64_t block = (int64_t)(DP_CHECK_BYTES / neuron) + 1;
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

static enum dp_status continue_over_run(const struct dp_rows *rows, int64_t i, uint32_t *checksum,
                                        struct dp_error *error)
{
    for (int p = 0; p < DP_RAGGED; p++)
        if (dp_store_has(rows->store, dp_ragged[p].name))
            DP_TRY(continue_over_weights(rows->store, dp_ragged[p].name,
                                         dp_rows_whole(rows, dp_ragged[p].offset, i),
                                         dp_rows_whole(rows, dp_ragged[p].size, i), checksum, error));
    return DP_OK;
}

static enum dp_status compare(const struct dp_rows *rows, int which, bool *damaged, struct dp_error *error)
{
    const struct dp_store_column *const status = dp_opened_find(rows->store, "status");
    const struct dp_store_column *const stored = dp_opened_find(rows->store, dp_checksums[which].column);
    struct dp_covered covered;
    dp_rows_cover(rows, &dp_checksums[which], &covered);
    for (int64_t i = 0; i < rows->count; i++) {
        if (dp_rows_number(rows, status, i) == DP_PENDING)
            continue;
        uint32_t checksum = dp_covered_checksum(&covered, i);
        if (which == DP_CHECK_WEIGHTS)
            DP_TRY(continue_over_run(rows, i, &checksum, error));
        damaged[i] = damaged[i] || checksum != (uint32_t)dp_rows_number(rows, stored, i);
    }
    return DP_OK;
}

enum dp_status dp_check_rows(const struct dp_store *store, int which, int64_t first, int64_t count,
                             bool *damaged, struct dp_error *error)
{
    struct dp_rows rows;
    if (!dp_store_has(store, dp_checksums[which].column))
        return DP_OK;
    const unsigned roles = dp_checksums[which].covers | DP_ROLES_FIXED | DP_ROLES_CHECKSUM;
    DP_TRY(dp_rows_new(store, first, count, roles | 1U << DP_ROLE_STATUS, &rows, error));
    // Status first: the data of a done row were written before its status.
    enum dp_status status = dp_rows_read(&rows, 1U << DP_ROLE_STATUS, error);
    if (status == DP_OK)
        status = dp_rows_read(&rows, roles & ~(1U << DP_ROLE_STATUS), error);
    if (status == DP_OK)
        status = compare(&rows, which, damaged, error);
    dp_rows_free(&rows);
    return status;
}

void dp_check_passed(const struct dp_store *store, int64_t first, int64_t count)
{
    const int64_t window = dp_check_window(store);
    if (store->checked && first % window == 0 && (count == window || first + count == store->runs))
        store->checked->done[first / window] |= 1 << DP_CHECK_ROW | 1 << DP_CHECK_CURVE;
}

int64_t dp_check_window(const struct dp_store *store)
{
    return (int64_t)(DP_CHECK_BYTES / dp_rows_bytes(store, DP_ROLES_ALL)) + 1;
}

/* Compares a window that has not been compared yet. */
static enum dp_status check_window(const struct dp_store *store, int which, int64_t w, struct dp_error *error)
{
    static const char *const what[][2] = {
        [DP_CHECK_ROW] = {"", "differs from its checksum"},
        [DP_CHECK_CURVE] = {"the curves of ", "differ from their checksum"},
        [DP_CHECK_WEIGHTS] = {"the weights of ", "differ from their checksum"},
    };
    const int64_t size = which == DP_CHECK_WEIGHTS ? 1 : store->checked->window, first = w * size;
    const int64_t count = store->runs - first < size ? store->runs - first : size;
    bool *const damaged = calloc((size_t)count, sizeof *damaged);
    if (!damaged)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory to check %lld rows", store->path,
                       (long long)count);
    enum dp_status status = dp_check_rows(store, which, first, count, damaged, error);
    for (int64_t i = 0; i < count && status == DP_OK; i++)
        if (damaged[i])
            status =
                dp_fail(error, DP_IO,
                        "%s: damaged: %srow %lld %s; `dewpoint run` with the same sweep file trains such "
                        "rows again",
                        store->path, what[which][0], (long long)(first + i), what[which][1]);
    free(damaged);
    return status;
}

/* The run that holds a row of a ragged column: the last run that begins at or before it. */
static bool find_run(const struct dp_store *store, const struct dp_ragged *ragged, int64_t row, int64_t *run)
{
    const struct dp_store_column *const offsets = dp_opened_find(store, ragged->offset);
    int64_t low = 0, high = store->runs;
    while (offsets && high - low > 1) {
        const int64_t middle = low + (high - low) / 2;
        int64_t offset;
        if (!dp_h5_read(offsets->dataset, H5T_NATIVE_INT64, middle, 1, 1, &offset))
            return false;
        if (offset <= row)
            low = middle;
        else
            high = middle;
    }
    *run = low;
    return offsets != NULL;
}

static enum dp_status check_ragged(const struct dp_store *store, const struct dp_store_column *column,
                                   int64_t first, int64_t count, struct dp_error *error)
{
    const struct dp_ragged *ragged = dp_ragged;
    int64_t run, last;
    while (strcmp(ragged->name, column->name) != 0)
        ragged++;
    if (!find_run(store, ragged, first, &run) || !find_run(store, ragged, first + count - 1, &last))
        return dp_h5_fail(error, store->path, "find the run of some weights");
    for (; run <= last; run++) {
        if (run == store->checked->weights_of)
            continue;
        DP_TRY(check_window(store, DP_CHECK_WEIGHTS, run, error));
        store->checked->weights_of = run;
    }
    return DP_OK;
}

enum dp_status dp_check_before_reading(const struct dp_store *store, const struct dp_store_column *column,
                                       int64_t first, int64_t count, struct dp_error *error)
{
    if (!store->checked || count == 0)
        return DP_OK;
    if (dp_role_in(column->role, DP_ROLES_RAGGED))
        return check_ragged(store, column, first, count, error);
    const int which = column->role == DP_ROLE_CURVE ? DP_CHECK_CURVE : DP_CHECK_ROW;
    const int64_t window = store->checked->window;
    for (int64_t w = first / window; w <= (first + count - 1) / window; w++)
        if (!(store->checked->done[w] >> which & 1)) {
            DP_TRY(check_window(store, which, w, error));
            store->checked->done[w] |= (unsigned char)(1 << which);
        }
    return DP_OK;
}

enum dp_status dp_check_prepare(struct dp_store *store, struct dp_error *error)
{
    const int64_t window = dp_check_window(store);
    store->checked = calloc(1, sizeof *store->checked + (size_t)(store->runs / window + 1));
    if (!store->checked)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory to open the store", store->path);
    store->checked->window = window;
    store->checked->weights_of = -1;
    return DP_OK;
}
