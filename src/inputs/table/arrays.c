// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/table/arrays.h"
#include "dewpoint/core/run.h"
#include "inputs/table/bytes.h"
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The arrays of a table, those of the inputs first. */
struct parts {
    const char *path;
    struct dp_names names;
    int64_t inputs; // arrays that are inputs
    struct dp_array *array;
    bool *transposed;
    uint64_t samples;
};

enum dp_status dp_array_alloc(const char *path, const char *what, struct dp_array *array,
                              struct dp_error *error)
{
    const uint64_t rows = array->size[0], columns = array->size[1];
    if (rows == 0 || columns == 0)
        return dp_fail(error, DP_BAD_INPUT, "%s: %s is empty: %llu x %llu numbers", path, what,
                       (unsigned long long)rows, (unsigned long long)columns);
    if (!dp_fits_memory(rows, columns))
        return dp_too_large(path, what, rows, columns, error);
    array->values = malloc(rows * columns * sizeof *array->values);
    return array->values ? DP_OK
                         : dp_fail(error, DP_NO_MEMORY, "%s: no memory for the %llu x %llu numbers of %s",
                                   path, (unsigned long long)rows, (unsigned long long)columns, what);
}

enum dp_status dp_array_check(const char *path, const char *what, const struct dp_array *array,
                              struct dp_error *error)
{
    for (uint64_t i = 0; i < array->size[0] * array->size[1]; i++) {
        const double value = array->values[i];
        const unsigned long long row = i / array->size[1];
        if (!isfinite(value))
            return dp_fail(error, DP_BAD_INPUT,
                           "%s: row %llu (from 0) of %s holds a number that is not finite", path, row, what);
        if (fabs(value) > DP_LARGEST)
            return dp_fail(error, DP_BAD_INPUT,
                           "%s: row %llu (from 0) of %s holds %g; numbers must be at most 1e70 in size: the "
                           "fourth power of larger ones overflows in training",
                           path, row, what, value);
    }
    return DP_OK;
}

/* The number of samples when an array is read by rows, or by columns. */
static uint64_t samples_of(const struct dp_array *array, bool transposed)
{
    return array->size[transposed && array->rank == 2];
}

/* Whether all arrays have the same number of samples in one reading. */
static bool agree(const struct parts *parts, bool transposed)
{
    for (int64_t i = 1; i < parts->names.count; i++)
        if (samples_of(&parts->array[i], transposed) != samples_of(&parts->array[0], transposed))
            return false;
    return true;
}

/* Gives each array the reading in which it has n samples; false if one has none. */
static bool fit(struct parts *parts, uint64_t n)
{
    for (int64_t i = 0; i < parts->names.count; i++) {
        parts->transposed[i] = samples_of(&parts->array[i], false) != n;
        if (samples_of(&parts->array[i], parts->transposed[i]) != n)
            return false;
    }
    parts->samples = n;
    return true;
}

static void take(struct parts *parts, bool transposed)
{
    for (int64_t i = 0; i < parts->names.count; i++)
        parts->transposed[i] = transposed && parts->array[i].rank == 2;
    parts->samples = samples_of(&parts->array[0], transposed);
}

/* "x 10 x 2, y 10 x 1" */
static const char *shapes(const struct parts *parts, char *text, size_t size)
{
    size_t used = 0;
    for (int64_t i = 0; i < parts->names.count && used < size; i++) {
        const struct dp_array *const a = &parts->array[i];
        used += (size_t)snprintf(text + used, size - used, "%s%.40s has %llu", i ? ", " : "",
                                 parts->names.text[i], (unsigned long long)a->size[0]);
        if (a->rank == 2 && used < size)
            used += (size_t)snprintf(text + used, size - used, " x %llu", (unsigned long long)a->size[1]);
    }
    return text;
}

/* Inputs or outputs in a reading. */
static uint64_t width(const struct parts *parts, bool outputs, bool transposed)
{
    uint64_t sum = 0;
    for (int64_t i = outputs ? parts->inputs : 0; i < (outputs ? parts->names.count : parts->inputs); i++)
        sum += parts->array[i].rank == 1 ? 1 : parts->array[i].size[!transposed];
    return sum;
}

