// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"
#include <stdbool.h>
#include <stdint.h>

/* Grids: the result of a reduction of a store, as one file that every reader opens.
 *
 * A grid has axes with their values, and variables over the axes. The file is netCDF-4 with CF conventions:
 * every axis is a dimension with a coordinate variable, and missing values are _FillValue (for ncdump,
 * xarray, R, Julia). It is also NeXus: /entry/data is an NXdata group of soft links to the signal and its
 * axes, found from the root by `default`, so that silx and H5Web draw the signal on opening. NeXus readers
 * take a variable NAME_errors as the standard error of NAME. Plotted axes come last.
 *
 * The file is written under a temporary name and renamed, so no reader sees half of it. MPI is not needed.
 * The caller owns everything that the structs point to. */

enum { DP_GRID_RANK = 6 };

struct dp_grid_axis {
    const char *name, *unit, *meaning; // unit "1" for pure numbers
    int64_t count;                     // values, at least 1
    const double *values;              // [count]
    bool whole;                        // whole numbers
    const char *const *flags;          // names of the values 0, 1, ..., NULL-terminated; NULL for numbers
};

struct dp_grid_variable {
    const char *name, *unit, *meaning;
    int rank;               // axes that it spans, up to DP_GRID_RANK; 0: one number
    int axis[DP_GRID_RANK]; // indices into the axes, slowest first
    const double *values;   // C order; NAN: missing
    bool whole;
    const char *const *flags;
};

struct dp_grid_text {
    const char *name, *text; // a root attribute; not written when the text is NULL or empty
};

struct dp_grid {
    const struct dp_grid_axis *axes;
    int axis_count;
    const struct dp_grid_variable *variables;
    int variable_count;
    const struct dp_grid_text *texts;
    int text_count;
    const char *signal; // name of the variable that is drawn on opening
};

/* Writes the grid to path, replacing an existing file. DP_IO with the path and the reason; no new file is
 * left then. DP_INTERNAL for an inconsistent grid. */
enum dp_status dp_grid_write(const char *path, const struct dp_grid *grid, struct dp_error *error);

/* The names of a column's values 0, 1, ..., NULL-terminated, for an axis or a variable. The caller frees the
 * list; the names belong to the store. NULL for a column of numbers, or without memory. */
const char **dp_grid_flags(const struct dp_store *store, const char *column);
