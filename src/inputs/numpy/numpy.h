// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "inputs/table/arrays.h"
#include <zip.h>

/* NumPy files. An npy file is one array: a magic string, a header that is a Python dictionary of descr,
 * fortran_order and shape, and the numbers (NEP 1). An npz file is a zip archive of npy files. */

/* Reads the array in size bytes. what: "it", or the member of an archive. */
enum dp_status dp_npy_parse(const char *path, const char *what, const char *bytes, size_t size,
                            struct dp_array *array, struct dp_error *error);

/* Reads the array of a name from an open archive; source->handle is the zip_t. */
enum dp_status dp_npz_read(const struct dp_array_source *source, const char *name, struct dp_array *array,
                           struct dp_error *error);

/* Opens an archive; NULL after a failure, which is reported in error. Close it with zip_discard. */
zip_t *dp_npz_open(const char *path, struct dp_error *error);
