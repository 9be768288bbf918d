// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store/grid.h"
#include "phase/fields.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The netCDF grid: the fields of the cells over (y, x), what they have at each width over (width, y, x). */

enum { PHASE_VARIABLES = DP_FIELDS + 3, AXIS_WIDTH = 0, AXIS_Y, AXIS_X, PHASE_AXES };

struct phase_grid {
    const struct dp_phase_report *report;
    struct dp_field fields[DP_FIELDS];
    char names[3][DP_FIELD_NAME]; // of the variables by width
    char meanings[3][DP_FIELD_MEANING];
    struct dp_grid_variable variables[PHASE_VARIABLES];
    double *values[PHASE_VARIABLES]; // owned
    int count;
    const char **flags[PHASE_AXES]; // owned: the axes' names
};

struct field_of {
    const struct dp_phase_report *report;
    const struct dp_field *field;
};

static double value_of(const struct dp_cells *cells, const struct dp_cell *cell, const void *context)
{
    const struct field_of *const of = context;
    return dp_field_value(of->report, of->field, cell - cells->cell);
}

static bool add_fields(struct phase_grid *grid)
{
    const int count = dp_fields(grid->report, grid->fields);
    for (int i = 0; i < count; i++) {
        const struct dp_field *const field = &grid->fields[i];
        double *const values = dp_cells_grid(field->cells, value_of, &(struct field_of){grid->report, field});
        grid->values[grid->count] = values;
        grid->variables[grid->count++] = (struct dp_grid_variable){.name = field->name,
                                                                   .unit = field->unit,
                                                                   .meaning = field->meaning,
                                                                   .rank = 2,
                                                                   .axis = {AXIS_Y, AXIS_X},
                                                                   .values = values,
                                                                   .whole = field->whole,
                                                                   .flags = field->flags};
        if (!values)
            return false;
    }
    return true;
}

struct width_of {
    const struct dp_phase_report *report;
    double width;
    bool runs;
};

static double at_width(const struct dp_cells *cells, const struct dp_cell *cell, const void *context)
{
    const struct width_of *const of = context;
    const struct dp_group *const group = dp_cells_group(cells, cell, of->width);
    if (of->runs)
        return group ? (double)group->tally.used : 0;
    return dp_diagram_at_width(of->report->plane, cells, cell, of->width);
}

/* One variable over (width, y, x): a column's values, or the runs in use. */
static bool add_by_width(struct phase_grid *grid, int place, const struct dp_cells *cells, const char *column,
                         bool runs)
{
    const struct dp_phase_report *const report = grid->report;
    const size_t plane = (size_t)(cells->x.count * cells->y.count);
    double *const values = malloc(sizeof *values * (plane * (size_t)cells->width.count + 1));
    bool fine = values != NULL;
    for (int64_t j = 0; fine && j < cells->width.count; j++) {
        double *const slab =
            dp_cells_grid(cells, at_width, &(struct width_of){report, cells->width.value[j], runs});
        fine = slab != NULL;
        if (slab)
            memcpy(values + (size_t)j * plane, slab, plane * sizeof *slab);
        free(slab);
    }
    const char *const meaning = runs ? "runs in use" : dp_store_meaning(report->store, column);
    snprintf(grid->names[place], DP_FIELD_NAME, "%s_by_width", column);
    snprintf(grid->meanings[place], DP_FIELD_MEANING, "%s%s at each width",
             runs                                   ? ""
             : report->plane->kind == DP_PLANE_MEAN ? "mean of "
                                                    : "geometric mean over runs of ",
             meaning);
    grid->values[grid->count] = values;
    grid->variables[grid->count++] =
        (struct dp_grid_variable){.name = grid->names[place],
                                  .unit = runs ? "1" : dp_store_unit(report->store, column),
                                  .meaning = grid->meanings[place],
                                  .rank = 3,
                                  .axis = {AXIS_WIDTH, AXIS_Y, AXIS_X},
                                  .values = values,
                                  .whole = runs};
    return fine;
}

