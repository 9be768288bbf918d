// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/keys.h"
#include "store/rows/check.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum dp_status dp_store_open(const char *path, struct dp_store **store, struct dp_error *error)
{
    dp_h5_begin();
    *store = NULL;
    // The system's own words for a missing or forbidden file are better than HDF5's.
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return dp_fail(error, dp_path_status(errno), "%s: cannot open the store: %s", path, strerror(errno));
    close(file);
    if (H5Fis_hdf5(path) <= 0)
        return dp_fail(error, DP_BAD_INPUT, "%s: not a store: not an HDF5 file", path);
    DP_TRY(dp_opened_new(path, store, error));
    const hid_t access = dp_h5_access();
    (*store)->file = H5Fopen(path, H5F_ACC_RDONLY, access);
    enum dp_status status = DP_OK;
    if ((*store)->file < 0) // before any other call clears HDF5's reason
        status = dp_h5_fail(error, path, "open as a store");
    H5Pclose(access);
    if (status == DP_OK)
        status = dp_opened_columns(*store, error);
    if (status == DP_OK)
        status = dp_opened_attributes(*store, error);
    if (status == DP_OK)
        status = dp_check_prepare(*store, error);
    if (status != DP_OK) {
        if ((*store)->file >= 0)
            H5Fclose((*store)->file);
        dp_opened_free(*store);
        *store = NULL;
    }
    return status;
}

enum dp_status dp_store_close(struct dp_store *store, struct dp_error *error)
{
    if (!store)
        return DP_OK;
    enum dp_status status = DP_OK;
    if (store->sync >= 0 && fdatasync(store->sync) != 0) // for the last statuses
        status = dp_fail(error, DP_IO, "%s: cannot sync the store: %s", store->path, strerror(errno));
    if (H5Fclose(store->file) < 0 && status == DP_OK) // takes the datasets with it
        status = dp_h5_fail(error, store->path, "close the store");
    if (store->sync >= 0 && close(store->sync) != 0 && status == DP_OK)
        status = dp_fail(error, DP_IO, "%s: cannot close the store: %s", store->path, strerror(errno));
    dp_opened_free(store);
    return status;
}

int64_t dp_store_runs(const struct dp_store *store)
{
    return store->runs;
}

int64_t dp_store_results_version(const struct dp_store *store)
{
    int64_t version = 0;
    dp_h5_number(store->file, "results_version", &version);
    return version;
}

const char *dp_store_text(const struct dp_store *store, const char *attribute)
{
    for (int i = 0; i < store->text_count; i++)
        if (strcmp(store->texts[i].name, attribute) == 0)
            return store->texts[i].text;
    return "";
}

static enum dp_status unknown_column(const struct dp_store *store, const char *column, struct dp_error *error)
{
    const char *names[DP_STORE_COLUMNS];
    const char *near = dp_nearest_name(column, names, dp_store_columns(store, names, DP_STORE_COLUMNS));
    return dp_fail(error, DP_BAD_INPUT, "%s: the store has no column \"%s\"%s%s%s", store->path, column,
                   near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

enum dp_status dp_store_read(const struct dp_store *store, const char *column, int64_t first, int64_t count,
                             double *values, struct dp_error *error)
{
    const struct dp_store_column *c = dp_opened_find(store, column);
    if (!c)
        return unknown_column(store, column, error);
    if (first < 0 || count < 0 || count > c->rows || first > c->rows - count)
        return dp_fail(error, DP_INTERNAL, "%s: column %s has %lld rows, not the rows %lld to %lld",
                       store->path, column, (long long)c->rows, (long long)first,
                       (long long)(first + count - 1));
    if (count == 0)
        return DP_OK;
    DP_TRY(dp_check_before_reading(store, c, first, count, error));
    if (!dp_h5_read(c->dataset, H5T_NATIVE_DOUBLE, first, count, c->inner, values))
        return dp_h5_fail(error, store->path, "read rows");
    if (c->type != DP_COLUMN_F64 && c->entry && dp_column_has_fill(c->entry))
        for (int64_t i = 0; i < count * c->inner; i++)
            if (values[i] == -1)
                values[i] = NAN;
    return DP_OK;
}

int dp_store_columns(const struct dp_store *store, const char **names, int max)
{
    for (int c = 0; c < store->count && c < max; c++)
        names[c] = store->columns[c].name;
    return store->count;
}

void dp_store_shape(const struct dp_store *store, const char *column, int64_t *rows, int64_t *inner)
{
    const struct dp_store_column *c = dp_opened_find(store, column);
    *rows = c ? c->rows : 0;
    *inner = c ? c->inner : 0;
}

const char *dp_store_unit(const struct dp_store *store, const char *column)
{
    const struct dp_store_column *c = dp_opened_find(store, column);
    return c && c->unit ? c->unit : "";
}

const char *dp_store_meaning(const struct dp_store *store, const char *column)
{
    const struct dp_store_column *c = dp_opened_find(store, column);
    return c && c->meaning ? c->meaning : "";
}

const char *dp_store_flag(const struct dp_store *store, const char *column, int64_t value)
{
    const struct dp_store_column *c = dp_opened_find(store, column);
    if (!c || value < 0 || value >= c->flag_count)
        return NULL;
    const char *flag = c->flags;
    for (int64_t i = 0; i < value; i++)
        flag += strlen(flag) + 1;
    return flag;
}
