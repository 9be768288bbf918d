// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "figures/figure.h"
#include <stdint.h>

/* Values along a line with their error bars: what is left of a plane when its second axis has one value, or
 * names. Every series has a colour (Okabe and Ito's, safe for colour-blind readers) and a mark of its own; a
 * dashed line stands at 0 where the values have both signs. Positive values over two decades are on a log
 * scale. */

struct dp_line_plot {
    const char *title;        // drawn as it is
    const char *x_name;       // key
    const char *label;        // of the values, in gnuplot's enhanced text
    int64_t series, points;   // at least 1
    const char *const *names; // [series] drawn as they are
    const double *x;          // [points] ascending
    const double *value;      // [series][points], NAN: missing
    const double *low, *high; // [series][points] NAN: no error bar
};

/* Writes the script of a struct dp_line_plot. */
dp_figure_writer dp_line_plot_write;
