// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store/store.h"
#include "verbs/verbs.h"
#include <math.h>
#include <stdlib.h>

/* Counts of states for each value of a column. */

enum { WINDOW = 1 << 16, STATUSES = DP_RUN_FAILED + 1 };

struct pair {
    double value;
    int status;
};

static int by_value(const void *left, const void *right)
{
    const struct pair *const a = left, *const b = right;
    if (isnan(a->value) || isnan(b->value))
        return (isnan(a->value) ? 1 : 0) - (isnan(b->value) ? 1 : 0);
    return (a->value > b->value) - (a->value < b->value);
}

static enum dp_status read_pairs(const struct dp_store *store, const char *column, struct pair *pairs,
                                 struct dp_error *error)
{
    struct dp_end *const ends = malloc(WINDOW * sizeof *ends);
    double *const values = malloc(WINDOW * sizeof *values);
    const int64_t runs = dp_store_runs(store);
    int64_t damaged = 0;
    enum dp_status status =
        ends && values ? DP_OK : dp_fail(error, DP_NO_MEMORY, "no memory to read %d rows", WINDOW);
    for (int64_t first = 0; status == DP_OK && first < runs; first += WINDOW) {
        const int64_t rows = runs - first < WINDOW ? runs - first : WINDOW;
        status = dp_store_ends(store, first, rows, ends, &damaged, error);
        if (status == DP_OK)
            status = dp_store_read(store, column, first, rows, values, error);
        for (int64_t i = 0; status == DP_OK && i < rows; i++)
            pairs[first + i] = (struct pair){values[i], ends[i].status};
    }
    free(ends);
    free(values);
    return status;
}

static void print_value(const struct dp_store *store, const char *column, double value)
{
    char text[64];
    const char *const flag = isfinite(value) ? dp_store_flag(store, column, (int64_t)value) : NULL;
    snprintf(text, sizeof text, "%.9g", value);
    printf("%-16s", flag ? flag : text);
}

/* A line for each value, a column for each state that any run has. */
static void print(const struct dp_store *store, const char *column, const struct pair *pairs)
{
    const int64_t runs = dp_store_runs(store);
    bool any[STATUSES] = {false};
    for (int64_t i = 0; i < runs; i++)
        any[pairs[i].status] = true;
    printf("%-16s%10s", column, "runs");
    for (int s = 0; s < STATUSES; s++)
        if (any[s])
            printf("%12s", dp_store_flag(store, "status", s));
    printf("\n");
    for (int64_t first = 0, end; first < runs; first = end) {
        int64_t tally[STATUSES] = {0};
        for (end = first; end < runs && by_value(&pairs[first], &pairs[end]) == 0; end++)
            tally[pairs[end].status]++;
        print_value(store, column, pairs[first].value);
        printf("%10lld", (long long)(end - first));
        for (int s = 0; s < STATUSES; s++)
            if (any[s])
                printf("%12lld", (long long)tally[s]);
        printf("\n");
    }
}

enum dp_status dp_status_by(const struct dp_store *store, const char *column, struct dp_error *error)
{
    int64_t rows, inner;
    dp_store_shape(store, column, &rows, &inner);
    if (rows > 0 && (rows != dp_store_runs(store) || inner != 1))
        return dp_fail(error, DP_BAD_INPUT, "--by %s: it does not have one value per run", column);
    struct pair *const pairs = malloc((size_t)dp_store_runs(store) * sizeof *pairs + 1);
    if (!pairs)
        return dp_fail(error, DP_NO_MEMORY, "no memory to count %lld runs", (long long)dp_store_runs(store));
    const enum dp_status status = read_pairs(store, column, pairs, error);
    if (status == DP_OK) {
        qsort(pairs, (size_t)dp_store_runs(store), sizeof *pairs, by_value);
        print(store, column, pairs);
    }
    free(pairs);
    return status;
}
