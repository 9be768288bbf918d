// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/formats.h"
#include "inputs/h5/h5_data.h"
#include "inputs/numpy/numpy.h"
#include "inputs/table/bytes.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An array of rows w_1..w_d, bias, a_1..a_o: the dataset or array weights, of any type of numbers, or the
 * whole content of an npy file. In HDF5 an attribute inputs may define d. */

static enum dp_status take(const char *path, struct dp_array *array, struct dp_start *start,
                           struct dp_error *error)
{
    if (array->rank != 2 || array->size[1] < 3)
        return dp_fail(
            error, DP_BAD_INPUT,
            "%s: weights must have two dimensions, a row of w_1..w_d, bias, a_1..a_o for each neuron", path);
    start->width = (int64_t)array->size[0];
    start->components = (int64_t)array->size[1];
    start->values = array->values;
    array->values = NULL;
    return DP_OK;
}

static enum dp_status read_from(const struct dp_array_source *source, struct dp_start *start,
                                struct dp_error *error)
{
    struct dp_array array = {0};
    DP_TRY(source->read(source, "weights", &array, error));
    const enum dp_status status = take(source->path, &array, start, error);
    free(array.values);
    return status;
}

/* The number of inputs that an attribute of the dataset tells, 0 without one. */
static int64_t told_inputs(hid_t file)
{
    int64_t inputs = 0;
    if (H5Aexists_by_name(file, "weights", "inputs", H5P_DEFAULT) <= 0)
        return 0;
    const hid_t attribute = H5Aopen_by_name(file, "weights", "inputs", H5P_DEFAULT, H5P_DEFAULT);
    const hid_t space = H5Aget_space(attribute);
    if (H5Sget_simple_extent_npoints(space) != 1 || H5Aread(attribute, H5T_NATIVE_INT64, &inputs) < 0)
        inputs = 0;
    H5Sclose(space);
    H5Aclose(attribute);
    return inputs;
}

enum dp_status dp_start_read_h5(const char *path, struct dp_start *start, struct dp_error *error)
{
    hid_t file = dp_h5_data_open(path, error);
    if (file < 0)
        return DP_BAD_INPUT;
    const struct dp_array_source source = {path, &file, dp_h5_array};
    const enum dp_status status = read_from(&source, start, error);
    if (status == DP_OK)
        start->inputs = told_inputs(file);
    H5Fclose(file);
    return status;
}

enum dp_status dp_start_read_npz(const char *path, struct dp_start *start, struct dp_error *error)
{
    zip_t *const archive = dp_npz_open(path, error);
    if (!archive)
        return DP_BAD_INPUT;
    const struct dp_array_source source = {path, archive, dp_npz_read};
    const enum dp_status status = read_from(&source, start, error);
    zip_discard(archive);
    return status;
}

enum dp_status dp_start_read_npy(const char *path, struct dp_start *start, struct dp_error *error)
{
    struct dp_bytes bytes;
    struct dp_array array = {0};
    DP_TRY(dp_bytes_read(path, &bytes, error));
    enum dp_status status = dp_npy_parse(path, "it", bytes.data, bytes.size, &array, error);
    if (status == DP_OK)
        status = take(path, &array, start, error);
    free(array.values);
    free(bytes.data);
    return status;
}

enum dp_status dp_start_write_npy(const char *path, const struct dp_start *start, const char *note,
                                  struct dp_error *error)
{
    (void)note; // the format has no room for it
    FILE *const out = fopen(path, "wb");
    if (!out)
        return dp_fail(error, DP_IO, "%s: %s", path, strerror(errno));
    char header[128];
    memcpy(header, "\x93NUMPY\x01\x00\x76\x00", 10); // version 1.0, then 118 bytes of text
    const int used = snprintf(header + 10, sizeof header - 10,
                              "{'descr': '<f8', 'fortran_order': False, 'shape': (%lld, %lld), }",
                              (long long)start->width, (long long)start->components);
    memset(header + 10 + used, ' ', sizeof header - 11 - (size_t)used);
    header[sizeof header - 1] = '\n';
    fwrite(header, 1, sizeof header, out);
    for (int64_t i = 0; i < start->width * start->components; i++) {
        uint64_t bits;
        unsigned char bytes[8];
        memcpy(&bits, &start->values[i], sizeof bits);
        for (int k = 0; k < 8; k++)
            bytes[k] = (unsigned char)(bits >> 8 * k);
        fwrite(bytes, 1, sizeof bytes, out);
    }
    const bool broken = ferror(out);
    if (fclose(out) != 0 || broken)
        return dp_fail(error, DP_IO, "%s: cannot write: %s", path, strerror(errno));
    return DP_OK;
}

enum dp_status dp_start_write_h5(const char *path, const struct dp_start *start, const char *note,
                                 struct dp_error *error)
{
    dp_h5_begin();
    const hid_t access = dp_h5_access();
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    H5Pclose(access);
    if (file < 0)
        return dp_h5_fail_writing(error, path, "create the file");
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
    return fine ? DP_OK : dp_h5_fail_writing(error, path, "write the weights");
}
