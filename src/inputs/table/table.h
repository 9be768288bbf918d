// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/samples.h"
#include "inputs/table/names.h"

/* The result of every reader of users' files: rows of numbers, inputs in the first columns and outputs after
 * them. Released by dp_table_free; a zero table is empty. */

struct dp_table {
    int64_t rows, inputs, outputs;
    struct dp_names names; // of the inputs, then of the outputs
    bool named;            // a text file has these names in its header
    bool numbered;         // they are only numbers
    const char *note;      // a remark about the shape, "" or NULL for none; constant
    double *values;        // [rows][inputs + outputs]
};

/* Which columns are wanted, and how arrays lie: the keys x, y and samples_in. */
struct dp_choice {
    const char *x, *y;  // comma-separated names; "" where the file decides
    int64_t samples_in; // enum dp_samples_in
};

/* The largest size of a number in a file. Flow squares the kernel, and with it takes the fourth power of an
 * input: 1e280 here, which leaves room for sums of many. */
#define DP_LARGEST 1e70

/* Room for the values of a table whose shape is set. path: for the message. */
enum dp_status dp_table_alloc(const char *path, struct dp_table *table, struct dp_error *error);

/* Copies inputs and outputs into samples. */
enum dp_status dp_table_samples(const struct dp_table *table, struct dp_samples *samples,
                                struct dp_error *error);

void dp_table_free(struct dp_table *table);

/* y, y1, y2, ..., y_1, y_2, ..., and the same in capitals. */
bool dp_name_is_output(const char *name);

/* The columns of a file that are inputs and outputs. */
struct dp_roles {
    int64_t inputs, outputs;
    int64_t *column; // [inputs + outputs], numbers from 0
};

/* Finds the columns that choice asks for among the names of a file. Without choice->y, outputs are the
 * columns named y, y1, y_1 and so on, else the last column; without choice->x, inputs are all others. choice
 * NULL: every column is an input. named: false when names are only numbers. The caller frees column. */
enum dp_status dp_roles_find(const char *path, const struct dp_names *names, bool named,
                             const struct dp_choice *choice, struct dp_roles *roles, struct dp_error *error);

/* Puts the names of the chosen columns into the table and sets inputs and outputs. Refuses columns without a
 * name when others have one, and two columns of one name. */
enum dp_status dp_roles_name(const char *path, const struct dp_names *names, const struct dp_roles *roles,
                             struct dp_table *table, struct dp_error *error);

/* Refuses an input that counts rows: a column named index, id, ... of distinct whole numbers. */
enum dp_status dp_table_check_index(const char *path, const struct dp_table *table, struct dp_error *error);
