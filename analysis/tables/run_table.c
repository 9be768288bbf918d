// SPDX-License-Identifier: BSD-3-Clause
#include "tables/run_table.h"
#include "dewpoint/files/output.h"
#include "tables/field.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_AT_ONCE = 1 << 12, RUN_COLUMNS = 128 };

/* The columns with one value a run; returns how many. */
static int find_columns(const struct dp_store *store, const char *names[static RUN_COLUMNS])
{
    const int all = dp_store_columns(store, names, RUN_COLUMNS);
    int count = 0;
    for (int c = 0; c < all && c < RUN_COLUMNS; c++) {
        int64_t rows, inner;
        dp_store_shape(store, names[c], &rows, &inner);
        // where a run's neurons lie in the file means nothing outside it
        if (rows == dp_store_runs(store) && inner == 1 && strncmp(names[c], "weights_", 8) != 0 &&
            strncmp(names[c], "along_", 6) != 0 && strncmp(names[c], "curve_", 6) != 0)
            names[count++] = names[c];
    }
    return count;
}

static void write_value(const struct dp_store *store, const char *column, bool numbers, double value,
                        FILE *out)
{
    const char *const flag = isnan(value) || numbers ? NULL : dp_store_flag(store, column, (int64_t)value);
    dp_field_put_value(flag, value, out);
}

static enum dp_status write_rows(const struct dp_store *store, const char *const *names, int count,
                                 bool numbers, double *values, FILE *out, struct dp_error *error)
{
    for (int c = 0; c < count; c++)
        fprintf(out, "%s%s", names[c], c + 1 < count ? "," : "\r\n");
    const int64_t runs = dp_store_runs(store);
    for (int64_t first = 0; first < runs; first += ROWS_AT_ONCE) {
        const int64_t n = runs - first < ROWS_AT_ONCE ? runs - first : ROWS_AT_ONCE;
        for (int c = 0; c < count; c++)
            DP_TRY(dp_store_read(store, names[c], first, n, values + (int64_t)c * ROWS_AT_ONCE, error));
        for (int64_t i = 0; i < n; i++)
            for (int c = 0; c < count; c++) {
                write_value(store, names[c], numbers, values[(int64_t)c * ROWS_AT_ONCE + i], out);
                fputs(c + 1 < count ? "," : "\r\n", out);
            }
    }
    return DP_OK;
}

enum dp_status dp_run_table_csv(const struct dp_store *store, const char *path, bool numbers,
                                struct dp_error *error)
{
    const char *names[RUN_COLUMNS];
    const int count = find_columns(store, names);
    double *const values = malloc(sizeof *values * ROWS_AT_ONCE * (size_t)(count + 1));
    if (!values)
        return dp_fail(error, DP_NO_MEMORY, "no memory for a table");
    struct dp_output output;
    enum dp_status status = dp_output_open(path, &output, error);
    if (status == DP_OK)
        status = dp_output_end(&output, write_rows(store, names, count, numbers, values, output.file, error),
                               error);
    free(values);
    return status;
}
