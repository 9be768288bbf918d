// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store_grid.h"
#include "multiplicity/survey.h"
#include "multiplicity/survey_fields.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The netCDF grid: the fields over (further keys, multiplicity), distributions over (.., number) and the
 * confusion over
 * (.., predicted, measured). */

enum { VARIABLES = DP_SURVEY_FIELDS + 3, PREDICTED = DP_COUNT_KEYS, MEASURED, AXES };

struct sheet {
    const struct dp_survey *survey;
    struct dp_values
        value[DP_COUNT_KEYS]; // of the axes that are keys, sorted; the last of them is the multiplicity
    double *number;           // 0, 1, .. the largest
    int numbers;
    int64_t cells; // of all keys
    struct dp_grid_variable variables[VARIABLES];
    double *values[VARIABLES]; // owned
    int count;
    const char **flags[DP_COUNT_KEYS]; // owned: names of a key's values
};

// The survey's key that an axis is.
static int key_of(const struct sheet *sheet, int axis)
{
    return axis + 1 < sheet->survey->keys ? axis + 1 : 0;
}

static bool collect(struct sheet *sheet)
{
    const struct dp_survey *const survey = sheet->survey;
    bool fine = true;
    sheet->cells = 1;
    for (int a = 0; a < survey->keys; a++) {
        for (int64_t i = 0; i < survey->counts.count; i++)
            fine = dp_values_add(&sheet->value[a], survey->counts.group[i].key[key_of(sheet, a)]) && fine;
        dp_values_sort(&sheet->value[a]);
        sheet->cells *= sheet->value[a].count;
    }
    sheet->numbers = dp_survey_most(survey) + 1;
    sheet->number = malloc(sizeof(double) * (size_t)sheet->numbers);
    for (int n = 0; sheet->number && n < sheet->numbers; n++)
        sheet->number[n] = n;
    return fine && sheet->number;
}

static int64_t cell_of(const struct sheet *sheet, const struct dp_count_group *group)
{
    int64_t cell = 0;
    for (int a = 0; a < sheet->survey->keys; a++)
        cell = cell * sheet->value[a].count + dp_values_place(&sheet->value[a], group->key[key_of(sheet, a)]);
    return cell;
}

/* Room for another variable with `inner` numbers a cell, all missing; extra axes from the first on. */
static double *add_variable(struct sheet *sheet, struct dp_grid_variable variable, int64_t inner, int extra,
                            int first)
{
    const int keys = sheet->survey->keys;
    double *const values = malloc(sizeof(double) * (size_t)(sheet->cells * inner));
    for (int64_t i = 0; values && i < sheet->cells * inner; i++)
        values[i] = NAN;
    for (int a = 0; a < keys; a++)
        variable.axis[variable.rank++] = a;
    for (int e = 0; e < extra; e++)
        variable.axis[variable.rank++] = keys + first - PREDICTED + e;
    variable.values = values;
    sheet->values[sheet->count] = values;
    sheet->variables[sheet->count++] = variable;
    return values;
}

static bool add_fields(struct sheet *sheet)
{
    const struct dp_counts *const counts = &sheet->survey->counts;
    for (int f = 0; f < dp_survey_field_count; f++) {
        const struct dp_survey_field *const field = &dp_survey_fields[f];
        double *const values = add_variable(
            sheet,
            (struct dp_grid_variable){
                .name = field->name, .unit = field->unit, .meaning = field->meaning, .whole = field->whole},
            1, 0, 0);
        for (int64_t i = 0; values && i < counts->count; i++) {
            double all[DP_SURVEY_FIELDS];
            dp_survey_values(&counts->group[i], all);
            values[cell_of(sheet, &counts->group[i])] = all[f];
        }
        if (!values)
            return false;
    }
    return true;
}

