// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "diagram/diagram.h"
#include "report/page.h"

/* Whether --set X=... --set Y=... on top of the sweep gives the runs of a cell and no others. This is so for
 * most sweeps. If the axes are zipped or follow from other keys, a command for a cell would train other runs,
 * and the page shows a command for a single run instead. The first and the last cell are tried. */
bool dp_page_is_settable(const struct dp_page *page, const struct dp_plane *plane,
                         const struct dp_cells *cells);
