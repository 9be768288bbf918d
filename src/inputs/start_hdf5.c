// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/data_file.h"
#include "inputs/data_h5.h"
#include <stdio.h>

/* Dataset weights [m][d + 1 + o] of any number type, perhaps with an attribute inputs, which is d. */

/* The number of inputs that an attribute of the dataset tells, 0 without one. */
static int64_t told_inputs(hid_t dataset)
{
    int64_t inputs = 0;
    if (H5Aexists(dataset, "inputs") <= 0)
        return 0;
    const hid_t attribute = H5Aopen(dataset, "inputs", H5P_DEFAULT), space = H5Aget_space(attribute);
    if (H5Sget_simple_extent_npoints(space) != 1 || H5Aread(attribute, H5T_NATIVE_INT64, &inputs) < 0)
        inputs = 0;
    H5Sclose(space);
    H5Aclose(attribute);
    return inputs;
}

static enum dp_status read_weights(const char *path, hid_t dataset, struct dp_start *start,
                                   struct dp_error *error)
{
    hsize_t size[2];
    if (dp_file_shape(dataset, size) != 2 || size[0] < 1 || size[1] < 3)
        return dp_fail(error, DP_BAD_INPUT,
                       "%s: dataset weights must be numbers in two dimensions, a row of w_1..w_d, bias, "
                       "a_1..a_o for each neuron",
                       path);
    start->width = (int64_t)size[0];
    start->components = (int64_t)size[1];
    start->inputs = told_inputs(dataset);
    DP_TRY(dp_start_alloc(path, start, error));
    if (H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, start->values) < 0)
        return dp_h5_fail_as(error, DP_BAD_INPUT, path, "read the weights");
    return dp_file_check_finite(path, "weights", start->values, start->width, start->components, error);
}

enum dp_status dp_start_read_hdf5(const char *path, struct dp_start *start, struct dp_error *error)
{
    const hid_t file = dp_file_open(path, error);
    if (file < 0)
        return DP_BAD_INPUT;
    const hid_t dataset = H5Dopen2(file, "weights", H5P_DEFAULT);
    const enum dp_status status =
        dataset < 0 ? dp_fail(error, DP_BAD_INPUT,
                              "%s: a file of initial parameters must have the dataset weights", path)
                    : read_weights(path, dataset, start, error);
    H5Fclose(file);
    return status;
}

enum dp_status dp_start_write_hdf5(const char *path, const struct dp_start *start, const char *note,
                                   struct dp_error *error)
{
    dp_h5_begin();
    const hid_t access = dp_h5_access();
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    H5Pclose(access);
    if (file < 0)
        return dp_h5_fail(error, path, "create the file");
    const hsize_t size[2] = {(hsize_t)start->width, (hsize_t)start->components};
    const hid_t space = H5Screate_simple(2, size, NULL);
    const hid_t dataset =
        H5Dcreate2(file, "weights", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Sclose(space);
    bool fine = dataset >= 0 &&
                H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, start->values) >= 0 &&
                dp_h5_put_number(dataset, "inputs", DP_COLUMN_I64, (double)start->inputs) &&
                dp_h5_put_text(dataset, "units", "1") && dp_h5_put_text(dataset, "long_name", note) &&
                dp_h5_put_text(dataset, "components", "w_1..w_d, bias, a_1..a_o");
    fine = H5Fclose(file) >= 0 && fine;
    return fine ? DP_OK : dp_h5_fail(error, path, "write the weights");
}
