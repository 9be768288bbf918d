// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/run.h"
#include "inputs/table/table.h"

/* The formats of users' files. The ending of the name selects a row of the table of formats. */

/* Reads samples. choice: which columns, never NULL. */
enum dp_status dp_format_data(const char *path, const struct dp_choice *choice, struct dp_table *table,
                              struct dp_error *error);

/* Read initial parameters into a zero start, and write them: start_text.c, start_arrays.c. */
enum dp_status dp_start_read_text(const char *path, struct dp_start *start, struct dp_error *error);
enum dp_status dp_start_read_h5(const char *path, struct dp_start *start, struct dp_error *error);
enum dp_status dp_start_read_npy(const char *path, struct dp_start *start, struct dp_error *error);
enum dp_status dp_start_read_npz(const char *path, struct dp_start *start, struct dp_error *error);

typedef enum dp_status dp_start_writer(const char *path, const struct dp_start *start, const char *note,
                                       struct dp_error *error);
dp_start_writer dp_start_write_text, dp_start_write_h5, dp_start_write_npy;
