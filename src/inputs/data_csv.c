// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/csv.h"
#include "inputs/data_file.h"
#include <string.h>

/* Lines of x_1, ..., x_d and y. Outputs are the last column, or where a header names the columns those at the
 * end whose names begin with y. */

static bool is_output(const char *name)
{
    return name[0] == 'y' || name[0] == 'Y';
}

static enum dp_status count_outputs(const struct dp_csv *csv, int64_t *outputs, struct dp_error *error)
{
    char name[64];
    int64_t named = 0, first = csv->columns;
    for (int64_t k = csv->columns - 1; k >= 0 && csv->header; k--)
        if (is_output(dp_csv_name(csv, k, name, sizeof name))) {
            named++;
            first = k;
        }
    *outputs = named ? named : 1; // a header with other names says nothing
    if (named && first + named != csv->columns)
        return dp_fail(
            error, DP_BAD_INPUT,
            "%s: the columns that begin with y are the outputs and must be the last ones; %s is not",
            csv->path, dp_csv_name(csv, first, name, sizeof name));
    if (*outputs == csv->columns)
        return dp_fail(error, DP_BAD_INPUT, "%s: all columns are named y; there is no input", csv->path);
    return DP_OK;
}

static enum dp_status fill(const struct dp_csv *csv, int64_t outputs, struct dp_samples *samples,
                           struct dp_error *error)
{
    const int64_t inputs = csv->columns - outputs;
    DP_TRY(dp_samples_alloc(samples, csv->count, inputs, outputs, error));
    for (int64_t i = 0; i < csv->count; i++) {
        const double *const row = csv->values + i * csv->columns;
        memcpy(samples->x + i * inputs, row, (size_t)inputs * sizeof *row);
        memcpy(samples->y + i * outputs, row + inputs, (size_t)outputs * sizeof *row);
    }
    return DP_OK;
}

enum dp_status dp_data_read_csv(const char *path, struct dp_samples *samples, struct dp_error *error)
{
    struct dp_csv csv;
    int64_t outputs;
    DP_TRY(dp_csv_read(path, 2, "x and y", &csv, error));
    enum dp_status status = count_outputs(&csv, &outputs, error);
    if (status == DP_OK)
        status = fill(&csv, outputs, samples, error);
    dp_csv_free(&csv);
    return status;
}
