// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "diagram/diagram.h"
#include "report/page.h"

/* Do --set X=... --set Y=... on top of the sweep give the runs of a cell, and no others? Most sweeps say yes;
 * where the axes are zipped, or follow from other keys, the command for a cell would train other runs, and
 * the page gives that for a single run instead. The first and the last cell are tried. */
bool dp_page_is_settable(const struct dp_page *page, const struct dp_plane *plane,
                         const struct dp_cells *cells);
