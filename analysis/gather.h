// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "cells.h"
#include "dewpoint/store.h"
#include "values.h"
#include <stdbool.h>
#include <stdint.h>

/* From a store to cells: which columns are the plane, which runs count, and whether cells would mix unlike runs.
 *
 * A coordinate is a column whose name is a sweepable key. Beside x, y, width and seed a store may have others
 * (activation, learning_rate, ...): a group of runs at one (x, y, width) must agree on all of them, or its mean
 * would mean nothing and not show it. So where a coordinate takes several values in one group, dp_gather fails
 * with a sentence on how to choose; where it varies but is settled by x, y and width, it is merely reported.
 *
 * The store is read in windows of rows, so memory does not grow with the number of runs. */

enum { DP_PICKS = 32 };

/* Only runs whose coordinate has this value; several picks of one column are alternatives. */
struct dp_pick {
    const char *column;
    double value;
};

struct dp_view {
    const char *x, *y; // coordinates
    const char *value; // result
    struct dp_pick pick[DP_PICKS];
    int picks;
};

struct dp_gathered {
    struct dp_cells cells;  // finished
    struct dp_values seeds; // distinct, sorted
    int64_t runs;           // rows in the store
    int64_t picked;         // that the picks let through
    int64_t nowhere;        // of those, without a place in the plane (x, y or width not a number)
    bool relu;              // all are of ReLU networks
    int others;             // the other coordinates
    const char *other[DP_OTHERS];
    struct dp_values other_value[DP_OTHERS]; // distinct, sorted
};

/* The coordinates of a store: fills names[max], returns how many. */
int dp_coordinates(const struct dp_store *store, const char **names, int max);

/* Checks that x and y are two different coordinates other than width. */
enum dp_status dp_view_check(const struct dp_store *store, const struct dp_view *view,
                             struct dp_error *error);

/* Adds the pick written as "key=value". */
enum dp_status dp_view_pick(const struct dp_store *store, const char *text, struct dp_view *view,
                            struct dp_error *error);

/* Reads the store. Zero gathered before; dp_gathered_free after, also on failure. */
enum dp_status dp_gather(const struct dp_store *store, const struct dp_view *view,
                         struct dp_gathered *gathered, struct dp_error *error);

void dp_gathered_free(struct dp_gathered *gathered);

/* A coordinate's value as a user writes it: a name for flags, else the shortest number to 6 digits (exact: to all
 * that it has). Returns text. */
const char *dp_coordinate_text(const struct dp_store *store, const char *column, double value, bool exact,
                               char *text, size_t size);