static enum dp_status refuse_both(const struct parts *parts, struct dp_error *error)
{
    char text[300];
    return dp_fail(
        error, DP_BAD_INPUT,
        "%s: %s: by rows these are %llu samples of %llu inputs and %llu outputs, by columns %llu samples "
        "of %llu and %llu; say which with data: {samples_in: rows} or {samples_in: columns}",
        parts->path, shapes(parts, text, sizeof text),
        (unsigned long long)samples_of(&parts->array[0], false),
        (unsigned long long)width(parts, false, false), (unsigned long long)width(parts, true, false),
        (unsigned long long)samples_of(&parts->array[0], true), (unsigned long long)width(parts, false, true),
        (unsigned long long)width(parts, true, true));
}

static enum dp_status decide(struct parts *parts, int64_t samples_in, struct dp_error *error)
{
    const bool rows = agree(parts, false), columns = agree(parts, true);
    const struct dp_array *const first = &parts->array[0];
    const uint64_t n = samples_of(first, false), m = samples_of(first, true);
    bool flat = true; // no array has two dimensions, so there is one reading only
    for (int64_t i = 0; i < parts->names.count; i++)
        flat &= parts->array[i].rank == 1;
    if (rows && (flat || samples_in == DP_SAMPLES_IN_ROWS ||
                 (samples_in == DP_SAMPLES_AUTO && (!columns || m == 1 || n > m))))
        take(parts, false);
    else if (columns &&
             (samples_in == DP_SAMPLES_IN_COLUMNS || (samples_in == DP_SAMPLES_AUTO && (!rows || n == 1))))
        take(parts, true);
    else if (samples_in == DP_SAMPLES_AUTO && rows && columns)
        return refuse_both(parts, error);
    else if (samples_in != DP_SAMPLES_AUTO || fit(parts, n) == (n != m && fit(parts, m)) ||
             !(fit(parts, n) || fit(parts, m))) {
        char text[300];
        return dp_fail(error, DP_BAD_INPUT, "%s: %s; there must be as many samples of all%s", parts->path,
                       shapes(parts, text, sizeof text),
                       samples_in == DP_SAMPLES_IN_ROWS      ? ", by rows"
                       : samples_in == DP_SAMPLES_IN_COLUMNS ? ", by columns"
                                                             : "");
    }
    return DP_OK;
}

static enum dp_status name_columns(const struct parts *parts, struct dp_table *table, struct dp_error *error)
{
    for (int64_t i = 0; i < parts->names.count; i++) {
        const struct dp_array *const a = &parts->array[i];
        const int64_t columns = a->rank == 1 ? 1 : (int64_t)a->size[!parts->transposed[i]];
        for (int64_t k = 1; k <= columns; k++) {
            char name[80];
            snprintf(name, sizeof name, columns == 1 ? "%.50s" : "%.50s%lld", parts->names.text[i],
                     (long long)k);
            DP_TRY(dp_names_add(&table->names, name, strlen(name), error));
        }
        *(i < parts->inputs ? &table->inputs : &table->outputs) += columns;
    }
    return DP_OK;
}

static void fill(const struct parts *parts, struct dp_table *table)
{
    const int64_t stride = table->inputs + table->outputs;
    for (int64_t i = 0, at = 0; i < parts->names.count; i++) {
        const struct dp_array *const a = &parts->array[i];
        const int64_t columns = a->rank == 1 ? 1 : (int64_t)a->size[!parts->transposed[i]];
        const int64_t down = parts->transposed[i] ? 1 : (int64_t)a->size[1],
                      right = parts->transposed[i] ? (int64_t)a->size[1] : 1;
        for (int64_t row = 0; row < table->rows; row++)
            for (int64_t k = 0; k < columns; k++)
                table->values[row * stride + at + k] = a->values[row * down + k * right];
        at += columns;
    }
}

