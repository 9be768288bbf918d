// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store.h"
#include "reading/rows.h"
#include <stdbool.h>
#include <stdint.h>

/* What to look at in a store: two coordinates as the axes of a plane, a value of each cell, and which runs
 * count.
 *
 * A coordinate is a column whose name is a sweepable key. The value is the mean of a column over the runs of
 * a cell, or derived from an order parameter's growth with the width: its slope S = d log RD / d log width,
 * or the drift of S over the widths. */

enum dp_kind { DP_VIEW_MEAN, DP_VIEW_SLOPE, DP_VIEW_DRIFT };

/* An order parameter. */
struct dp_order {
    const char *column;    // of the store
    const char *symbol;    // on the terminal
    const char *slope;     // its d log / d log width
    const char *subscript; // in the figure
};

struct dp_view {
    const char *x, *y; // coordinates
    enum dp_kind kind;
    const char *value;  // as the user calls it
    const char *column; // that is reduced: the order's, or with DP_VIEW_MEAN the value itself
    const struct dp_order *order,
        *companion; // NULL with DP_VIEW_MEAN; the companion is reduced beside, may be NULL
    bool by_width;  // groups of a cell are its widths; false where the width is an axis
    struct dp_pick pick[DP_PICKS];
    int picks;
    const char *average[DP_PICKS]; // coordinates with names that may be averaged over all the same
    int averages;
};

/* The coordinates of a store: fills names[max], returns how many. */
int dp_coordinates(const struct dp_store *store, const char **names, int max);

/* Sets what follows from the value's name: s_w, s_a, s, drift, drift_a, or a column of the store with one
 * number a run. */
enum dp_status dp_view_value(const struct dp_store *store, const char *value, struct dp_view *view,
                             struct dp_error *error);

/* Checks that x and y are two different coordinates that go with the value. */
enum dp_status dp_view_axes(const struct dp_store *store, const char *x, const char *y, struct dp_view *view,
                            struct dp_error *error);

/* The store's own spelling of the coordinate that an option names. DP_BAD_INPUT if there is none. */
enum dp_status dp_view_coordinate(const struct dp_store *store, const char *option, const char *name,
                                  const char **coordinate, struct dp_error *error);

/* Adds the pick written as "key=value". */
enum dp_status dp_view_pick(const struct dp_store *store, const char *text, struct dp_view *view,
                            struct dp_error *error);

/* Allows averaging over a coordinate whose values are names. */
enum dp_status dp_view_average(const struct dp_store *store, const char *name, struct dp_view *view,
                               struct dp_error *error);

/* Are a coordinate's values names, whose mean would mean nothing (activation, method, ...)? */
bool dp_coordinate_names(const struct dp_store *store, const char *column);

/* A coordinate's value as a user writes it: a name for flags, else the shortest number to 6 digits (exact: to
 * all that it has). Returns text. */
const char *dp_coordinate_text(const struct dp_store *store, const char *column, double value, bool exact,
                               char *text, size_t size);
