// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"
#include <stdbool.h>

/* Reads a run before its end, at the first point of its curve that reaches a step, a flow time, a growth of
 * the amplitude or a drop of the loss. Every point has the number of directions counted there (observe:
 * curve_counts). */

struct dp_read_point {
    const char *text;   // as the user wrote it
    const char *column; // column of the curve that must reach the value; NULL: the run is read at its end
    double value;
    bool drop;          // the column is the loss, and the value is the share by which it must drop
    const char *counts; // column with the numbers of directions
    int64_t points;     // of a curve
    double *curve;      // [points], two of them
};

/* text: "end", or a quantity, = or >=, and a number: step=500, growth>=100, flow_time=3, loss_drop=.1. The
 * store must have counts along its curves. Release with dp_read_point_free. */
enum dp_status dp_read_point_parse(const char *text, const struct dp_store *store, const char *path,
                                   bool lines, struct dp_read_point *read_point, struct dp_error *error);
void dp_read_point_free(struct dp_read_point *read_point);

/* The number counted in a row at the read point; -1 if its curve does not reach it. DP_BAD_INPUT if nothing
 * was counted there. */
enum dp_status dp_read_point_count(const struct dp_read_point *read_point, const struct dp_store *store,
                                   int64_t row, double *count, struct dp_error *error);
