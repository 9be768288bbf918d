// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "figures/figure.h"
#include "reading/filter.h"
#include <stdbool.h>

/* Curves of runs along training, averaged over seeds.
 *
 * A line is one quantity of one group of runs: all selected runs, or those with one value of the key --by.
 * Runs of a group may differ only in seed and data_seed, because a mean over other differences would mean
 * nothing. Each run records its curve at its own steps, so a line has a grid: every x at which one of its
 * runs has a point, or, if runs have few x in common (flow time), GRID values in between. A run is
 * interpolated between its points by straight lines on the drawn axes, and keeps its last value after its
 * end.
 *
 * On a log axis the middle is the geometric mean and the band one standard deviation of the logarithms;
 * otherwise they are the mean and one standard deviation. The figure has a panel for each quantity. */

struct dp_curve_line {
    char label[96]; // the group: "width 100", "" when there is one group
    int quantity;   // index into dp_quantities
    int64_t runs;   // averaged
    int64_t count;
    double *x, *middle, *low, *high; // [count]
};

struct dp_curve_lines {
    int64_t count;
    struct dp_curve_line *line;
    int64_t left_out; // runs that are pending, diverged or failed
};

/* The quantities that a curve can show. */
struct dp_quantity {
    const char *name, *column;
    const char *label;  // of its axis, in gnuplot's enhanced text
    bool spans_decades; // drawn on a log axis where it spans two decades or more, unless --liny is given
};
extern const struct dp_quantity dp_quantities[];
extern const int dp_quantity_count;

enum { DP_QUANTITIES = 32 };

struct dp_curves {
    const struct dp_store *store;
    const struct dp_filter *filter; // from --at
    const char *by;                 // a coordinate, NULL: one group
    bool flow_time;                 // x is the flow time, else the step
    bool log_x, log_y;              // axes on which runs are interpolated and averaged by their logarithms
    bool linear_y;                  // no log axis in the figure
    int quantity[DP_QUANTITIES], quantities;
};

/* Reads and averages. lines must be zero before; free them with dp_lines_free, also on failure. DP_BAD_INPUT
 * when a group would mix runs that differ otherwise, or when there is nothing to draw. */
enum dp_status dp_lines_read(const struct dp_curves *curves, struct dp_curve_lines *lines,
                             struct dp_error *error);
/* The same for one group with these rows; there is no line when none of them is done. */
enum dp_status dp_lines_of_rows(const struct dp_curves *curves, const int64_t *rows, int64_t count,
                                struct dp_curve_lines *lines, struct dp_error *error);
void dp_lines_free(struct dp_curve_lines *lines);

/* Writes the script of the figure; the context of dp_picture is a struct dp_curves_figure. */
struct dp_curves_figure {
    const struct dp_curves *curves;
    const struct dp_curve_lines *lines;
};
double dp_curves_height(const struct dp_curves *curves, const struct dp_curve_lines *lines); // cm
enum dp_status dp_curves_script(const void *figure, struct dp_canvas *canvas, FILE *out,
                                struct dp_error *error);
