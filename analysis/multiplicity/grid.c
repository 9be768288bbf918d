// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store/grid.h"
#include "multiplicity/fields.h"
#include "multiplicity/report.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The netCDF grid:
 *
 *   - the fields over (further keys, multiplicity);
 *   - distributions over (.., number);
 *   - the confusion over (.., predicted, measured). */

enum { COUNT_VARIABLES = DP_DIRECTION_FIELDS + 3, AXIS_PREDICTED = DP_COUNT_KEYS, AXIS_MEASURED, COUNT_AXES };

struct count_grid {
    const struct dp_direction_report *report;
    struct dp_distinct
        value[DP_COUNT_KEYS]; // of the axes that are keys, sorted; the last of them is the multiplicity
    double *number;           // 0, 1, .. the largest
    int numbers;
    int64_t cells; // of all keys
    struct dp_grid_variable variables[COUNT_VARIABLES];
    double *values[COUNT_VARIABLES]; // owned
    int count;
    const char **flags[DP_COUNT_KEYS]; // owned: names of a key's values
};

// The report's key that an axis is.
static int key_of(const struct count_grid *grid, int axis)
{
    return axis + 1 < grid->report->keys ? axis + 1 : 0;
}

static bool find_axes(struct count_grid *grid)
{
    const struct dp_direction_report *const report = grid->report;
    bool fine = true;
    grid->cells = 1;
    for (int a = 0; a < report->keys; a++) {
        for (int64_t i = 0; i < report->counts.count; i++)
            fine = dp_distinct_add(&grid->value[a], report->counts.group[i].key[key_of(grid, a)]) && fine;
        dp_distinct_sort(&grid->value[a]);
        grid->cells *= grid->value[a].count;
    }
    grid->numbers = dp_direction_report_most(report) + 1;
    grid->number = malloc(sizeof(double) * (size_t)grid->numbers);
    for (int n = 0; grid->number && n < grid->numbers; n++)
        grid->number[n] = n;
    return fine && grid->number;
}

static int64_t cell_of(const struct count_grid *grid, const struct dp_count_group *group)
{
    int64_t cell = 0;
    for (int a = 0; a < grid->report->keys; a++)
        cell = cell * grid->value[a].count + dp_distinct_index(&grid->value[a], group->key[key_of(grid, a)]);
    return cell;
}

/* Adds a variable with `inner` numbers per cell, all missing, and extra axes from the first on. */
static double *add_variable(struct count_grid *grid, struct dp_grid_variable variable, int64_t inner,
                            int extra, int first)
{
    const int keys = grid->report->keys;
    double *const values = malloc(sizeof(double) * (size_t)(grid->cells * inner));
    for (int64_t i = 0; values && i < grid->cells * inner; i++)
        values[i] = NAN;
    for (int a = 0; a < keys; a++)
        variable.axis[variable.rank++] = a;
    for (int e = 0; e < extra; e++)
        variable.axis[variable.rank++] = keys + first - AXIS_PREDICTED + e;
    variable.values = values;
    grid->values[grid->count] = values;
    grid->variables[grid->count++] = variable;
    return values;
}

static bool add_fields(struct count_grid *grid)
{
    const struct dp_counts *const counts = &grid->report->counts;
    for (int f = 0; f < dp_direction_field_count; f++) {
        const struct dp_direction_field *const field = &dp_direction_fields[f];
        double *const values = add_variable(
            grid,
            (struct dp_grid_variable){
                .name = field->name, .unit = field->unit, .meaning = field->meaning, .whole = field->whole},
            1, 0, 0);
        for (int64_t i = 0; values && i < counts->count; i++) {
            double all[DP_DIRECTION_FIELDS];
            dp_direction_field_values(&counts->group[i], all);
            values[cell_of(grid, &counts->group[i])] = all[f];
        }
        if (!values)
            return false;
    }
    return true;
}

