// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "hdf5/h5.h"
#include "inputs/table/arrays.h"

/* Users' files in HDF5 and netCDF-4. */

/* Opens the file for reading; -1 after a failure, which is reported with HDF5's own reason. */
hid_t dp_h5_data_open(const char *path, struct dp_error *error);

/* Reads the dataset of a name; source->handle points to the file's hid_t. Numbers are unpacked by
 * scale_factor and add_offset. Numbers that _FillValue, missing_value or the valid range mark as missing are
 * refused, and so are data that were never written. */
enum dp_status dp_h5_array(const struct dp_array_source *source, const char *name, struct dp_array *array,
                           struct dp_error *error);

/* How the numbers of a dataset are packed, by the conventions of netCDF (CF 8.1, NUG appendix A). */
struct dp_packing {
    double scale, offset; // value = scale * number + offset
    bool narrow;          // floats of 4 bytes, to which fill values are rounded
    int fills;
    double fill[10];  // numbers that mean "missing"
    double low, high; // numbers outside this range are missing, too
};

enum dp_status dp_packing_read(const char *path, const char *what, hid_t dataset, struct dp_packing *packing,
                               struct dp_error *error);

/* Unpacks an array in place. DP_BAD_INPUT, with the row, for a missing value. */
enum dp_status dp_packing_apply(const char *path, const char *what, const struct dp_packing *packing,
                                struct dp_array *array, struct dp_error *error);