static bool add_distributions(struct sheet *sheet)
{
    const struct dp_counts *const counts = &sheet->survey->counts;
    const int n = sheet->numbers;
    double *const measured = add_variable(
        sheet,
        (struct dp_grid_variable){
            .name = "measured", .unit = "1", .meaning = "runs by number measured", .whole = true},
        n, 1, MEASURED);
    double *const predicted = add_variable(
        sheet,
        (struct dp_grid_variable){
            .name = "predicted", .unit = "1", .meaning = "runs by number predicted", .whole = true},
        n, 1, PREDICTED);
    double *const joint =
        add_variable(sheet,
                     (struct dp_grid_variable){.name = "confusion",
                                               .unit = "1",
                                               .meaning = "runs by numbers predicted and measured",
                                               .whole = true},
                     n * n, 2, PREDICTED);
    if (!measured || !predicted || !joint)
        return false;
    for (int64_t i = 0; i < counts->count; i++) {
        const struct dp_count_group *const group = &counts->group[i];
        const int64_t cell = cell_of(sheet, group);
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

static void set_axes(struct sheet *sheet, struct dp_grid_axis axes[AXES])
{
    const struct dp_survey *const survey = sheet->survey;
    static const char *const numbers[] = {"number_predicted", "number_measured"};
    static const char *const meanings[] = {"number predicted", "number measured"};
    for (int a = 0; a < survey->keys; a++) {
        const char *const key = survey->key[key_of(sheet, a)];
        sheet->flags[a] = dp_grid_flags(survey->store, key);
        axes[a] = (struct dp_grid_axis){.name = key,
                                        .unit = dp_store_unit(survey->store, key),
                                        .meaning = dp_store_meaning(survey->store, key),
                                        .count = sheet->value[a].count,
                                        .values = sheet->value[a].value,
                                        .whole = key_of(sheet, a) == 0,
                                        .flags = sheet->flags[a]};
    }
    for (int n = 0; n < 2; n++)
        axes[survey->keys + n] = (struct dp_grid_axis){.name = numbers[n],
                                                       .unit = "1",
                                                       .meaning = meanings[n],
                                                       .count = sheet->numbers,
                                                       .values = sheet->number,
                                                       .whole = true};
}

static enum dp_status write_sheet(struct sheet *sheet, const char *path, struct dp_error *error)
{
    const struct dp_survey *const survey = sheet->survey;
    struct dp_grid_axis axes[AXES];
    set_axes(sheet, axes);
    const struct dp_grid_text texts[] = {
        {"title", dp_store_text(survey->store, "title")},
        {"source", survey->path},
        {"counted", dp_survey_what(survey)},
        {"sweep_digest", dp_store_text(survey->store, "sweep_digest")},
        {"sweep_yaml", dp_store_text(survey->store, "sweep_yaml")},
        {"sweep_overrides", dp_store_text(survey->store, "sweep_overrides")},
        {"program", dp_store_text(survey->store, "program")},
    };
    return dp_grid_write(path,
                         &(struct dp_grid){.axes = axes,
                                           .axis_count = survey->keys + 2,
                                           .variables = sheet->variables,
                                           .variable_count = sheet->count,
                                           .texts = texts,
                                           .text_count = sizeof texts / sizeof *texts,
                                           .signal = "measured"},
                         error);
}

enum dp_status dp_survey_netcdf(const struct dp_survey *survey, const char *path, struct dp_error *error)
{
    if (survey->counts.count == 0)
        return dp_fail(error, DP_IO, "%s: the store has no run for a grid", path);
    struct sheet *const sheet = calloc(1, sizeof *sheet);
    if (!sheet)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for a grid");
    sheet->survey = survey;
    const enum dp_status status = collect(sheet) && add_fields(sheet) && add_distributions(sheet)
                                      ? write_sheet(sheet, path, error)
                                      : dp_fail(error, DP_NO_MEMORY, "not enough memory for a grid");
    for (int v = 0; v < sheet->count; v++)
        free(sheet->values[v]);
    for (int a = 0; a < DP_COUNT_KEYS; a++) {
        dp_values_free(&sheet->value[a]);
        free(sheet->flags[a]);
    }
    free(sheet->number);
    free(sheet);
    return status;
}
