// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/run.h"
#include "dewpoint/samples.h"

/* The formats of the files that runs read; dp_data_read and dp_start_read (store.h) choose by the ending of
 * the name.
 */
enum dp_format { DP_FORMAT_CSV, DP_FORMAT_HDF5 };

/* The format that a name tells, by its ending. DP_BAD_INPUT if it tells none. */
enum dp_status dp_format_of(const char *path, enum dp_format *format, struct dp_error *error);

/* The same for a file to read: also DP_BAD_INPUT if there is no such regular file. */
enum dp_status dp_format_find(const char *path, enum dp_format *format, struct dp_error *error);

enum dp_status dp_data_read_csv(const char *path, struct dp_samples *samples, struct dp_error *error);
enum dp_status dp_data_read_hdf5(const char *path, struct dp_samples *samples, struct dp_error *error);

enum dp_status dp_start_read_csv(const char *path, struct dp_start *start, struct dp_error *error);
enum dp_status dp_start_read_hdf5(const char *path, struct dp_start *start, struct dp_error *error);

enum dp_status dp_start_write_csv(const char *path, const struct dp_start *start, const char *note,
                                  struct dp_error *error);
enum dp_status dp_start_write_hdf5(const char *path, const struct dp_start *start, const char *note,
                                   struct dp_error *error);

/* Room for the values of a start whose width and components are set. */
enum dp_status dp_start_alloc(const char *path, struct dp_start *start, struct dp_error *error);
