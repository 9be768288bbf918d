// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store_grid.h"
#include "phase/fields.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The netCDF grid: the fields of the cells over (y, x), what they have at each width over (width, y, x). */

enum { VARIABLES = DP_FIELDS + 3, AXIS_WIDTH = 0, AXIS_Y, AXIS_X, AXES };

struct sheet {
    const struct dp_report *report;
    struct dp_field fields[DP_FIELDS];
    char names[3][DP_FIELD_NAME]; // of the variables by width
    char meanings[3][DP_FIELD_MEANING];
    struct dp_grid_variable variables[VARIABLES];
    double *values[VARIABLES]; // owned
    int count;
    const char **flags[AXES]; // owned: the axes' names
};

struct field_of {
    const struct dp_report *report;
    const struct dp_field *field;
};

static double value_of(const struct dp_cells *cells, const struct dp_cell *cell, const void *context)
{
    const struct field_of *const of = context;
    return dp_field_value(of->report, of->field, cell - cells->cell);
}

static bool add_fields(struct sheet *sheet)
{
    const int count = dp_fields(sheet->report, sheet->fields);
    for (int i = 0; i < count; i++) {
        const struct dp_field *const field = &sheet->fields[i];
        double *const values =
            dp_cells_grid(field->cells, value_of, &(struct field_of){sheet->report, field});
        sheet->values[sheet->count] = values;
        sheet->variables[sheet->count++] = (struct dp_grid_variable){.name = field->name,
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
    const struct dp_report *report;
    double width;
    bool runs;
};

static double at_width(const struct dp_cells *cells, const struct dp_cell *cell, const void *context)
{
    const struct width_of *const of = context;
    const struct dp_group *const group = dp_cells_group(cells, cell, of->width);
    if (of->runs)
        return group ? (double)group->tally.used : 0;
    return dp_report_group(of->report, cells, cell, of->width);
}

/* One variable over (width, y, x): a column's values, or the runs in use. */
static bool add_by_width(struct sheet *sheet, int place, const struct dp_cells *cells, const char *column,
                         bool runs)
{
    const struct dp_report *const report = sheet->report;
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
    snprintf(sheet->names[place], DP_FIELD_NAME, "%s_by_width", column);
    snprintf(sheet->meanings[place], DP_FIELD_MEANING, "%s%s at each width",
             runs                                 ? ""
             : report->view->kind == DP_VIEW_MEAN ? "mean of "
                                                  : "geometric mean over runs of ",
             meaning);
    sheet->values[sheet->count] = values;
    sheet->variables[sheet->count++] =
        (struct dp_grid_variable){.name = sheet->names[place],
                                  .unit = runs ? "1" : dp_store_unit(report->store, column),
                                  .meaning = sheet->meanings[place],
                                  .rank = 3,
                                  .axis = {AXIS_WIDTH, AXIS_Y, AXIS_X},
                                  .values = values,
                                  .whole = runs};
    return fine;
}

static bool add_variables(struct sheet *sheet)
{
    const struct dp_view *const view = sheet->report->view;
    const struct dp_gathered *const all = sheet->report->gathered;
    if (!add_fields(sheet))
        return false;
    if (!view->by_width)
        return true;
    return add_by_width(sheet, 0, &all->cells, view->column, false) &&
           (!view->companion || add_by_width(sheet, 1, &all->companion, view->companion->column, false)) &&
           add_by_width(sheet, 2, &all->cells, "runs", true);
}

static bool whole(const struct dp_values *values)
{
    bool fine = true;
    for (int64_t i = 0; i < values->count; i++)
        fine = fine && values->value[i] == floor(values->value[i]) && fabs(values->value[i]) < 0x1p53;
    return fine;
}

static void set_axis(struct sheet *sheet, const char *column, const struct dp_values *values, int place,
                     struct dp_grid_axis *axis)
{
    const struct dp_store *const store = sheet->report->store;
    sheet->flags[place] = dp_grid_flags(store, column);
    *axis = (struct dp_grid_axis){.name = column,
                                  .unit = dp_store_unit(store, column),
                                  .meaning = dp_store_meaning(store, column),
                                  .count = values->count,
                                  .values = values->value,
                                  .whole = !strcmp(column, "width") && whole(values),
                                  .flags = sheet->flags[place]};
}

static enum dp_status write_sheet(struct sheet *sheet, const char *path, struct dp_error *error)
{
    const struct dp_report *const report = sheet->report;
    const struct dp_view *const view = report->view;
    const struct dp_cells *const cells = &report->gathered->cells;
    struct dp_grid_axis axes[AXES];
    char signal[DP_FIELD_NAME];
    set_axis(sheet, "width", &cells->width, AXIS_WIDTH, &axes[AXIS_WIDTH]);
    set_axis(sheet, view->y, &cells->y, AXIS_Y, &axes[AXIS_Y]);
    set_axis(sheet, view->x, &cells->x, AXIS_X, &axes[AXIS_X]);
    dp_fields_signal(report, signal);
    const struct dp_grid_text texts[] = {
        {"title", dp_store_text(report->store, "title")},
        {"source", report->path},
        {"sweep_digest", dp_store_text(report->store, "sweep_digest")},
        {"sweep_yaml", dp_store_text(report->store, "sweep_yaml")},
        {"sweep_overrides", dp_store_text(report->store, "sweep_overrides")},
        {"program", dp_store_text(report->store, "program")},
        {"intervals", view->kind == DP_VIEW_MEAN ? NULL
                      : report->replicates       ? "bootstrap over seeds"
                                                 : "standard errors"},
        {"weights", view->kind == DP_VIEW_MEAN ? NULL
                    : cells->power > 0         ? "runs x width"
                                               : "runs"},
    };
    // Where the width is on the plane there is no axis of widths before it.
    const int skip = view->by_width ? 0 : 1;
    for (int v = 0; skip && v < sheet->count; v++)
        for (int d = 0; d < sheet->variables[v].rank; d++)
            sheet->variables[v].axis[d] -= skip;
    return dp_grid_write(path,
                         &(struct dp_grid){.axes = axes + skip,
                                           .axis_count = AXES - skip,
                                           .variables = sheet->variables,
                                           .variable_count = sheet->count,
                                           .texts = texts,
                                           .text_count = sizeof texts / sizeof *texts,
                                           .signal = signal},
                         error);
}

enum dp_status dp_report_netcdf(const struct dp_report *report, const char *path, struct dp_error *error)
{
    if (!report->gathered->cells.count)
        return dp_fail(error, DP_IO, "%s: the store has no cell for a grid", path);
    struct sheet *const sheet = calloc(1, sizeof *sheet);
    if (!sheet)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for a grid");
    sheet->report = report;
    const enum dp_status status = add_variables(sheet)
                                      ? write_sheet(sheet, path, error)
                                      : dp_fail(error, DP_NO_MEMORY, "not enough memory for a grid");
    for (int v = 0; v < sheet->count; v++)
        free(sheet->values[v]);
    for (int a = 0; a < AXES; a++)
        free(sheet->flags[a]);
    free(sheet);
    return status;
}
