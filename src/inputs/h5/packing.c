// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/h5/h5_data.h"
#include <math.h>
#include <string.h>

enum { MOST_FILLS = 8 }; // values of missing_value

/* The numbers of an attribute, at most `most`; *count 0 when there is no such attribute. */
static enum dp_status read_numbers(const char *path, const char *what, hid_t dataset, const char *name,
                                   int most, double *values, int *count, struct dp_error *error)
{
    *count = 0;
    if (H5Aexists(dataset, name) <= 0)
        return DP_OK;
    const hid_t attribute = H5Aopen(dataset, name, H5P_DEFAULT);
    const hid_t space = H5Aget_space(attribute), type = H5Aget_type(attribute);
    const H5T_class_t class = H5Tget_class(type);
    const hssize_t points = H5Sget_simple_extent_npoints(space);
    const bool fine = (class == H5T_FLOAT || class == H5T_INTEGER) && points >= 1 && points <= most &&
                      H5Aread(attribute, H5T_NATIVE_DOUBLE, values) >= 0;
    *count = fine ? (int)points : 0;
    H5Tclose(type);
    H5Sclose(space);
    H5Aclose(attribute);
    return fine ? DP_OK
                : dp_fail(error, DP_BAD_INPUT, "%s: attribute %s of %s must be %s", path, name, what,
                          most == 1 ? "a number" : "numbers");
}

/* netCDF-4 and h5py keep the fill of what was never written in the dataset itself. 0, HDF5's own, may be
 * data. */
static void add_own_fill(hid_t dataset, struct dp_packing *packing)
{
    H5D_fill_value_t defined;
    double fill = 0;
    const hid_t properties = H5Dget_create_plist(dataset);
    if (H5Pfill_value_defined(properties, &defined) >= 0 && defined == H5D_FILL_VALUE_USER_DEFINED &&
        H5Pget_fill_value(properties, H5T_NATIVE_DOUBLE, &fill) >= 0 && fill != 0 && isfinite(fill))
        packing->fill[packing->fills++] = fill;
    H5Pclose(properties);
    H5Eclear2(H5E_DEFAULT);
}

static enum dp_status read_range(const char *path, const char *what, hid_t dataset,
                                 struct dp_packing *packing, struct dp_error *error)
{
    double range[2];
    int count;
    DP_TRY(read_numbers(path, what, dataset, "valid_min", 1, &packing->low, &count, error));
    DP_TRY(read_numbers(path, what, dataset, "valid_max", 1, &packing->high, &count, error));
    DP_TRY(read_numbers(path, what, dataset, "valid_range", 2, range, &count, error));
    if (count == 2) {
        packing->low = range[0];
        packing->high = range[1];
    }
    return DP_OK;
}

enum dp_status dp_packing_read(const char *path, const char *what, hid_t dataset, struct dp_packing *packing,
                               struct dp_error *error)
{
    int count;
    *packing = (struct dp_packing){.scale = 1, .low = -INFINITY, .high = INFINITY};
    const hid_t type = H5Dget_type(dataset);
    packing->narrow = H5Tget_class(type) == H5T_FLOAT && H5Tget_size(type) == 4;
    H5Tclose(type);
    if (H5Aexists(dataset, "_Unsigned") > 0)
        return dp_fail(
            error, DP_BAD_INPUT,
            "%s: %s has the attribute _Unsigned; store it with an unsigned type or as real numbers", path,
            what);
    DP_TRY(read_numbers(path, what, dataset, "scale_factor", 1, &packing->scale, &count, error));
    DP_TRY(read_numbers(path, what, dataset, "add_offset", 1, &packing->offset, &count, error));
    if (!isfinite(packing->scale) || packing->scale == 0 || !isfinite(packing->offset))
        return dp_fail(error, DP_BAD_INPUT, "%s: scale_factor %g and add_offset %g of %s unpack no numbers",
                       path, packing->scale, packing->offset, what);
    DP_TRY(read_numbers(path, what, dataset, "_FillValue", 1, packing->fill, &packing->fills, error));
    DP_TRY(read_numbers(path, what, dataset, "missing_value", MOST_FILLS, packing->fill + packing->fills,
                        &count, error));
    packing->fills += count;
    add_own_fill(dataset, packing);
    return read_range(path, what, dataset, packing, error);
}

static bool is_missing(const struct dp_packing *packing, double number)
{
    for (int i = 0; i < packing->fills; i++)
        if (number == packing->fill[i] || (packing->narrow && (float)number == (float)packing->fill[i]))
            return true;
    return number < packing->low || number > packing->high;
}

enum dp_status dp_packing_apply(const char *path, const char *what, const struct dp_packing *packing,
                                struct dp_array *array, struct dp_error *error)
{
    for (uint64_t i = 0; i < array->size[0] * array->size[1]; i++) {
        const double number = array->values[i];
        if (is_missing(packing, number))
            return dp_fail(error, DP_BAD_INPUT,
                           "%s: row %llu (from 0) of %s is %g, which its attributes (_FillValue, "
                           "missing_value, valid_range) "
                           "mark as missing; take its sample out",
                           path, (unsigned long long)(i / array->size[1]), what, number);
        array->values[i] = packing->scale * number + packing->offset;
    }
    return DP_OK;
}