static bool add_distributions(struct count_grid *grid)
{
    const struct dp_counts *const counts = &grid->report->counts;
    const int n = grid->numbers;
    double *const measured = add_variable(
        grid,
        (struct dp_grid_variable){
            .name = "measured", .unit = "1", .meaning = "runs by number measured", .whole = true},
        n, 1, AXIS_MEASURED);
    double *const predicted = add_variable(
        grid,
        (struct dp_grid_variable){
            .name = "predicted", .unit = "1", .meaning = "runs by number predicted", .whole = true},
        n, 1, AXIS_PREDICTED);
    double *const joint =
        add_variable(grid,
                     (struct dp_grid_variable){.name = "confusion",
                                               .unit = "1",
                                               .meaning = "runs by numbers predicted and measured",
                                               .whole = true},
                     n * n, 2, AXIS_PREDICTED);
    if (!measured || !predicted || !joint)
        return false;
    for (int64_t i = 0; i < counts->count; i++) {
        const struct dp_count_group *const group = &counts->group[i];
        const int64_t cell = cell_of(grid, group);
        int64_t histogram[DP_COUNT_MOST + 1];
        dp_count_predicted(group, histogram);
        for (int p = 0; p < n; p++) {
            measured[cell * n + p] = (double)group->measured[p];
            predicted[cell * n + p] = (double)histogram[p];
            for (int m = 0; m < n; m++)
                joint[(cell * n + p) * n + m] = (double)group->joint[p][m];
        }
    }
    return true;
}

static void set_axes(struct count_grid *grid, struct dp_grid_axis axes[COUNT_AXES])
{
    const struct dp_direction_report *const report = grid->report;
    static const char *const numbers[] = {"number_predicted", "number_measured"};
    static const char *const meanings[] = {"number predicted", "number measured"};
    for (int a = 0; a < report->keys; a++) {
        const char *const key = report->key[key_of(grid, a)];
        grid->flags[a] = dp_grid_flags(report->store, key);
        axes[a] = (struct dp_grid_axis){.name = key,
                                        .unit = dp_store_unit(report->store, key),
                                        .meaning = dp_store_meaning(report->store, key),
                                        .count = grid->value[a].count,
                                        .values = grid->value[a].value,
                                        .whole = key_of(grid, a) == 0,
                                        .flags = grid->flags[a]};
    }
    for (int n = 0; n < 2; n++)
        axes[report->keys + n] = (struct dp_grid_axis){.name = numbers[n],
                                                       .unit = "1",
                                                       .meaning = meanings[n],
                                                       .count = grid->numbers,
                                                       .values = grid->number,
                                                       .whole = true};
}

static enum dp_status write_grid(struct count_grid *grid, const char *path, struct dp_error *error)
{
    const struct dp_direction_report *const report = grid->report;
    struct dp_grid_axis axes[COUNT_AXES];
    set_axes(grid, axes);
    const struct dp_grid_text texts[] = {
        {"title", dp_store_text(report->store, "title")},
        {"source", report->path},
        {"counted", dp_direction_report_noun(report)},
        {"sweep_digest", dp_store_text(report->store, "sweep_digest")},
        {"sweep_yaml", dp_store_text(report->store, "sweep_yaml")},
        {"sweep_overrides", dp_store_text(report->store, "sweep_overrides")},
        {"program", dp_store_text(report->store, "program")},
    };
    return dp_grid_write(path,
                         &(struct dp_grid){.axes = axes,
                                           .axis_count = report->keys + 2,
                                           .variables = grid->variables,
                                           .variable_count = grid->count,
                                           .texts = texts,
                                           .text_count = sizeof texts / sizeof *texts,
                                           .signal = "measured"},
                         error);
}

enum dp_status dp_direction_report_netcdf(const struct dp_direction_report *report, const char *path,
                                          struct dp_error *error)
{
    if (report->counts.count == 0)
        return dp_fail(error, DP_IO, "%s: the store has no run for a grid", path);
    struct count_grid *const grid = calloc(1, sizeof *grid);
    if (!grid)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for a grid");
    grid->report = report;
    const enum dp_status status = find_axes(grid) && add_fields(grid) && add_distributions(grid)
                                      ? write_grid(grid, path, error)
                                      : dp_fail(error, DP_NO_MEMORY, "not enough memory for a grid");
    for (int v = 0; v < grid->count; v++)
        free(grid->values[v]);
    for (int a = 0; a < DP_COUNT_KEYS; a++) {
        dp_distinct_free(&grid->value[a]);
        free(grid->flags[a]);
    }
    free(grid->number);
    free(grid);
    return status;
}