static bool add_variables(struct phase_grid *grid)
{
    const struct dp_plane *const plane = grid->report->plane;
    const struct dp_diagram *const all = grid->report->diagram;
    if (!add_fields(grid))
        return false;
    if (!plane->by_width)
        return true;
    return add_by_width(grid, 0, &all->cells, plane->column, false) &&
           (!plane->companion || add_by_width(grid, 1, &all->companion, plane->companion->column, false)) &&
           add_by_width(grid, 2, &all->cells, "runs", true);
}

static bool whole(const struct dp_distinct *values)
{
    bool fine = true;
    for (int64_t i = 0; i < values->count; i++)
        fine = fine && values->value[i] == floor(values->value[i]) && fabs(values->value[i]) < 0x1p53;
    return fine;
}

static void set_axis(struct phase_grid *grid, const char *column, const struct dp_distinct *values, int place,
                     struct dp_grid_axis *axis)
{
    const struct dp_store *const store = grid->report->store;
    grid->flags[place] = dp_grid_flags(store, column);
    *axis = (struct dp_grid_axis){.name = column,
                                  .unit = dp_store_unit(store, column),
                                  .meaning = dp_store_meaning(store, column),
                                  .count = values->count,
                                  .values = values->value,
                                  .whole = !strcmp(column, "width") && whole(values),
                                  .flags = grid->flags[place]};
}

static enum dp_status write_grid(struct phase_grid *grid, const char *path, struct dp_error *error)
{
    const struct dp_phase_report *const report = grid->report;
    const struct dp_plane *const plane = report->plane;
    const struct dp_cells *const cells = &report->diagram->cells;
    struct dp_grid_axis axes[PHASE_AXES];
    char signal[DP_FIELD_NAME];
    set_axis(grid, "width", &cells->width, AXIS_WIDTH, &axes[AXIS_WIDTH]);
    set_axis(grid, plane->y, &cells->y, AXIS_Y, &axes[AXIS_Y]);
    set_axis(grid, plane->x, &cells->x, AXIS_X, &axes[AXIS_X]);
    dp_fields_signal(report, signal);
    const struct dp_grid_text texts[] = {
        {"title", dp_store_text(report->store, "title")},
        {"source", report->path},
        {"sweep_digest", dp_store_text(report->store, "sweep_digest")},
        {"sweep_yaml", dp_store_text(report->store, "sweep_yaml")},
        {"sweep_overrides", dp_store_text(report->store, "sweep_overrides")},
        {"program", dp_store_text(report->store, "program")},
        {"intervals", plane->kind == DP_PLANE_MEAN ? NULL
                      : report->replicates         ? "bootstrap over seeds"
                                                   : "standard errors"},
        {"weights", plane->kind == DP_PLANE_MEAN ? NULL
                    : cells->power > 0           ? "runs x width"
                                                 : "runs"},
    };
    // Where the width is on the plane there is no axis of widths before it.
    const int skip = plane->by_width ? 0 : 1;
    for (int v = 0; skip && v < grid->count; v++)
        for (int d = 0; d < grid->variables[v].rank; d++)
            grid->variables[v].axis[d] -= skip;
    return dp_grid_write(path,
                         &(struct dp_grid){.axes = axes + skip,
                                           .axis_count = PHASE_AXES - skip,
                                           .variables = grid->variables,
                                           .variable_count = grid->count,
                                           .texts = texts,
                                           .text_count = sizeof texts / sizeof *texts,
                                           .signal = signal},
                         error);
}

enum dp_status dp_phase_netcdf(const struct dp_phase_report *report, const char *path, struct dp_error *error)
{
    if (!report->diagram->cells.count)
        return dp_fail(error, DP_IO, "%s: the store has no cell for a grid", path);
    struct phase_grid *const grid = calloc(1, sizeof *grid);
    if (!grid)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for a grid");
    grid->report = report;
    const enum dp_status status = add_variables(grid)
                                      ? write_grid(grid, path, error)
                                      : dp_fail(error, DP_NO_MEMORY, "not enough memory for a grid");
    for (int v = 0; v < grid->count; v++)
        free(grid->values[v]);
    for (int a = 0; a < PHASE_AXES; a++)
        free(grid->flags[a]);
    free(grid);
    return status;
}
