// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"
#include "statistics/cells.h"
#include <stdbool.h>
#include <stdio.h>

/* The phase diagram in letters for a first look on a terminal: one letter for each cell, x to the right and y
 * upward. */

enum { DP_LETTER_MAP_WIDTH = 120 }; // the most cells in a line

/* Whether the map can be printed: it must be a plane and narrow enough. */
bool dp_letter_map_fits(const struct dp_cells *cells);

/* Prints the map with its axes, the columns x_name and y_name of store, and the meaning of the letters. */
enum dp_status dp_letter_map_print(const struct dp_store *store, const struct dp_cells *cells,
                                   const char *x_name, const char *y_name, FILE *out, struct dp_error *error);