static enum dp_status assemble(const struct parts *parts, struct dp_table *table, struct dp_error *error)
{
    bool x = false, y = false;
    for (int64_t i = 0; i < parts->names.count; i++)
        *(i < parts->inputs ? &x : &y) |= parts->transposed[i];
    table->note = x && y ? "x and y read by columns" : x ? "x read by columns" : y ? "y read by columns" : "";
    DP_TRY(name_columns(parts, table, error));
    table->rows = (int64_t)parts->samples;
    DP_TRY(dp_table_alloc(parts->path, table, error));
    fill(parts, table);
    return DP_OK;
}

static enum dp_status read_parts(const struct dp_array_source *source, const struct dp_choice *choice,
                                 struct parts *parts, struct dp_error *error)
{
    DP_TRY(dp_names_split(&parts->names, choice->x[0] ? choice->x : "x", error));
    parts->inputs = parts->names.count;
    DP_TRY(dp_names_split(&parts->names, choice->y[0] ? choice->y : "y", error));
    const size_t count = (size_t)parts->names.count;
    for (int64_t i = 0; i < parts->names.count; i++)
        if (dp_names_find(&parts->names, parts->names.text[i], i + 1) >= 0)
            return dp_fail(error, DP_BAD_INPUT, "%s: \"%.60s\" is named twice in x and y", parts->path,
                           parts->names.text[i]);
    parts->array = calloc(count + 1, sizeof *parts->array);
    parts->transposed = calloc(count + 1, sizeof *parts->transposed);
    if (!parts->array || !parts->transposed)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for its arrays", parts->path);
    for (int64_t i = 0; i < parts->names.count; i++)
        DP_TRY(source->read(source, parts->names.text[i], &parts->array[i], error));
    return DP_OK;
}

enum dp_status dp_arrays_table(const struct dp_array_source *source, const struct dp_choice *choice,
                               struct dp_table *table, struct dp_error *error)
{
    struct parts parts = {.path = source->path};
    *table = (struct dp_table){0};
    enum dp_status status = read_parts(source, choice, &parts, error);
    if (status == DP_OK)
        status = decide(&parts, choice->samples_in, error);
    if (status == DP_OK)
        status = assemble(&parts, table, error);
    for (int64_t i = 0; parts.array && i < parts.names.count; i++)
        free(parts.array[i].values);
    free(parts.array);
    free(parts.transposed);
    dp_names_free(&parts.names);
    if (status != DP_OK)
        dp_table_free(table);
    return status;
}

static enum dp_status take_columns(const char *path, const struct dp_array *array,
                                   const struct dp_roles *roles, const struct dp_names *names,
                                   struct dp_table *table, struct dp_error *error)
{
    DP_TRY(dp_roles_name(path, names, roles, table, error));
    table->rows = (int64_t)array->size[0];
    DP_TRY(dp_table_alloc(path, table, error));
    const int64_t chosen = table->inputs + table->outputs, columns = (int64_t)array->size[1];
    for (int64_t row = 0; row < table->rows; row++)
        for (int64_t k = 0; k < chosen; k++)
            table->values[row * chosen + k] = array->values[row * columns + roles->column[k]];
    return DP_OK;
}

enum dp_status dp_array_columns(const char *path, const struct dp_array *array,
                                const struct dp_choice *choice, struct dp_table *table,
                                struct dp_error *error)
{
    struct dp_names names = {0};
    struct dp_roles roles = {0};
    *table = (struct dp_table){.numbered = true};
    if (array->rank != 2 || array->size[1] < 2)
        return dp_fail(
            error, DP_BAD_INPUT,
            "%s: one array of samples must have two columns at least, inputs and then the output; arrays x "
            "and y go into an npz file (numpy.savez)",
            path);
    enum dp_status status = dp_names_number(&names, (int64_t)array->size[1], error);
    if (status == DP_OK)
        status = dp_roles_find(path, &names, false, choice, &roles, error);
    if (status == DP_OK)
        status = take_columns(path, array, &roles, &names, table, error);
    if (status == DP_OK && !choice->x[0])
        status = dp_table_check_index(path, table, error);
    free(roles.column);
    dp_names_free(&names);
    if (status != DP_OK)
        dp_table_free(table);
    return status;
}
