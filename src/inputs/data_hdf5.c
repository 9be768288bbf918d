// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/data_file.h"
#include "inputs/data_h5.h"
#include <math.h>

/* Datasets x [n][d] (or [n] for one input) and y [n][o] (or [n] for one output), of any number type. */

int dp_file_shape(hid_t dataset, hsize_t size[2])
{
    const hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);
    const H5T_class_t class = H5Tget_class(type);
    const int rank = H5Sget_simple_extent_ndims(space);
    const bool numbers = class == H5T_FLOAT || class == H5T_INTEGER;
    size[0] = size[1] = 1;
    if (rank == 1 || rank == 2)
        H5Sget_simple_extent_dims(space, size, NULL);
    H5Tclose(type);
    H5Sclose(space);
    return numbers && (rank == 1 || rank == 2) ? rank : 0;
}

static enum dp_status read_both(const char *path, hid_t x, hid_t y, struct dp_samples *samples,
                                struct dp_error *error)
{
    hsize_t size[2], size_y[2];
    if (dp_file_shape(x, size) == 0)
        return dp_fail(error, DP_BAD_INPUT, "%s: dataset x must be numbers in one or two dimensions", path);
    if (dp_file_shape(y, size_y) == 0)
        return dp_fail(error, DP_BAD_INPUT, "%s: dataset y must be numbers in one or two dimensions", path);
    if (size[0] != size_y[0] || size[0] < 1 || size[1] < 1 || size_y[1] < 1)
        return dp_fail(
            error, DP_BAD_INPUT,
            "%s: x has %llu rows of %llu, y has %llu of %llu; there must be as many rows, and one at least",
            path, (unsigned long long)size[0], (unsigned long long)size[1], (unsigned long long)size_y[0],
            (unsigned long long)size_y[1]);
    DP_TRY(dp_samples_alloc(samples, (int64_t)size[0], (int64_t)size[1], (int64_t)size_y[1], error));
    if (H5Dread(x, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, samples->x) < 0 ||
        H5Dread(y, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, samples->y) < 0)
        return dp_h5_fail_as(error, DP_BAD_INPUT, path, "read the data");
    return DP_OK;
}

enum dp_status dp_file_check_finite(const char *path, const char *dataset, const double *values, int64_t rows,
                                    int64_t inner, struct dp_error *error)
{
    for (int64_t i = 0; i < rows * inner; i++)
        if (!isfinite(values[i]))
            return dp_fail(error, DP_BAD_INPUT, "%s: row %lld of %s holds a number that is not finite", path,
                           (long long)(i / inner), dataset);
    return DP_OK;
}

hid_t dp_file_open(const char *path, struct dp_error *error)
{
    dp_h5_begin();
    const hid_t access = dp_h5_access();
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    if (file < 0)
        dp_h5_fail_as(error, DP_BAD_INPUT, path, "read it");
    return file;
}

enum dp_status dp_data_read_hdf5(const char *path, struct dp_samples *samples, struct dp_error *error)
{
    const hid_t file = dp_file_open(path, error);
    if (file < 0)
        return DP_BAD_INPUT;
    const hid_t x = H5Dopen2(file, "x", H5P_DEFAULT), y = H5Dopen2(file, "y", H5P_DEFAULT);
    enum dp_status status = DP_OK;
    if (x < 0 || y < 0)
        status =
            dp_fail(error, DP_BAD_INPUT, "%s: a data file must have the datasets x and y; there is no %s",
                    path, x < 0 ? "x" : "y");
    if (status == DP_OK)
        status = read_both(path, x, y, samples, error);
    if (status == DP_OK)
        status = dp_file_check_finite(path, "x", samples->x, samples->count, samples->inputs, error);
    if (status == DP_OK)
        status = dp_file_check_finite(path, "y", samples->y, samples->count, samples->outputs, error);
    H5Fclose(file);
    if (status != DP_OK)
        dp_samples_free(samples);
    return status;
}
