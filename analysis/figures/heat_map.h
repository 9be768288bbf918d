// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "figures/figure.h"
#include "figures/map_values.h"

/* The heat map of a value over a plane, drawn by gnuplot.
 *
 * Cells are boxes whose edges lie half way between neighbouring values, so uneven axes have no gaps; an axis
 * of positive values over a decade or more, in steps that are more even there, is drawn on a log scale. A
 * slope has a diverging palette (ColorBrewer's RdBu), centred on 0: blue is negative, red positive; other
 * values have a sequential one (cividis). Both are safe for colour-blind readers. On a slope lie its zero
 * contour (solid) with the band in which an interval holds 0, the published boundary of ReLU (dashed) and the
 * initialisations that have a name; cells without a value are grey, marked ones carry a dot. */

/* Writes the script of a struct dp_heat_map. */
dp_figure_writer dp_heat_map_write;
