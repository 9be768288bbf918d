// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "store/format/columns.h"

/* What a store holds: the columns and dimensions of the store of one sweep.
 *
 * A layout is a selection from THE table (columns.h), with a coordinate column for every other swept key
 * after `seed`. */

/* The distinct texts of a swept text key, in order of first use. */
struct dp_texts {
    int64_t count, room;
    char **text;
};

struct dp_layout {
    int64_t runs;
    // 0 when the store has no such dimension: points of a curve, neurons, neurons at points, components of a
    // neuron
    int64_t points, neurons, along, components;
    struct dp_samples file; // shape of the data files
    int count;
    struct dp_column columns[DP_STORE_COLUMNS];
    // of the coordinates of swept keys, as they are and with blanks
    char names[DP_STORE_COLUMNS][DP_STORE_NAME], words[DP_STORE_COLUMNS][DP_STORE_NAME];
    struct dp_texts texts[DP_STORE_COLUMNS]; // of columns with DP_FROM_TEXT
};

/* The columns and dimensions of the store of sweep. file: see dp_store_create. Free with dp_layout_free. */
enum dp_status dp_layout_make(const struct dp_sweep *sweep, const struct dp_samples *file,
                              struct dp_layout *layout, struct dp_error *error);
void dp_layout_free(struct dp_layout *layout);

/* Whether any run of the sweep may have a value of the column's key for which the column exists. */
bool dp_layout_wants(const struct dp_sweep *sweep, const struct dp_column *column);

/* Moves *place, which is zero before the first row, to the next row, given its run. */
void dp_place_next(const struct dp_layout *layout, const struct dp_sweep *sweep, const struct dp_run *run,
                   int64_t row, struct dp_row_place *place);

/* The value of a coordinate or index column of a row. */
void dp_layout_put(const struct dp_layout *layout, int column, const struct dp_run *run,
                   const struct dp_row_place *place, unsigned char *bytes);

/* Bytes of the values of all columns with these roles. */
int64_t dp_layout_bytes(const struct dp_layout *layout, unsigned roles);

/* Shape of a column's dataset; inner is 1 for one dimension. */
void dp_layout_shape(const struct dp_layout *layout, const struct dp_column *column, int64_t *rows,
                     int64_t *inner);
