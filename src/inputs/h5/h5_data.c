// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/h5/h5_data.h"
#include "inputs/table/bytes.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Formats that share the endings of ours, by their first bytes. */
static const struct other_format {
    const char *magic, *what;
} others[] = {
    {"CDF",
     "a netCDF file of the classic format, not netCDF-4; convert it with `nccopy -k nc4 OLD.nc NEW.nc`"},
    {"MATLAB 5.0", "a MATLAB file of the older format; save it with save(..., '-v7.3')"},
    {"\x0e\x03\x13\x01", "an HDF4 file; convert it with h4toh5"},
    {"PK\x03\x04", "a zip archive; the arrays of NumPy's archives are read from names that end with .npz"},
};

static const char *name_format(const char *path)
{
    char bytes[16] = "";
    const char *what = NULL;
    FILE *const file = fopen(path, "rb");
    const size_t length = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (length >= strlen(others[i].magic) && memcmp(bytes, others[i].magic, strlen(others[i].magic)) == 0)
            what = others[i].what;
    if (file)
        fclose(file);
    return what;
}

hid_t dp_h5_data_open(const char *path, struct dp_error *error)
{
    const char *const other = name_format(path);
    if (!other)
        return dp_h5_open(path, "read it", error);
    dp_fail(error, DP_BAD_INPUT, "%s: cannot read it: %s", path, other);
    return -1;
}

static enum dp_status refuse_name(const char *path, hid_t file, const char *name, struct dp_error *error)
{
    struct dp_names names = {0};
    H5G_info_t group = {0};
    enum dp_status status = DP_OK;
    char text[400];
    H5Gget_info(file, &group);
    for (hsize_t i = 0; i < group.nlinks && i < 100 && status == DP_OK; i++) {
        const ssize_t length =
            H5Lget_name_by_idx(file, ".", H5_INDEX_NAME, H5_ITER_INC, i, text, sizeof text, H5P_DEFAULT);
        if (length > 0)
            status = dp_names_add(&names, text, strlen(text), error);
    }
    if (status == DP_OK)
        status = dp_fail(
            error, DP_BAD_INPUT, "%s: there is no dataset %.60s; it holds %s%s", path, name,
            names.count ? dp_names_list(&names, text, sizeof text) : "nothing",
            strcmp(name, "weights") == 0 ? "" : " (data: {x: NAME, y: NAME} chooses others than x and y)");
    dp_names_free(&names);
    return status;
}

enum { LARGEST_NUMBER = 16 }; // bytes, of quadruple precision

static enum dp_status find_shape(const char *path, const char *what, hid_t dataset, struct dp_array *array,
                                 struct dp_error *error)
{
    hsize_t size[2] = {1, 1};
    const hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);
    const H5T_class_t class = H5Tget_class(type);
    const size_t bytes = H5Tget_size(type);
    array->rank = H5Sget_simple_extent_ndims(space);
    const bool plain = array->rank == 1 || array->rank == 2;
    if (plain)
        H5Sget_simple_extent_dims(space, size, NULL);
    array->size[0] = size[0];
    array->size[1] = size[1];
    H5Tclose(type);
    H5Sclose(space);
    if (class != H5T_FLOAT && class != H5T_INTEGER)
        return dp_fail(error, DP_BAD_INPUT, "%s: %s must be numbers, but its type is %s", path, what,
                       class == H5T_STRING     ? "text"
                       : class == H5T_COMPOUND ? "compound"
                       : class == H5T_ENUM     ? "an enumeration (as h5py's booleans are)"
                                               : "another");
    if (bytes > LARGEST_NUMBER)
        return dp_fail(error, DP_BAD_INPUT, "%s: %s has numbers of %zu bytes, which are no numbers", path,
                       what, bytes);
    if (!plain)
        return dp_fail(error, DP_BAD_INPUT, "%s: %s must have one or two dimensions, not %d", path, what,
                       array->rank);
    return DP_OK;
}

/* Whether every chunk of a dataset is there. */
static bool has_all_chunks(hid_t dataset, hid_t properties, const struct dp_array *array)
{
    hsize_t side[2] = {1, 1}, chunks = 0, wanted = 1;
    const hid_t space = H5Dget_space(dataset);
    const bool known = H5Pget_chunk(properties, 2, side) == array->rank &&
                       H5Dget_num_chunks(dataset, space, &chunks) >= 0 && side[0] > 0 && side[1] > 0;
    for (int i = 0; i < array->rank && known; i++)
        wanted *= (array->size[i] - 1) / side[i] + 1;
    H5Sclose(space);
    return known && chunks >= wanted;
}

