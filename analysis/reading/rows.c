// SPDX-License-Identifier: BSD-3-Clause
#include "reading/rows.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW = 32768 }; // rows read at a time

enum dp_status dp_rows_open(const struct dp_store *store, const char *const *name, int columns,
                            const struct dp_pick *pick, int picks, struct dp_rows *rows,
                            struct dp_error *error)
{
    *rows = (struct dp_rows){.runs = dp_store_runs(store),
                             .store = store,
                             .name = name,
                             .columns = columns,
                             .pick = pick,
                             .picks = picks};
    if (columns > DP_ROWS_COLUMNS || picks > DP_PICKS)
        return dp_fail(error, DP_INTERNAL, "more than %d columns in one pass", DP_ROWS_COLUMNS);
    rows->memory = malloc(sizeof(double) * WINDOW * (size_t)(columns + picks + 1));
    if (!rows->memory)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory to read the store");
    double *next = rows->memory;
    for (int c = 0; c < columns; c++)
        if (name[c]) {
            rows->column[c] = next;
            next += WINDOW;
        }
    for (int k = 0; k < picks; k++, next += WINDOW)
        rows->pick_value[k] = next;
    return DP_OK;
}

enum dp_status dp_rows_next(struct dp_rows *rows, struct dp_error *error)
{
    const int64_t left = rows->runs - rows->first, first = rows->first;
    rows->count = left < WINDOW ? left : WINDOW;
    for (int c = 0; c < rows->columns; c++)
        if (rows->name[c])
            DP_TRY(dp_store_read(rows->store, rows->name[c], first, rows->count, rows->column[c], error));
    for (int k = 0; k < rows->picks; k++)
        DP_TRY(
            dp_store_read(rows->store, rows->pick[k].column, first, rows->count, rows->pick_value[k], error));
    rows->first += rows->count;
    return DP_OK;
}

/* Equal as a user means it: 0.3 also finds the axis value 0.30000000000000004. */
static bool matches(double value, double wanted)
{
    return value == wanted || fabs(value - wanted) <= 1e-9 * fabs(wanted) || (isnan(value) && isnan(wanted));
}

bool dp_rows_pass(const struct dp_rows *rows, int64_t i)
{
    for (int k = 0; k < rows->picks; k++) {
        bool any = false;
        for (int other = 0; other < rows->picks && !any; other++)
            any = !strcmp(rows->pick[other].column, rows->pick[k].column) &&
                  matches(rows->pick_value[other][i], rows->pick[other].value);
        if (!any)
            return false;
    }
    return true;
}

void dp_rows_close(struct dp_rows *rows)
{
    free(rows->memory);
    *rows = (struct dp_rows){0};
}
