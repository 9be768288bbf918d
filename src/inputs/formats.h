// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/run.h"
#include "inputs/table/table.h"

/* The formats of users' files, chosen by the ending of the name: the table of them, and what each does. */

/* Reads samples. choice: which columns, never NULL. */
enum dp_status dp_format_data(const char *path, const struct dp_choice *choice, struct dp_table *table,
                              struct dp_error *error);

/* Initial parameters, read into a start that is zero, and written: start_text.c, start_arrays.c. */
enum dp_status dp_start_read_text(const char *path, struct dp_start *start, struct dp_error *error);
enum dp_status dp_start_read_h5(const char *path, struct dp_start *start, struct dp_error *error);
enum dp_status dp_start_read_npy(const char *path, struct dp_start *start, struct dp_error *error);
enum dp_status dp_start_read_npz(const char *path, struct dp_start *start, struct dp_error *error);

typedef enum dp_status dp_start_writer(const char *path, const struct dp_start *start, const char *note,
                                       struct dp_error *error);
dp_start_writer dp_start_write_text, dp_start_write_h5, dp_start_write_npy;