/* Data that were never written would be read as zeros. */
static enum dp_status check_written(const char *path, const char *what, hid_t dataset,
                                    const struct dp_array *array, struct dp_error *error)
{
    enum { LARGEST_RATIO = 1100 }; // deflate makes at most 1032 bytes of one
    const hid_t properties = H5Dget_create_plist(dataset), type = H5Dget_type(dataset);
    const H5D_layout_t layout = H5Pget_layout(properties);
    const uint64_t numbers = array->size[0] * array->size[1];
    const uint64_t bytes =
        numbers * (H5Tget_size(type) < sizeof(double) ? H5Tget_size(type) : sizeof(double));
    const hsize_t stored = H5Dget_storage_size(dataset);
    const bool written = layout == H5D_CHUNKED
                             ? bytes / LARGEST_RATIO <= stored && has_all_chunks(dataset, properties, array)
                             : layout == H5D_VIRTUAL || stored >= bytes;
    H5Tclose(type);
    H5Pclose(properties);
    return written ? DP_OK
                   : dp_fail(error, DP_BAD_INPUT,
                             "%s: of the %llu x %llu numbers of %s not all were ever written", path,
                             (unsigned long long)array->size[0], (unsigned long long)array->size[1], what);
}

/* MATLAB keeps texts as whole numbers, and of empty matrices their sizes. */
static enum dp_status check_matlab(const char *path, const char *what, hid_t dataset, struct dp_error *error)
{
    char class[16] = "";
    if (H5Aexists(dataset, "MATLAB_empty") > 0)
        return dp_fail(error, DP_BAD_INPUT, "%s: %s is empty", path, what);
    if (H5Aexists(dataset, "MATLAB_class") <= 0)
        return DP_OK;
    const hid_t attribute = H5Aopen(dataset, "MATLAB_class", H5P_DEFAULT), type = H5Aget_type(attribute);
    if (H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 && H5Tget_size(type) < sizeof class)
        H5Aread(attribute, type, class);
    H5Tclose(type);
    H5Aclose(attribute);
    return strncmp(class, "char", 4) != 0
               ? DP_OK
               : dp_fail(error, DP_BAD_INPUT, "%s: %s must be numbers, but its type is text", path, what);
}

/* Whether the library can undo what compressed a dataset: lzf, for example, is h5py's own. */
static enum dp_status check_filters(const char *path, const char *what, hid_t dataset, struct dp_error *error)
{
    const hid_t properties = H5Dget_create_plist(dataset);
    enum dp_status status = DP_OK;
    const int count = H5Pget_nfilters(properties);
    for (int i = 0; i < count && status == DP_OK; i++) {
        char name[64] = "";
        unsigned flags, config;
        size_t values = 0;
        const H5Z_filter_t filter =
            H5Pget_filter2(properties, (unsigned)i, &flags, &values, NULL, sizeof name, name, &config);
        if (filter >= 0 && H5Zfilter_avail(filter) <= 0)
            status = dp_fail(
                error, DP_BAD_INPUT,
                "%s: %s is compressed by the filter %.40s (number %d), which HDF5 lacks here; store it "
                "with gzip or without a filter",
                path, what, name, (int)filter);
    }
    H5Pclose(properties);
    H5Eclear2(H5E_DEFAULT);
    return status;
}

static enum dp_status read_dataset(const char *path, const char *what, hid_t dataset, struct dp_array *array,
                                   struct dp_error *error)
{
    struct dp_packing packing;
    DP_TRY(find_shape(path, what, dataset, array, error));
    if (array->size[0] == 0 || array->size[1] == 0)
        return dp_fail(error, DP_BAD_INPUT, "%s: %s is empty", path, what);
    if (!dp_fits_memory(array->size[0], array->size[1]))
        return dp_too_large(path, what, array->size[0], array->size[1], error);
    DP_TRY(check_matlab(path, what, dataset, error));
    DP_TRY(check_written(path, what, dataset, array, error));
    DP_TRY(check_filters(path, what, dataset, error));
    DP_TRY(dp_packing_read(path, what, dataset, &packing, error));
    DP_TRY(dp_array_alloc(path, what, array, error));
    if (H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, array->values) < 0)
        return dp_h5_fail_as(error, DP_BAD_INPUT, path, "read the data");
    DP_TRY(dp_packing_apply(path, what, &packing, array, error));
    return dp_array_check(path, what, array, error);
}

enum dp_status dp_h5_array(const struct dp_array_source *source, const char *name, struct dp_array *array,
                           struct dp_error *error)
{
    const hid_t file = *(const hid_t *)source->handle;
    char what[80], open[96];
    snprintf(what, sizeof what, "dataset %.60s", name);
    snprintf(open, sizeof open, "open %s", what);
    const bool exists = H5Lexists(file, name, H5P_DEFAULT) > 0;
    const hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    if (dataset < 0)
        return exists ? dp_h5_fail_as(error, DP_BAD_INPUT, source->path, open)
                      : refuse_name(source->path, file, name, error);
    const enum dp_status status = read_dataset(source->path, what, dataset, array, error);
    H5Dclose(dataset);
    if (status != DP_OK) {
        free(array->values);
        array->values = NULL;
    }
    return status;
}
