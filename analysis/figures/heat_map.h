// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "figures/figure.h"
#include "figures/map_values.h"

/* The heat map of a value over a plane, drawn by gnuplot.
 *
 * Cells are boxes whose edges lie half way between neighbouring values, so uneven axes have no gaps. An axis
 * is drawn on a log scale if its values are positive and span a decade or more, with steps that are more even
 * on that scale. A slope has a diverging palette (ColorBrewer's RdBu), centred on 0: blue is negative, red is
 * positive. Other values have a sequential palette (cividis). Both are safe for colour-blind readers. On top
 * of a slope are drawn its zero contour (solid) with the band in which an interval contains 0, the published
 * boundary of ReLU (dashed) and the named initialisations. Cells without a value are grey,
 * and a mark tells those that are pending, that diverged or are doubtful for another reason. Undecided cells
 * have a dot. */

/* Writes the script of a struct dp_heat_map. */
dp_figure_writer dp_heat_map_write;
