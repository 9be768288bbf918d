// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "figures/figure.h"
#include <stdint.h>

/* Values along a line with error bars, for a plane whose second axis has one value, or names. Every series
 * has its own colour (Okabe and Ito's palette, safe for colour-blind readers) and mark; doubtful values have
 * a cross. A dashed line marks 0 if the values have both signs. Positive values over two decades are drawn on
 * a log scale. */

struct dp_line_plot {
    const char *title;        // drawn as it is
    const char *x_name;       // key
    const char *label;        // of the values, in gnuplot's enhanced text
    int64_t series, points;   // at least 1
    const char *const *names; // [series] drawn as they are
    const double *x;          // [points] ascending
    const double *value;      // [series][points], NAN: missing
    const double *low, *high; // [series][points] NAN: no error bar
    const char *bars;         // what an error bar is, for the key
    const bool *crossed;      // [series][points] values that are doubtful; NULL: none
};

/* Writes the script of a struct dp_line_plot. */
dp_figure_writer dp_line_plot_write;
