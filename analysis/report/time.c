// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store/store.h"
#include "reading/scan.h"
#include "report/page.h"
#include "statistics/distinct.h"
#include <math.h>
#include <stdlib.h>

/* The training time by width, and by the rank that trained. A store can show only how evenly the ranks were
 * used: it has the time of each run, but not the duration of a job. */

enum { TIME_STATUS, TIME_SECONDS, TIME_WIDTH, TIME_RANK, TIME_EVALUATIONS, TIME_COLUMNS };
static const char *const columns[TIME_COLUMNS] = {"status", "wall_time", "width", "rank", "evaluations"};

struct share {
    double value, seconds;
    int64_t runs;
};

struct shares {
    struct share *share;
    int64_t count;
};

static enum dp_status add_share(struct shares *shares, double value, double seconds, struct dp_error *error)
{
    int64_t i = 0;
    while (i < shares->count && shares->share[i].value < value)
        i++;
    if (i == shares->count || shares->share[i].value != value) {
        struct share *const more = realloc(shares->share, (size_t)(shares->count + 1) * sizeof *more);
        if (!more)
            return dp_fail(error, DP_NO_MEMORY, "no memory for the times of runs");
        shares->share = more;
        for (int64_t k = shares->count++; k > i; k--)
            more[k] = more[k - 1];
        more[i] = (struct share){.value = value};
    }
    shares->share[i].seconds += seconds;
    shares->share[i].runs++;
    return DP_OK;
}

static void put_shares(struct dp_json *json, const char *member, const struct shares *shares)
{
    dp_json_name(json, member);
    dp_json_open(json, '[');
    for (int64_t i = 0; i < shares->count; i++) {
        dp_json_open(json, '{');
        dp_json_member_number(json, "value", shares->share[i].value);
        dp_json_member_whole(json, "runs", shares->share[i].runs);
        dp_json_name(json, "seconds");
        dp_json_rounded(json, shares->share[i].seconds, DP_PAGE_DIGITS);
        dp_json_close(json, '}');
    }
    dp_json_close(json, ']');
}

enum dp_status dp_page_time(struct dp_page *page, struct dp_error *error)
{
    struct dp_json *const json = &page->json;
    const struct dp_filter all = {0};
    struct shares widths = {0}, ranks = {0};
    double seconds = 0, evaluations = 0;
    struct dp_scan scan;
    enum dp_status status = dp_scan_open(page->store, columns, TIME_COLUMNS, &all, &scan, error);
    while (status == DP_OK && scan.first < scan.runs) {
        status = dp_scan_next(&scan, error);
        for (int64_t i = 0; i < scan.count && status == DP_OK; i++) {
            const double time = scan.column[TIME_SECONDS][i];
            if (scan.column[TIME_STATUS][i] == DP_PENDING || !isfinite(time))
                continue;
            seconds += time;
            evaluations += scan.column[TIME_EVALUATIONS][i];
            status = add_share(&widths, scan.column[TIME_WIDTH][i], time, error);
            if (status == DP_OK)
                status = add_share(&ranks, scan.column[TIME_RANK][i], time, error);
        }
    }
    dp_scan_close(&scan);
    dp_json_name(json, "time");
    dp_json_open(json, '{');
    dp_json_member_number(json, "seconds", seconds);
    dp_json_member_number(json, "evaluations", evaluations);
    put_shares(json, "widths", &widths);
    put_shares(json, "ranks", &ranks);
    dp_json_close(json, '}');
    free(widths.share);
    free(ranks.share);
    return status;
}
