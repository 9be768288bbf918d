// SPDX-License-Identifier: BSD-3-Clause
#include "verbs/status/status.h"
#include "verbs/verbs.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const double least_pause = 2, pauses_a_look = 5; // s, and what a look may take of it
static const double worth_telling = 1;                  // s in training

static double clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool is_written(const char *path)
{
    char holder[DP_LOCK_TEXT];
    bool writes;
    dp_lock_holder(path, holder, &writes);
    return writes;
}

static enum dp_status count_done(const struct dp_store *store, int64_t *done, struct dp_error *error)
{
    enum { WINDOW = 1 << 14 };
    double *const status = malloc(WINDOW * sizeof *status);
    const int64_t runs = dp_store_runs(store);
    enum dp_status read = status ? DP_OK : dp_fail(error, DP_NO_MEMORY, "no memory to read %d rows", WINDOW);
    *done = 0;
    for (int64_t first = 0; read == DP_OK && first < runs; first += WINDOW) {
        const int64_t count = runs - first < WINDOW ? runs - first : WINDOW;
        read = dp_store_read(store, "status", first, count, status, error);
        for (int64_t i = 0; i < count && read == DP_OK; i++)
            *done += status[i] > DP_PENDING && status[i] < DP_RUN_FAILED;
    }
    free(status);
    return read;
}

static enum dp_status look(const char *path, int64_t *done, int64_t *runs, struct dp_error *error)
{
    struct dp_store *store;
    DP_TRY(dp_store_open(path, &store, error));
    *runs = dp_store_runs(store);
    const enum dp_status status = count_done(store, done, error);
    const enum dp_status closed = dp_store_close(store, error);
    return status == DP_OK ? closed : status;
}

/* The job knows which runs are still to come; the longest ones come first, so that the rate says little. */
static double seconds_left(const struct dp_news *news, int64_t done, int64_t runs, double rate)
{
    if (news)
        return news->left;
    return rate > 0 ? (double)(runs - done) / rate : NAN;
}

static void print_line(const char *path, int64_t done, int64_t runs, double rate, bool written)
{
    struct dp_news news;
    const bool told = written && dp_news_read(path, &news);
    const double left = seconds_left(told ? &news : NULL, done, runs, rate);
    printf("%lld of %lld runs (%.1f%%)", (long long)done, (long long)runs, dp_percent_done(done, runs, .1));
    if (rate > 0)
        printf(", %.3g runs/s", rate);
    if (done < runs && left >= 0)
        printf(", about %.3g s left%s", left, told ? "" : " at this rate");
    if (told) {
        if (news.longest_listed > 0 && news.longest[0].seconds >= worth_telling)
            printf("; run %lld: %.0f s on rank %d", (long long)news.longest[0].first, news.longest[0].seconds,
                   news.longest[0].rank);
        if (news.silent_count > 0)
            printf("; rank %d silent for %.0f s", news.silent[0].rank, news.silent[0].seconds);
        if (news.silent_count > 1)
            printf(", and %lld others", (long long)news.silent_count - 1);
    }
    printf("%s\n", written || done == runs ? "" : "; no job is writing the store");
}

static void write_line(const char *path, int64_t done, int64_t runs, double rate, bool written)
{
    struct dp_json json = {.out = stdout};
    struct dp_news news;
    const bool told = written && dp_news_read(path, &news);
    dp_json_open(&json, '{');
    dp_json_member_whole(&json, "rows_done", done);
    dp_json_member_whole(&json, "rows", runs);
    dp_json_member_number(&json, "rows_per_second", rate > 0 ? rate : NAN);
    dp_json_member_number(&json, "seconds_left", seconds_left(told ? &news : NULL, done, runs, rate));
    dp_json_member_truth(&json, "written", written);
    dp_status_write_news(&json, told ? &news : NULL);
    dp_json_close(&json, '}');
    putchar('\n');
}

int dp_status_watch(const char *path, bool as_json)
{
    struct dp_error error = {0};
    double before_at = 0;
    int64_t before = 0;
    for (bool first = true;; first = false) {
        const double began = clock_now();
        const bool written = is_written(path); // asked first, so that the last rows are counted
        int64_t done, runs;
        if (look(path, &done, &runs, &error) != DP_OK)
            return dp_report(&error);
        const double now = clock_now(), rate = first ? 0 : (double)(done - before) / (now - before_at);
        (as_json ? write_line : print_line)(path, done, runs, rate, written);
        fflush(stdout);
        if (!written || done == runs)
            return DP_EXIT_OK;
        before = done;
        before_at = now;
        const double pause = fmax(least_pause, pauses_a_look * (now - began));
        sleep((unsigned)fmin(ceil(pause), 60));
    }
}
