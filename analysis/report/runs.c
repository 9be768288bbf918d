// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store/store.h"
#include "reading/coordinates.h"
#include "reading/scan.h"
#include "report/page.h"
#include "statistics/reduce.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How the runs ended, why, and the table of single runs. */

enum { WINDOW = 1 << 15, SENTENCES = 4096 };

struct ends {
    int64_t status[DP_STATUSES], stop[DP_STOPS], unsure, damaged;
};

static enum dp_status count_ends(const struct dp_store *store, struct ends *ends, struct dp_error *error)
{
    struct dp_end *const window = malloc(WINDOW * sizeof *window);
    const int64_t runs = dp_store_runs(store);
    enum dp_status status =
        window ? DP_OK : dp_fail(error, DP_NO_MEMORY, "no memory to read %d rows", WINDOW);
    for (int64_t first = 0; status == DP_OK && first < runs; first += WINDOW) {
        const int64_t rows = runs - first < WINDOW ? runs - first : WINDOW;
        status = dp_store_ends(store, first, rows, window, &ends->damaged, error);
        for (int64_t i = 0; status == DP_OK && i < rows; i++) {
            ends->status[window[i].status]++;
            ends->stop[window[i].stop]++;
            ends->unsure += window[i].unsure;
        }
    }
    free(window);
    return status;
}

static void put_counts(struct dp_page *page, const char *member, const char *column, const int64_t *count,
                       int most)
{
    struct dp_json *const json = &page->json;
    dp_json_name(json, member);
    dp_json_open(json, '[');
    for (int i = 0; i < most; i++) {
        if (!count[i])
            continue;
        dp_json_open(json, '{');
        dp_json_member_text(json, "name", dp_store_flag(page->store, column, i));
        dp_json_member_whole(json, "runs", count[i]);
        dp_json_close(json, '}');
    }
    dp_json_close(json, ']');
}

/* The sentences on runs in trouble and on those that are not sure, as `dewpoint phase` prints them. */
static enum dp_status put_troubles(struct dp_page *page, int64_t unsure, struct dp_error *error)
{
    struct dp_json *const json = &page->json;
    char doubt[DP_UNSURE_TEXT], *text = NULL;
    size_t size = 0;
    FILE *const memory = open_memstream(&text, &size);
    if (!memory)
        return dp_fail(error, DP_NO_MEMORY, "no memory for a sentence");
    dp_troubles_print(page->store, &page->coordinates, memory);
    if (unsure)
        fprintf(memory, "%s\n", dp_unsure_text(unsure, doubt));
    if (fclose(memory) != 0) {
        free(text);
        return dp_fail(error, DP_NO_MEMORY, "no memory for a sentence");
    }
    dp_json_name(json, "troubles");
    dp_json_open(json, '[');
    for (char *save, *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
        dp_json_text(json, line);
    dp_json_close(json, ']');
    free(text);
    return DP_OK;
}

/* A column of all runs: of a coordinate the places of its values, else numbers. */
static enum dp_status put_column(struct dp_page *page, const char *name, struct dp_error *error)
{
    struct dp_json *const json = &page->json;
    const int64_t runs = dp_store_runs(page->store);
    const struct dp_distinct *const values = dp_page_values(page, name);
    double *const column = malloc((size_t)runs * sizeof *column);
    enum dp_status status = column ? dp_store_read(page->store, name, 0, runs, column, error)
                                   : dp_fail(error, DP_NO_MEMORY, "no memory for a column");
    if (status == DP_OK) {
        dp_json_name(json, name);
        dp_json_open(json, '{');
        if (values)
            dp_page_coordinate(page, name, values);
        dp_json_name(json, values ? "place" : "column");
        dp_json_open(json, '[');
        for (int64_t i = 0; i < runs; i++)
            if (values)
                dp_json_whole(json, dp_distinct_index(values, column[i]));
            else
                dp_json_rounded(json, column[i], DP_PAGE_DIGITS);
        dp_json_close(json, ']');
        dp_json_close(json, '}');
    }
    free(column);
    return status;
}

static enum dp_status put_table(struct dp_page *page, struct dp_error *error)
{
    static const char *const results[] = {"status", "stop_reason", "rd_w", "rd_a", "loss", "wall_time"};
    struct dp_json *const json = &page->json;
    if (dp_store_runs(page->store) > DP_PAGE_RUNS)
        return DP_OK;
    dp_json_name(json, "table");
    dp_json_open(json, '{');
    enum dp_status status = DP_OK;
    for (int s = 0; s < page->coordinates.settings && status == DP_OK; s++)
        if (page->coordinates.setting[s].all.count > 1)
            status = put_column(page, page->coordinates.setting[s].name, error);
    for (size_t i = 0; i < sizeof results / sizeof *results && status == DP_OK; i++)
        status = put_column(page, results[i], error);
    dp_json_close(json, '}');
    return status;
}

static void put_flags(struct dp_page *page, const char *member, const char *column)
{
    struct dp_json *const json = &page->json;
    const char *flag;
    dp_json_name(json, member);
    dp_json_open(json, '[');
    for (int i = 0; (flag = dp_store_flag(page->store, column, i)); i++)
        dp_json_text(json, flag);
    dp_json_close(json, ']');
}

enum dp_status dp_page_runs(struct dp_page *page, struct dp_error *error)
{
    struct dp_json *const json = &page->json;
    struct ends ends = {0};
    DP_TRY(count_ends(page->store, &ends, error));
    ends.stop[DP_STOP_NONE] = 0;
    dp_json_member_whole(json, "runs", dp_store_runs(page->store));
    dp_json_member_whole(json, "damaged", ends.damaged);
    put_counts(page, "ends", "status", ends.status, DP_STATUSES);
    put_counts(page, "stops", "stop_reason", ends.stop, DP_STOPS);
    put_flags(page, "statuses", "status");
    put_flags(page, "reasons", "stop_reason");
    DP_TRY(put_troubles(page, ends.unsure, error));
    return put_table(page, error);
}
