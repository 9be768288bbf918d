// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/data.h"
#include "dewpoint/inputs/inputs.h"
#include "inputs/formats.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The path of a file that a key names. The file must exist; the caller frees *path. */
static enum dp_status find(const struct dp_sweep *sweep, const char *key, const char *name, char **path,
                           struct dp_error *error)
{
    struct stat facts;
    *path = dp_sweep_path(sweep, key, name);
    if (!*path)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the path of %s", name);
    if (stat(*path, &facts) == 0)
        return DP_OK;
    const enum dp_status status =
        dp_fail(error, dp_path_status(errno),
                "%s: cannot read it: %s (key %s: paths in a sweep file count from its folder, those of --set "
                "from the "
                "current one)",
                *path, strerror(errno), key);
    free(*path);
    *path = NULL;
    return status;
}

static enum dp_status read_table(const struct dp_sweep *sweep, const char *key, const char *name,
                                 const struct dp_choice *choice, struct dp_table *table,
                                 struct dp_error *error)
{
    char *path;
    *table = (struct dp_table){0};
    DP_TRY(find(sweep, key, name, &path, error));
    const enum dp_status status = dp_format_data(path, choice, table, error);
    free(path);
    return status;
}

/* The columns of the test file in the order of the first file: by their names where both have names. */
static enum dp_status match(const struct dp_run *run, const struct dp_table *table,
                            const struct dp_table *test, int64_t *order, struct dp_error *error)
{
    const bool by_name = table->named && test->named;
    const int64_t columns = table->inputs + table->outputs;
    if ((table->named && test->numbered) || (table->numbered && test->named)) // the order may differ
        return dp_fail(
            error, DP_BAD_INPUT,
            "%s: its columns have %snames, but those of %s have%s; give both files a header, or neither",
            run->test_file, test->named ? "" : "no ", run->file, test->named ? " none" : "");
    if (!by_name && (test->inputs != table->inputs || test->outputs != table->outputs))
        return dp_fail(error, DP_BAD_INPUT,
                       "%s: it has %lld inputs and %lld outputs, but %s has %lld and %lld", run->test_file,
                       (long long)test->inputs, (long long)test->outputs, run->file, (long long)table->inputs,
                       (long long)table->outputs);
    for (int64_t k = 0; k < columns; k++) {
        order[k] = by_name ? dp_names_find(&test->names, table->names.text[k], 0) : k;
        if (order[k] < 0)
            return dp_fail(error, DP_BAD_INPUT, "%s: there is no column \"%.60s\", which %s has",
                           run->test_file, table->names.text[k], run->file);
    }
    return DP_OK;
}

static enum dp_status take_test(const struct dp_run *run, const struct dp_table *table,
                                const struct dp_table *test, struct dp_samples *samples,
                                struct dp_error *error)
{
    const int64_t d = table->inputs, o = table->outputs, stride = test->inputs + test->outputs;
    int64_t *const order = malloc((size_t)(d + o) * sizeof *order);
    enum dp_status status =
        order ? match(run, table, test, order, error)
              : dp_fail(error, DP_NO_MEMORY, "%s: no memory for its columns", run->test_file);
    if (status == DP_OK)
        status = dp_samples_alloc_test(samples, test->rows, error);
    for (int64_t i = 0; status == DP_OK && i < test->rows; i++)
        for (int64_t k = 0; k < d + o; k++)
            *(k < d ? &samples->test->x[i * d + k] : &samples->test->y[i * o + k - d]) =
                test->values[i * stride + order[k]];
    free(order);
    return status;
}

static enum dp_status read_test(const struct dp_sweep *sweep, const struct dp_run *run,
                                const struct dp_choice *choice, const struct dp_table *table,
                                struct dp_samples *samples, struct dp_error *error)
{
    if (run->test_share > 0)
        return dp_samples_split(samples, run->test_share, run->test_seed, error);
    if (!run->test_file[0])
        return DP_OK;
    struct dp_table test;
    DP_TRY(read_table(sweep, "test_file", run->test_file, choice, &test, error));
    const enum dp_status status = take_test(run, table, &test, samples, error);
    dp_table_free(&test);
    return status;
}

static enum dp_status standardize(const struct dp_run *run, const struct dp_table *table,
                                  struct dp_samples *samples, struct dp_notes *notes, struct dp_error *error)
{
    const size_t columns = (size_t)(table->inputs + table->outputs);
    double *const mean = malloc(2 * columns * sizeof *mean);
    if (!mean)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory to standardize it", run->file);
    const enum dp_status status =
        dp_samples_standardize(samples, run->standardize_y, mean, mean + columns, error);
    if (status == DP_OK)
        dp_note_scaling(notes, run, table, mean, mean + columns);
    free(mean);
    return status;
}

enum dp_status dp_data_load(const struct dp_sweep *sweep, const struct dp_run *run,
                            struct dp_samples *samples, struct dp_notes *notes, struct dp_error *error)
{
    const struct dp_choice choice = {run->x, run->y, run->samples_in};
    struct dp_table table;
    *samples = (struct dp_samples){0};
    enum dp_status status = read_table(sweep, "file", run->file, &choice, &table, error);
    if (status == DP_OK)
        status = dp_table_samples(&table, samples, error);
    if (status == DP_OK)
        status = read_test(sweep, run, &choice, &table, samples, error);
    if (status == DP_OK) {
        dp_note_data(notes, run, &table, samples);
        if (run->standardize)
            status = standardize(run, &table, samples, notes, error);
        if (status == DP_OK)
            dp_note_scales(notes, run, &table, samples);
    }
    dp_table_free(&table);
    if (status != DP_OK)
        dp_samples_free(samples);
    return status;
}

enum dp_status dp_data_start(const struct dp_sweep *sweep, const char *name, struct dp_start *start,
                             struct dp_error *error)
{
    char *path;
    DP_TRY(find(sweep, "path", name, &path, error));
    const enum dp_status status = dp_start_read(path, start, error);
    free(path);
    return status;
}

enum dp_status dp_data_read(const char *path, struct dp_samples *samples, struct dp_error *error)
{
    struct dp_table table;
    *samples = (struct dp_samples){0};
    enum dp_status status = dp_format_data(path, &(struct dp_choice){"", "", 0}, &table, error);
    if (status == DP_OK)
        status = dp_table_samples(&table, samples, error);
    dp_table_free(&table);
    return status;
}
