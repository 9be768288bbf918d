// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store/store.h"
#include "dewpoint/sweep/keys.h"
#include "verbs/verbs.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Counts of states for each value of a column. */

enum { WINDOW = 1 << 16, STATUSES = DP_RUN_FAILED + 1, MOST_COLUMNS = 128, SHOWN = 6, VALUE_TEXT = 64 };

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

/* All runs, sorted by value. */
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
    if (status == DP_OK)
        qsort(pairs, (size_t)runs, sizeof *pairs, by_value);
    free(ends);
    free(values);
    return status;
}

static const char *value_text(const struct dp_store *store, const char *column, double value,
                              char text[static VALUE_TEXT])
{
    const char *const flag = isfinite(value) ? dp_store_flag(store, column, (int64_t)value) : NULL;
    snprintf(text, VALUE_TEXT, "%.9g", value);
    return flag ? flag : text;
}

/* Counts the runs of each state with the value of pairs[first]; returns the first pair with another value. */
static int64_t count_value(const struct pair *pairs, int64_t first, int64_t runs,
                           int64_t tally[static STATUSES])
{
    int64_t end = first;
    memset(tally, 0, STATUSES * sizeof *tally);
    for (; end < runs && by_value(&pairs[first], &pairs[end]) == 0; end++)
        tally[pairs[end].status]++;
    return end;
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
        int64_t tally[STATUSES];
        char text[VALUE_TEXT];
        end = count_value(pairs, first, runs, tally);
        printf("%-16s", value_text(store, column, pairs[first].value, text));
        printf("%10lld", (long long)(end - first));
        for (int s = 0; s < STATUSES; s++)
            if (any[s])
                printf("%12lld", (long long)tally[s]);
        printf("\n");
    }
}

enum dp_status dp_status_by_check(const struct dp_store *store, const char *column, struct dp_error *error)
{
    int64_t rows, inner;
    DP_TRY(dp_store_read(store, column, 0, 0, NULL, error)); // whether there is such a column
    dp_store_shape(store, column, &rows, &inner);
    if (rows == dp_store_runs(store) && inner == 1)
        return DP_OK;
    return dp_fail(error, DP_BAD_INPUT, "--by %s: it does not have one value per run", column);
}

enum dp_status dp_status_by(const struct dp_store *store, const char *column, struct dp_error *error)
{
    struct pair *const pairs = malloc((size_t)dp_store_runs(store) * sizeof *pairs + 1);
    if (!pairs)
        return dp_fail(error, DP_NO_MEMORY, "no memory to count %lld runs", (long long)dp_store_runs(store));
    const enum dp_status status = read_pairs(store, column, pairs, error);
    if (status == DP_OK)
        print(store, column, pairs);
    free(pairs);
    return status;
}

/* Some of the values of a coordinate. */
struct some {
    int64_t count;
    double first[SHOWN];
};

static void add_value(struct some *values, double value)
{
    if (values->count < SHOWN)
        values->first[values->count] = value;
    values->count++;
}

/* Prints the values of a coordinate at which alone runs have this state, or at which all runs have it;
 * *before is set for the next coordinate. */
static void print_shared(const struct dp_store *store, const char *column, const struct pair *pairs,
                         int state, const char **before)
{
    const int64_t runs = dp_store_runs(store);
    struct some any = {0}, whole = {0};
    int64_t values = 0;
    for (int64_t first = 0, end; first < runs; first = end, values++) {
        int64_t tally[STATUSES];
        end = count_value(pairs, first, runs, tally);
        if (tally[state] > 0)
            add_value(&any, pairs[first].value);
        if (tally[state] == end - first)
            add_value(&whole, pairs[first].value);
    }
    const bool only = any.count < values;
    const struct some *const shown = only ? &any : &whole;
    if (any.count == 0 || shown->count == 0 || shown->count == values)
        return;
    printf("%s%s with %s", *before, only ? "only" : "all", column);
    for (int64_t k = 0; k < shown->count && k < SHOWN; k++) {
        char text[VALUE_TEXT];
        printf(" %s", value_text(store, column, shown->first[k], text));
    }
    printf(shown->count > SHOWN ? " ..." : "");
    *before = ", ";
}

enum dp_status dp_status_troubles(const struct dp_store *store, const int64_t *tally, struct dp_error *error)
{
    static const int states[] = {DP_DIVERGED, DP_RUN_FAILED};
    const char *columns[MOST_COLUMNS];
    const int count = dp_store_columns(store, columns, MOST_COLUMNS);
    struct pair *const pairs = malloc((size_t)dp_store_runs(store) * sizeof *pairs + 1);
    enum dp_status status = pairs ? DP_OK : dp_fail(error, DP_NO_MEMORY, "no memory to count the runs");
    for (size_t s = 0; s < sizeof states / sizeof *states; s++) {
        char head[VALUE_TEXT];
        const char *before = head;
        if (tally[states[s]] == 0)
            continue;
        snprintf(head, sizeof head, "%s runs: ", dp_store_flag(store, "status", states[s]));
        for (int c = 0; c < count && c < MOST_COLUMNS && status == DP_OK; c++) {
            const struct dp_key *const key = dp_key_find(columns[c]);
            if (!key || !key->sweepable || strcmp(key->name, "seed") == 0)
                continue;
            status = read_pairs(store, columns[c], pairs, error);
            if (status == DP_OK)
                print_shared(store, columns[c], pairs, states[s], &before);
        }
        printf(before != head ? "\n" : "");
    }
    free(pairs);
    return status;
}
