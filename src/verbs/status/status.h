// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/farm/news.h"
#include "dewpoint/files/json.h"
#include "dewpoint/store/store.h"
#include <stdbool.h>

/* What `dewpoint status` tells of costs. */

enum { DP_SLOWEST = 5 };

struct dp_status_costs {
    double spent; // s of training of the finished rows
    double left;  // s of the others, estimated; NAN if that is not known
    double ranks; // that have trained
    int slow_count;
    struct dp_slow_row {
        int64_t row;
        double seconds;
    } slowest[DP_SLOWEST];
};

/* path: of the store. estimate: whether to find what is left. */
enum dp_status dp_status_costs(const struct dp_store *store, const char *path, bool estimate,
                               struct dp_status_costs *costs, struct dp_error *error);

/* status_watch.c. Prints a line every two seconds until no run is left or no job writes the store; the exit
 * code. */
int dp_status_watch(const char *path, bool as_json);

/* status_news.c. What the job that is writing the store tells. */
void dp_status_print_news(const struct dp_news *news);
void dp_status_write_news(struct dp_json *json, const struct dp_news *news); // NULL: null
