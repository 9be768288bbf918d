// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm/news.h"
#include "verbs/status/status.h"
#include <math.h>
#include <stdio.h>

/* What a job that is writing the store says of itself: where its ranks stand. */

void dp_status_print_news(const struct dp_news *n)
{
    char left[64] = "waiting for the last runs";
    if (!isnan(n->left))
        snprintf(left, sizeof left, "about %.3g s left", n->left);
    printf("job      %lld rank%s for %.0f s, %.3g runs/s, %s, efficiency %.2g; %.0f s ago\n",
           (long long)n->ranks, n->ranks == 1 ? "" : "s", n->seconds, n->rate, left, n->efficiency, n->age);
    for (int i = 0; i < n->longest_listed; i++) {
        const struct dp_news_rank *const at = &n->longest[i];
        printf("%s run %lld: %.0f s on rank %d (%s), step %.0f, loss %.3g\n", i ? "        " : "longest ",
               (long long)at->first, at->seconds, at->rank, at->host, at->steps, at->loss);
    }
    for (int i = 0; i < n->silent_listed; i++) {
        const struct dp_news_rank *const at = &n->silent[i];
        printf("silent   rank %d on %s for %.0f s; it was given runs %lld to %lld\n", at->rank, at->host,
               at->seconds, (long long)at->first, (long long)(at->first + at->count - 1));
    }
    if (n->silent_count > n->silent_listed)
        printf("         and %lld other ranks\n", (long long)(n->silent_count - n->silent_listed));
}

static void write_ranks(struct dp_json *json, const char *name, const struct dp_news_rank *list, int count,
                        bool in_training)
{
    dp_json_name(json, name);
    dp_json_open(json, '[');
    for (int i = 0; i < count; i++) {
        dp_json_open(json, '{');
        dp_json_member_whole(json, "rank", list[i].rank);
        dp_json_member_text(json, "host", list[i].host);
        dp_json_member_number(json, "seconds", list[i].seconds);
        dp_json_member_whole(json, in_training ? "row" : "first_row", list[i].first);
        if (in_training) {
            dp_json_member_number(json, "step", list[i].steps);
            dp_json_member_number(json, "loss", list[i].loss);
        } else {
            dp_json_member_whole(json, "rows", list[i].count);
        }
        dp_json_close(json, '}');
    }
    dp_json_close(json, ']');
}

void dp_status_write_news(struct dp_json *json, const struct dp_news *n)
{
    dp_json_name(json, "job");
    if (!n) {
        dp_json_text(json, NULL);
        return;
    }
    dp_json_open(json, '{');
    dp_json_member_number(json, "seconds", n->seconds);
    dp_json_member_number(json, "seconds_ago", n->age);
    dp_json_member_number(json, "rows_per_second", n->rate);
    dp_json_member_number(json, "seconds_left", n->left);
    dp_json_member_number(json, "efficiency", n->efficiency);
    dp_json_member_whole(json, "ranks", n->ranks);
    dp_json_member_whole(json, "silent_ranks", n->silent_count);
    write_ranks(json, "longest_in_training", n->longest, n->longest_listed, true);
    write_ranks(json, "silent", n->silent, n->silent_listed, false);
    dp_json_close(json, '}');
}
