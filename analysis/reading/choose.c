// SPDX-License-Identifier: BSD-3-Clause
#include "reading/choose.h"
#include "reading/subject.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Choosing runs of a store by the values of their coordinates. */

enum { NAMES = 128, SHOWN = 600 };

enum dp_status dp_choose_rows(const struct dp_store *store, const struct dp_view *view, int64_t *rows,
                              int64_t most, int64_t *count, struct dp_error *error)
{
    struct dp_rows window;
    enum dp_status status = dp_rows_open(store, NULL, 0, view->pick, view->picks, &window, error);
    *count = 0;
    while (status == DP_OK && window.first < window.runs) {
        const int64_t first = window.first;
        status = dp_rows_next(&window, error);
        for (int64_t i = 0; i < window.count && status == DP_OK; i++)
            if (dp_rows_pass(&window, i)) {
                if (*count < most)
                    rows[*count] = first + i;
                (*count)++;
            }
    }
    dp_rows_close(&window);
    return status;
}

/* Says by which coordinates rows differ: "seed (0, 1, ...), gamma (1, 1.5)". */
static void describe_choice(const struct dp_store *store, const int64_t *rows, int64_t count, char *text)
{
    const char *names[NAMES];
    const int n = dp_coordinates(store, names, NAMES);
    text[0] = '\0';
    for (int c = 0; c < n; c++) {
        double first, other = NAN;
        char a[64], b[64];
        if (dp_store_read(store, names[c], rows[0], 1, &first, NULL) != DP_OK)
            continue;
        bool differs = false;
        for (int64_t i = 1; i < count && !differs; i++)
            differs = dp_store_read(store, names[c], rows[i], 1, &other, NULL) == DP_OK && other != first &&
                      !(isnan(other) && isnan(first));
        const size_t used = strlen(text);
        if (differs)
            snprintf(text + used, SHOWN - used, "%s%s (%s, %s, ...)", used ? ", " : "", names[c],
                     dp_coordinate_text(store, names[c], first, false, a, sizeof a),
                     dp_coordinate_text(store, names[c], other, false, b, sizeof b));
    }
}

static enum dp_status parse_run(const struct dp_store *store, const char *text, int64_t *row,
                                struct dp_error *error)
{
    char *end;
    errno = 0;
    *row = strtoll(text, &end, 10);
    if (errno || end == text || *end || *row < 0 || *row >= dp_store_runs(store))
        return dp_fail(error, DP_BAD_INPUT, "--run %s: it must be a whole number from 0 to %lld", text,
                       (long long)dp_store_runs(store) - 1);
    return DP_OK;
}

enum dp_status dp_subject_row(const struct dp_store *store, const char *run, const struct dp_list *at,
                              int64_t *row, struct dp_error *error)
{
    enum { MOST = 1000 };
    int64_t rows[MOST], count;
    struct dp_view view = {0};
    char choice[SHOWN];
    if (run && at->count)
        return dp_fail(error, DP_BAD_INPUT,
                       "--run names a run, so --at has nothing to choose; keep one of them");
    if (run)
        return parse_run(store, run, row, error);
    for (int i = 0; i < at->count; i++)
        DP_TRY(dp_view_pick(store, at->text[i], &view, error));
    DP_TRY(dp_choose_rows(store, &view, rows, MOST, &count, error));
    *row = rows[0];
    if (count == 1)
        return DP_OK;
    if (count == 0)
        return dp_fail(error, DP_BAD_INPUT, "no run of the store has all of these values");
    describe_choice(store, rows, count < MOST ? count : MOST, choice);
    return dp_fail(error, DP_BAD_INPUT,
                   "%lld runs: choose one with --run ROW (0 to %lld), or with --at by %s", (long long)count,
                   (long long)dp_store_runs(store) - 1, choice);
}
