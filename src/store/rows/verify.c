// SPDX-License-Identifier: BSD-3-Clause
#include "store/format/checksum.h"
#include "store/rows/check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads the ends from the file; an unknown number counts as damage. */
static enum dp_status read_ends(const struct dp_store *store, int64_t first, int64_t count,
                                struct dp_end *ends, bool *damaged, struct dp_error *error)
{
    static const struct {
        const char *column;
        int values;
        size_t offset;
    } parts[] = {{"status", DP_RUN_FAILED + 1, offsetof(struct dp_end, status)},
                 {"stop_reason", DP_STOPS, offsetof(struct dp_end, stop)}};
    int *const values = malloc((size_t)count * sizeof *values + 1);
    enum dp_status status = values ? DP_OK
                                   : dp_fail(error, DP_NO_MEMORY, "%s: no memory to read %lld rows",
                                             store->path, (long long)count);
    for (size_t p = 0; p < sizeof parts / sizeof *parts && status == DP_OK; p++) {
        const struct dp_store_column *const column = dp_opened_find(store, parts[p].column);
        if (!column || !dp_h5_read(column->dataset, H5T_NATIVE_INT, first, count, 1, values))
            status = dp_h5_fail(error, store->path, "read how the runs ended");
        for (int64_t i = 0; i < count && status == DP_OK; i++) {
            const bool none = values[i] == -1 && ends[i].status == DP_PENDING && p > 0; // never written
            damaged[i] = damaged[i] || (!none && (values[i] < 0 || values[i] >= parts[p].values));
            *(int *)(void *)((char *)&ends[i] + parts[p].offset) = none ? 0 : values[i];
        }
    }
    free(values);
    return status;
}

/* Old stores lack the column; then no run is known to be unsure. */
static enum dp_status read_unsure(const struct dp_store *store, int64_t first, int64_t count,
                                  struct dp_end *ends, struct dp_error *error)
{
    const struct dp_store_column *const column = dp_opened_find(store, "flow_error");
    double *const values = calloc((size_t)count + 1, sizeof *values);
    enum dp_status status = values ? DP_OK
                                   : dp_fail(error, DP_NO_MEMORY, "%s: no memory to read %lld rows",
                                             store->path, (long long)count);
    if (values && column && !dp_h5_read(column->dataset, H5T_NATIVE_DOUBLE, first, count, 1, values))
        status = dp_h5_fail(error, store->path, "read how accurate the runs are");
    for (int64_t i = 0; i < count && status == DP_OK; i++)
        ends[i].unsure = ends[i].status != DP_RUN_FAILED && values[i] > DP_UNSURE;
    free(values);
    return status;
}

enum dp_status dp_store_ends(const struct dp_store *store, int64_t first, int64_t count, struct dp_end *ends,
                             int64_t *damaged_rows, struct dp_error *error)
{
    bool *const damaged = calloc((size_t)count + 1, sizeof *damaged);
    if (!damaged)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory to check %lld rows", store->path,
                       (long long)count);
    // Before the checksums, as a row may be finished in between.
    enum dp_status status = read_ends(store, first, count, ends, damaged, error);
    if (status == DP_OK)
        status = read_unsure(store, first, count, ends, error);
    const int64_t window = dp_check_window(store);
    for (int64_t done = 0, next; done < count && status == DP_OK; done = next) {
        next = done + window - (first + done) % window; // the windows of readers
        next = next < count ? next : count;
        for (int which = 0; which < DP_CHECKSUMS && status == DP_OK; which++)
            status = dp_check_rows(store, which, first + done, next - done, damaged + done, error);
        if (status == DP_OK && !memchr(damaged + done, true, (size_t)(next - done)))
            dp_check_passed(store, first + done, next - done);
    }
    for (int64_t i = 0; i < count && status == DP_OK; i++) {
        *damaged_rows += damaged[i];
        if (damaged[i] || ends[i].status == DP_PENDING) // data are written before the status
            ends[i] = (struct dp_end){DP_PENDING, DP_STOP_NONE, false};
    }
    free(damaged);
    return status;
}

/* CRC-32 over the checksums of all columns that were written at creation. */
static enum dp_status check_coordinates(const struct dp_store *store, struct dp_error *error)
{
    int64_t sealed;
    uint32_t checksum = 0;
    const int64_t window = DP_CHECK_BYTES / 8;
    unsigned char *const bytes = malloc(DP_CHECK_BYTES);
    bool fine = dp_h5_number(store->file, "coordinates_checksum", &sealed);
    for (int c = 0; c < store->count && bytes && fine; c++) {
        const struct dp_store_column *const column = &store->columns[c];
        uint32_t mine = 0;
        if (!dp_role_in(column->role, DP_ROLES_FIXED))
            continue;
        for (int64_t first = 0; first < store->runs && fine; first += window) {
            const int64_t count = store->runs - first < window ? store->runs - first : window;
            fine = dp_h5_read(column->dataset, dp_h5_type(column->type), first, count, 1, bytes);
            mine = dp_checksum_continue(mine, bytes, (size_t)count * dp_column_size(column->type));
        }
        checksum = dp_checksum_number(checksum, mine);
    }
    free(bytes);
    if (!bytes)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory to check the coordinates", store->path);
    if (!fine)
        return dp_h5_fail(error, store->path, "read the coordinates");
    if (checksum != (uint32_t)sealed)
        return dp_fail(error, DP_IO, "%s: damaged: the coordinates of its runs differ from their checksum",
                       store->path);
    return DP_OK;
}

enum dp_status dp_store_verify(const struct dp_store *store, int64_t *wrong, int64_t *first_wrong,
                               struct dp_error *error)
{
    const int64_t window = dp_check_window(store);
    bool *const damaged = calloc((size_t)window, sizeof *damaged);
    enum dp_status status = DP_OK;
    *wrong = 0;
    *first_wrong = -1;
    if (!damaged)
        status = dp_fail(error, DP_NO_MEMORY, "%s: no memory to check its rows", store->path);
    for (int64_t first = 0; first < store->runs && status == DP_OK; first += window) {
        const int64_t left = store->runs - first, count = left < window ? left : window;
        for (int64_t i = 0; i < count; i++)
            damaged[i] = false;
        for (int which = 0; which < DP_CHECKSUMS && status == DP_OK; which++)
            status = dp_check_rows(store, which, first, count, damaged, error);
        for (int64_t i = 0; i < count && status == DP_OK; i++)
            if (damaged[i] && (*wrong)++ == 0)
                *first_wrong = first + i;
    }
    free(damaged);
    if (status == DP_OK && *wrong == 0)
        status = check_coordinates(store, error);
    return status;
}

const char *dp_damage_text(int64_t rows, char text[static DP_DAMAGE_TEXT])
{
    snprintf(text, DP_DAMAGE_TEXT,
             rows == 1 ? "%lld row differs from its checksum" : "%lld rows differ from their checksums",
             (long long)rows);
    return text;
}
