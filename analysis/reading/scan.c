// SPDX-License-Identifier: BSD-3-Clause
#include "reading/scan.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SCAN_WINDOW = 32768 }; // rows read at a time

enum dp_status dp_scan_open(const struct dp_store *store, const char *const *name, int columns,
                            const struct dp_filter *filter, struct dp_scan *scan, struct dp_error *error)
{
    *scan = (struct dp_scan){
        .runs = dp_store_runs(store), .store = store, .name = name, .columns = columns, .filter = filter};
    if (columns > DP_SCAN_COLUMNS)
        return dp_fail(error, DP_INTERNAL, "more than %d columns in one pass", DP_SCAN_COLUMNS);
    scan->memory = malloc(sizeof(double) * SCAN_WINDOW * (size_t)(columns + filter->terms + 1));
    if (!scan->memory)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory to read the store");
    double *next = scan->memory;
    for (int c = 0; c < columns; c++)
        if (name[c]) {
            scan->column[c] = next;
            next += SCAN_WINDOW;
        }
    for (int k = 0; k < filter->terms; k++, next += SCAN_WINDOW)
        scan->term_value[k] = next;
    return DP_OK;
}

enum dp_status dp_scan_next(struct dp_scan *scan, struct dp_error *error)
{
    const int64_t left = scan->runs - scan->first, first = scan->first;
    scan->count = left < SCAN_WINDOW ? left : SCAN_WINDOW;
    for (int c = 0; c < scan->columns; c++)
        if (scan->name[c])
            DP_TRY(dp_store_read(scan->store, scan->name[c], first, scan->count, scan->column[c], error));
    for (int k = 0; k < scan->filter->terms; k++)
        DP_TRY(dp_store_read(scan->store, scan->filter->term[k].column, first, scan->count,
                             scan->term_value[k], error));
    scan->first += scan->count;
    return DP_OK;
}

/* Whether two values are equal as a user sees them: 0.3 also finds the axis value 0.30000000000000004. */
static bool matches(double value, double wanted)
{
    return value == wanted || fabs(value - wanted) <= 1e-9 * fabs(wanted) || (isnan(value) && isnan(wanted));
}

bool dp_scan_passes(const struct dp_scan *scan, int64_t i)
{
    for (int k = 0; k < scan->filter->terms; k++) {
        bool any = false;
        for (int other = 0; other < scan->filter->terms && !any; other++)
            any = !strcmp(scan->filter->term[other].column, scan->filter->term[k].column) &&
                  matches(scan->term_value[other][i], scan->filter->term[other].value);
        if (!any)
            return false;
    }
    return true;
}

void dp_scan_close(struct dp_scan *scan)
{
    free(scan->memory);
    *scan = (struct dp_scan){0};
}

enum dp_status dp_scan_rows(const struct dp_store *store, const struct dp_filter *filter, int64_t *rows,
                            int64_t most, int64_t *count, struct dp_error *error)
{
    struct dp_scan scan;
    enum dp_status status = dp_scan_open(store, NULL, 0, filter, &scan, error);
    *count = 0;
    while (status == DP_OK && scan.first < scan.runs) {
        const int64_t first = scan.first;
        status = dp_scan_next(&scan, error);
        for (int64_t i = 0; i < scan.count && status == DP_OK; i++)
            if (dp_scan_passes(&scan, i)) {
                if (*count < most)
                    rows[*count] = first + i;
                (*count)++;
            }
    }
    dp_scan_close(&scan);
    return status;
}
