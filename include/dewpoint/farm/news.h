// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* What a job tells, while it runs, to `dewpoint status` in another process.
 *
 * Rank 0 writes the file STORE.news every few seconds, under another name and then renamed, and removes it at
 * the end. A job that is killed leaves it; then no lock says that a job is writing the store, and the next
 * job removes it. It is for people who look, so it is never synced, and nothing fails if it cannot be
 * written. */

enum { DP_NEWS_RANKS = 5, DP_NEWS_HOST = 64 };

/* A rank: in training the run `first` (count 1), or silent with the rows that it was given. */
struct dp_news_rank {
    int rank;
    char host[DP_NEWS_HOST];
    double seconds; // for which the run has been trained, or since the rank was last heard of
    int64_t first, count;
    double steps, loss; // of the run
};

struct dp_news {
    double seconds;    // since the work began
    double rate;       // runs a second
    double left;       // s
    double efficiency; // the part of the ranks' time that was training
    int64_t ranks;
    int64_t silent_count; // ranks that have not been heard of for a while
    int longest_listed, silent_listed;
    struct dp_news_rank longest[DP_NEWS_RANKS]; // runs in training, the longest first
    struct dp_news_rank silent[DP_NEWS_RANKS];  // the longest silence first
    double age;                                 // dp_news_read: s since it was written
};

/* Puts an entry among those listed, ordered by seconds; the last one drops out if there are too many. */
void dp_news_list(struct dp_news_rank list[DP_NEWS_RANKS], int *listed, const struct dp_news_rank *entry);

/* store: the path of the store. */
void dp_news_write(const char *store, const struct dp_news *news);
bool dp_news_read(const char *store, struct dp_news *news);
void dp_news_remove(const char *store);
