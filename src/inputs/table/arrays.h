// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "inputs/table/table.h"

/* Files with named arrays: HDF5, netCDF and NumPy's npz.
 *
 * A row of an array is a sample. MATLAB, Julia and R store arrays by columns and write them transposed: a
 * column of n numbers arrives as (1, n), a table as (columns, samples). The shapes of x and y together mostly
 * tell which case it is: the numbers of samples must agree, and one sample of n inputs and n outputs is not
 * intended. If both readings agree and reading by rows gives no more samples than reading by columns, the
 * file is refused, and the key samples_in must be set. */

struct dp_array {
    int rank; // 1 or 2
    uint64_t size[2];
    double *values; // [size[0]][size[1]], finite; allocated
};

/* A file of arrays. read gives the array of a name, or one sentence that says why it cannot. */
struct dp_array_source {
    const char *path;
    void *handle;
    enum dp_status (*read)(const struct dp_array_source *source, const char *name, struct dp_array *array,
                           struct dp_error *error);
};

/* Makes a table from arrays. Inputs are the arrays that choice->x names, side by side ("x" if it names none);
 * outputs are those of choice->y. */
enum dp_status dp_arrays_table(const struct dp_array_source *source, const struct dp_choice *choice,
                               struct dp_table *table, struct dp_error *error);

/* Checks the shape of an array before anything is allocated, and allocates its values. what: "dataset x". */
enum dp_status dp_array_alloc(const char *path, const char *what, struct dp_array *array,
                              struct dp_error *error);

/* DP_BAD_INPUT, with the row, for a value that is not finite or larger than DP_LARGEST. */
enum dp_status dp_array_check(const char *path, const char *what, const struct dp_array *array,
                              struct dp_error *error);

/* Makes a table without names from one array; the keys x and y choose columns by number. */
enum dp_status dp_array_columns(const char *path, const struct dp_array *array,
                                const struct dp_choice *choice, struct dp_table *table,
                                struct dp_error *error);
