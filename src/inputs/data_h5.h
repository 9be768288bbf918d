// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "hdf5/h5.h"

/* What the readers of HDF5 files of the user's have in common. */

/* Opens the file for reading; -1 after a failure, which is told. */
hid_t dp_file_open(const char *path, struct dp_error *error);

/* The shape of a dataset of numbers: its rank, 1 or 2; 0 if it is none. */
int dp_file_shape(hid_t dataset, hsize_t size[2]);

/* Checks values [rows][inner] of a dataset. DP_BAD_INPUT names the row. */
enum dp_status dp_file_check_finite(const char *path, const char *dataset, const double *values, int64_t rows,
                                    int64_t inner, struct dp_error *error);
