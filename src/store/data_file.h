// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/run.h"
#include "dewpoint/samples.h"

/* The formats of the files that runs read; dp_data_read and dp_start_read (store.h) choose by the ending of the name.
 */
enum dp_format { DP_FORMAT_CSV, DP_FORMAT_HDF5 };

/* The format that the name of an existing regular file tells. DP_BAD_INPUT if it tells none, or there is no such file.
 */
enum dp_status dp_format_find(const char *path, enum dp_format *format, struct dp_error *error);

enum dp_status dp_data_read_csv(const char *path, struct dp_samples *samples, struct dp_error *error);
enum dp_status dp_data_read_hdf5(const char *path, struct dp_samples *samples, struct dp_error *error);

enum dp_status dp_start_read_csv(const char *path, struct dp_start *start, struct dp_error *error);
enum dp_status dp_start_read_hdf5(const char *path, struct dp_start *start, struct dp_error *error);

/* Room for the values of a start whose width and components are set. */
enum dp_status dp_start_alloc(const char *path, struct dp_start *start, struct dp_error *error);
