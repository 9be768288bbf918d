// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"
#include "reading/filter.h"
#include <stdbool.h>

/* What `dewpoint phase` shows: a plane of two coordinates, a value for each of its cells, and the runs that
 * are used. The value is the mean of a column over the runs of a cell, or it is derived from the growth of an
 * order parameter, such as RD, with the width: the slope S = d log RD / d log width, or the drift of S over
 * the widths. */

enum dp_plane_kind { DP_PLANE_MEAN, DP_PLANE_SLOPE, DP_PLANE_DRIFT };

struct dp_order_parameter {
    const char *column;      // of the store
    const char *symbol;      // on the terminal
    const char *slope;       // name of its d log / d log width
    const char *subscript;   // of S in a figure
    const char *quantity;    // its name in a figure, in gnuplot's enhanced text
    const char *closed_form; // column of its prediction at the same width; NULL without one
};

enum { DP_PLANE_AVERAGES = 32 };

struct dp_plane {
    const char *x, *y; // coordinates
    enum dp_plane_kind kind;
    const char *value;  // as the user calls it
    const char *column; // column that is reduced: of the order parameter, or of the value itself
    const struct dp_order_parameter *order;     // NULL with DP_PLANE_MEAN
    const struct dp_order_parameter *companion; // reduced beside order; may be NULL
    const char *closed_form; // column of the order parameter's prediction in this store; NULL without one
    bool shows_companion;    // at each width the table has the companion's value instead, and no slope of it
    bool by_width;           // a cell has a group of runs for each width; false where the width is an axis
    bool doubtful;           // also give a regime to cells whose runs diverged or whose loss rose
    struct dp_filter filter;
    const char *average[DP_PLANE_AVERAGES]; // coordinates with names over which averaging is allowed
    int averages;
};

/* Sets the fields that follow from the value's name: s_w, s_a, s, drift, drift_a, alignment, or a column of
 * the store with one number per run. */
enum dp_status dp_plane_value(const struct dp_store *store, const char *value, struct dp_plane *plane,
                              struct dp_error *error);

/* Checks that x and y are two different coordinates that can be combined with the value. */
enum dp_status dp_plane_axes(const struct dp_store *store, const char *x, const char *y,
                             struct dp_plane *plane, struct dp_error *error);

/* Allows averaging over a coordinate whose values are names. */
enum dp_status dp_plane_average(const struct dp_store *store, const char *name, struct dp_plane *plane,
                                struct dp_error *error);
