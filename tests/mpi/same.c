// SPDX-License-Identifier: BSD-3-Clause
// same A B: do two stores hold the same rows, bit for bit, in every column but wall_time, rank and source?
#include "dewpoint/store/store.h"
#include <stdlib.h>
#include <string.h>

static bool excepted(const char *column)
{
    return strcmp(column, "wall_time") == 0 || strcmp(column, "rank") == 0 || strcmp(column, "source") == 0;
}

static bool same_column(const struct dp_store *a, const struct dp_store *b, const char *column,
                        struct dp_error *error)
{
    int64_t rows[2], inner[2];
    dp_store_shape(a, column, &rows[0], &inner[0]);
    dp_store_shape(b, column, &rows[1], &inner[1]);
    if (rows[0] != rows[1] || inner[0] != inner[1])
        return false;
    const size_t size = (size_t)(rows[0] * inner[0]) * sizeof(double);
    double *values[2] = {malloc(size + 1), malloc(size + 1)};
    const bool same = values[0] && values[1] &&
                      dp_store_read(a, column, 0, rows[0], values[0], error) == DP_OK &&
                      dp_store_read(b, column, 0, rows[0], values[1], error) == DP_OK &&
                      memcmp(values[0], values[1], size) == 0;
    free(values[0]);
    free(values[1]);
    return same;
}

int main(int argc, char **argv)
{
    enum { MOST = 128 };
    struct dp_error error = {0};
    struct dp_store *store[2];
    const char *names[2][MOST];
    int wrong = 0;
    if (argc != 3 || dp_store_open(argv[1], &store[0], &error) != DP_OK ||
        dp_store_open(argv[2], &store[1], &error) != DP_OK) {
        fprintf(stderr, "%s", error.text);
        return 2;
    }
    const int n = dp_store_columns(store[0], names[0], MOST);
    if (n > MOST || n < 20 || n != dp_store_columns(store[1], names[1], MOST)) {
        fprintf(stderr, "%s and %s have other columns\n", argv[1], argv[2]);
        wrong++;
    }
    for (int i = 0; i < n && !wrong; i++)
        if (!excepted(names[0][i]) && !same_column(store[0], store[1], names[0][i], &error)) {
            fprintf(stderr, "%s and %s differ in column %s\n%s", argv[1], argv[2], names[0][i], error.text);
            wrong++;
        }
    dp_store_close(store[0], &error);
    dp_store_close(store[1], &error);
    return wrong != 0;
}
