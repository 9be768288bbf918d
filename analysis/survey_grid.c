// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store_grid.h"
#include "survey.h"
#include "survey_fields.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The netCDF grid: the fields over (further key, multiplicity), distributions over (.., number) and the confusion over
 * (.., predicted, measured). Without a further key the first axis is left out. */

enum { KEY, MULTIPLICITY, PREDICTED, MEASURED, AXES, VARIABLES = DP_SURVEY_FIELDS + 3 };

struct sheet {
    const struct dp_survey *survey;
    struct dp_values value[2]; // of the further key and of the multiplicity, sorted
    double *number;            // 0, 1, .. the largest
    int numbers;
    int64_t cells; // of the further key times the multiplicity
    struct dp_grid_variable variables[VARIABLES];
    double *values[VARIABLES]; // owned
    int count;
    const char **flags; // owned: names of the further key's values
};

static bool collect(struct sheet *sheet)
{
    const struct dp_survey *const survey = sheet->survey;
    bool fine = true;
    for (int64_t i = 0; i < survey->counts.count; i++) {
        const double *const key = survey->counts.group[i].key;
        fine = dp_values_add(&sheet->value[1], key[0]) && fine;
        fine = dp_values_add(&sheet->value[0], survey->keys > 1 ? key[1] : 0) && fine;
    }
    dp_values_sort(&sheet->value[0]);
    dp_values_sort(&sheet->value[1]);
    sheet->cells = sheet->value[0].count * sheet->value[1].count;
    sheet->numbers = dp_survey_most(survey) + 1;
    sheet->number = malloc(sizeof(double) * (size_t)sheet->numbers);
    for (int n = 0; sheet->number && n < sheet->numbers; n++)
        sheet->number[n] = n;
    return fine && sheet->number;
}

static int64_t cell_of(const struct sheet *sheet, const struct dp_count_group *group)
{
    const int64_t row = dp_values_place(&sheet->value[0], sheet->survey->keys > 1 ? group->key[1] : 0);
    return row * sheet->value[1].count + dp_values_place(&sheet->value[1], group->key[0]);
}

/* Room for another variable with `inner` numbers a cell, all missing; extra axes from the first on. */
static double *add_variable(struct sheet *sheet, struct dp_grid_variable variable, int64_t inner, int extra,
                            int first)
{
    const int skip = sheet->survey->keys > 1 ? 0 : 1;
    double *const values = malloc(sizeof(double) * (size_t)(sheet->cells * inner));
    for (int64_t i = 0; values && i < sheet->cells * inner; i++)
        values[i] = NAN;
    for (int a = skip; a < 2; a++)
        variable.axis[variable.rank++] = a - skip;
    for (int e = 0; e < extra; e++)
        variable.axis[variable.rank++] = first + e - skip;
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

static const char **names_of(const struct dp_store *store, const char *column)
{
    int64_t count = 0;
    while (dp_store_flag(store, column, count))
        count++;
    const char **const flags = count ? malloc(sizeof *flags * (size_t)(count + 1)) : NULL;
    for (int64_t i = 0; flags && i <= count; i++)
        flags[i] = dp_store_flag(store, column, i);
    return flags;
}

static enum dp_status write_sheet(struct sheet *sheet, const char *path, struct dp_error *error)
{
    const struct dp_survey *const survey = sheet->survey;
    const int skip = survey->keys > 1 ? 0 : 1;
    const char *const further = skip ? "none" : survey->key[1];
    sheet->flags = skip ? NULL : names_of(survey->store, further);
    const struct dp_grid_axis axes[AXES] = {
        [KEY] = {.name = further,
                 .unit = skip ? "1" : dp_store_unit(survey->store, further),
                 .meaning = skip ? "" : dp_store_meaning(survey->store, further),
                 .count = sheet->value[0].count,
                 .values = sheet->value[0].value,
                 .flags = sheet->flags},
        [MULTIPLICITY] = {.name = "multiplicity",
                          .unit = "1",
                          .meaning = "multiplicity of the activation at 0 (0: not smooth there)",
                          .count = sheet->value[1].count,
                          .values = sheet->value[1].value,
                          .whole = true},
        [PREDICTED] = {.name = "number_predicted",
                       .unit = "1",
                       .meaning = "number predicted",
                       .count = sheet->numbers,
                       .values = sheet->number,
                       .whole = true},
        [MEASURED] = {.name = "number_measured",
                      .unit = "1",
                      .meaning = "number measured",
                      .count = sheet->numbers,
                      .values = sheet->number,
                      .whole = true},
    };
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
                         &(struct dp_grid){.axes = axes + skip,
                                           .axis_count = AXES - skip,
                                           .variables = sheet->variables,
                                           .variable_count = sheet->count,
                                           .texts = texts,
                                           .text_count = sizeof texts / sizeof *texts,
                                           .signal = "measured"},
                         error);
}

enum dp_status dp_survey_netcdf(const struct dp_survey *survey, const char *path, struct dp_error *error)
{
    if (survey->keys > 2)
        return dp_fail(
            error, DP_BAD_INPUT,
            "--netcdf: a grid has one key beside the multiplicity, not %d; choose it with --by, and values "
            "of the others with --at",
            survey->keys - 1);
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
    for (int k = 0; k < 2; k++)
        dp_values_free(&sheet->value[k]);
    free(sheet->number);
    free(sheet->flags);
    free(sheet);
    return status;
}
