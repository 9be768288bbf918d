// SPDX-License-Identifier: BSD-3-Clause
#include "reading/coordinates.h"
#include "reading/scan.h"
#include "reading/stored_run.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Finds the one run that --run or --at selects. */

enum { NAMES_MOST = 128, CHOICE_ROOM = 600 };

/* Says by which coordinates rows differ: "seed (0, 1, ...), gamma (1, 1.5)". */
static void describe_choice(const struct dp_store *store, const int64_t *rows, int64_t count, char *text)
{
    const char *names[NAMES_MOST];
    const int n = dp_coordinates(store, names, NAMES_MOST);
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
            snprintf(text + used, CHOICE_ROOM - used, "%s%s (%s, %s, ...)", used ? ", " : "", names[c],
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

enum dp_status dp_stored_run_find(const struct dp_store *store, const char *run, const struct dp_list *at,
                                  int64_t *row, struct dp_error *error)
{
    enum { MOST = 1000 };
    int64_t rows[MOST], count;
    struct dp_filter filter = {0};
    char choice[CHOICE_ROOM];
    if (run && at->count)
        return dp_fail(error, DP_BAD_INPUT,
                       "--run names a run, so --at has nothing to choose; keep one of them");
    if (run)
        return parse_run(store, run, row, error);
    for (int i = 0; i < at->count; i++)
        DP_TRY(dp_filter_add(store, at->text[i], &filter, error));
    DP_TRY(dp_scan_rows(store, &filter, rows, MOST, &count, error));
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
