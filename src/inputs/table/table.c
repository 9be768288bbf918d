// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/table/table.h"
#include "inputs/table/bytes.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum dp_status dp_table_alloc(const char *path, struct dp_table *table, struct dp_error *error)
{
    const uint64_t rows = (uint64_t)table->rows, columns = (uint64_t)(table->inputs + table->outputs);
    if (!dp_fits_memory(rows, columns))
        return dp_too_large(path, "it", rows, columns, error);
    table->values = malloc((rows * columns + 1) * sizeof *table->values);
    return table->values ? DP_OK
                         : dp_fail(error, DP_NO_MEMORY, "%s: no memory for its %llu x %llu numbers", path,
                                   (unsigned long long)rows, (unsigned long long)columns);
}

enum dp_status dp_table_samples(const struct dp_table *table, struct dp_samples *samples,
                                struct dp_error *error)
{
    const int64_t d = table->inputs, o = table->outputs;
    DP_TRY(dp_samples_alloc(samples, table->rows, d, o, error));
    for (int64_t i = 0; i < table->rows; i++) {
        const double *const row = table->values + i * (d + o);
        memcpy(samples->x + i * d, row, (size_t)d * sizeof *row);
        memcpy(samples->y + i * o, row + d, (size_t)o * sizeof *row);
    }
    return DP_OK;
}

void dp_table_free(struct dp_table *table)
{
    dp_names_free(&table->names);
    free(table->values);
    *table = (struct dp_table){0};
}

/* Names that are given to the numbers of rows, in lower case and without signs. */
static bool names_rows(const char *name)
{
    static const char *const words[] = {
        "index",  "id",       "idx",     "uid",       "key",      "row",        "rows", "rowid",  "rowindex",
        "rownum", "rownames", "rowname", "rownumber", "sample",   "sampleid",   "obs",  "record", "recordid",
        "case",   "caseid",   "no",      "nr",        "number",   "entry",      "line", "sno",    "slno",
        "srno",   "instance", "level0",  "serial",    "serialno", "observation"};
    char plain[32];
    size_t length = 0;
    for (; *name && length < sizeof plain - 1; name++)
        if (isalnum((unsigned char)*name))
            plain[length++] = (char)tolower((unsigned char)*name);
    plain[length] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(plain, words[i]) == 0)
            return true;
    return length == 0 || strncmp(plain, "unnamed", 7) == 0; // pandas' Unnamed: 0
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Whether the numbers of a column are whole and distinct. The caller provides the room. */
static bool counts(const struct dp_table *table, int64_t column, double *room)
{
    const int64_t stride = table->inputs + table->outputs;
    for (int64_t i = 0; i < table->rows; i++) {
        room[i] = table->values[i * stride + column];
        if (room[i] != floor(room[i]))
            return false;
    }
    qsort(room, (size_t)table->rows, sizeof *room, compare);
    for (int64_t i = 1; i < table->rows; i++)
        if (room[i] == room[i - 1])
            return false;
    return true;
}

/* Names that R gives to the names of rows. */
static bool names_rows_in_r(const char *name)
{
    static const char *const words[] = {"X", "V1", "...1", "rn"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(name, words[i]) == 0)
            return true;
    return false;
}

/* Is the first of several inputs 0, 1, 2, ... or 1, 2, 3, ...? */
static bool counts_first(const struct dp_table *table)
{
    const int64_t stride = table->inputs + table->outputs;
    const double first = table->values[0];
    for (int64_t i = 0; i < table->rows; i++)
        if (table->values[i * stride] != first + (double)i)
            return false;
    return table->inputs > 1 && table->rows > 2 && (first == 0 || first == 1);
}

enum dp_status dp_table_check_index(const char *path, const struct dp_table *table, struct dp_error *error)
{
    const bool counted = counts_first(table);
    if (table->numbered && counted)
        return dp_fail(
            error, DP_BAD_INPUT,
            "%s: column 1 seems to number the rows; take it out (pandas: to_csv(..., index=False)), or "
            "choose the columns to use with data: {x: [1, ...]}",
            path);
    double *const room = malloc((size_t)table->rows * sizeof *room);
    if (!room)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory to look at a column", path);
    enum dp_status status = DP_OK;
    for (int64_t k = 0; k < table->inputs + table->outputs && status == DP_OK && table->named; k++)
        if ((names_rows(table->names.text[k]) && counts(table, k, room)) ||
            (k == 0 && counted && names_rows_in_r(table->names.text[k])))
            status = dp_fail(error, DP_BAD_INPUT,
                             "%s: column \"%s\" numbers the rows, so it is no %s; remove it (pandas: "
                             "to_csv(..., index=False); R: row.names = FALSE), or name the columns to "
                             "use with data: {x: [...]}",
                             path, table->names.text[k], k < table->inputs ? "input" : "output");
    free(room);
    return status;
}
