// SPDX-License-Identifier: BSD-3-Clause
#include "verbs/status.h"
#include "dewpoint/files/json.h"
#include "verbs/verbs.h"
#include <glob.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW = 1 << 16, STATUSES = 5, MOST_LISTED = 10 };

static enum dp_status count(const struct dp_store *store, int64_t tally[static STATUSES],
                            int64_t stops[static DP_STOPS], int64_t *damaged, struct dp_error *error)
{
    struct dp_end *window = malloc(WINDOW * sizeof *window);
    enum dp_status status = DP_OK;
    if (!window)
        return dp_fail(error, DP_NO_MEMORY, "no memory to read %d rows", WINDOW);
    const int64_t runs = dp_store_runs(store);
    for (int64_t first = 0; status == DP_OK && first < runs; first += WINDOW) {
        const int64_t rows = runs - first < WINDOW ? runs - first : WINDOW;
        status = dp_store_ends(store, first, rows, window, damaged, error);
        for (int64_t i = 0; status == DP_OK && i < rows; i++) {
            tally[window[i].status]++;
            stops[window[i].stop]++;
        }
    }
    free(window);
    return status;
}

/* A job is writing the store: the runs that it has been training for longest are those with checkpoints. */
static void print_job(const char *path)
{
    glob_t found = {0};
    const size_t size = strlen(path) + sizeof ".checkpoint-*";
    char *const pattern = malloc(size);
    printf("a job is writing the store");
    if (pattern) {
        snprintf(pattern, size, "%s.checkpoint-*", path);
        if (glob(pattern, 0, NULL, &found) == 0)
            for (size_t i = 0; i < found.gl_pathc && i < MOST_LISTED; i++)
                printf("%s %s", i ? "," : "; its longest runs have checkpoints: run",
                       strrchr(found.gl_pathv[i], '-') + 1);
        printf(found.gl_pathc > MOST_LISTED ? " ..." : "");
        globfree(&found);
    }
    free(pattern);
    printf("\n");
}

static void print(const char *path, const struct dp_store *store, const int64_t tally[static STATUSES],
                  const int64_t stops[static DP_STOPS], int64_t damaged)
{
    const int64_t runs = dp_store_runs(store);
    const int64_t left = tally[DP_PENDING] + tally[DP_RUN_FAILED];
    printf("sweep    %s\ncreated  %s by %s\n", dp_store_text(store, "title"), dp_store_text(store, "created"),
           dp_store_text(store, "program"));
    dp_print_lines(stdout, "data     ", dp_store_text(store, "data_files"));
    printf("runs     %lld of %lld (%.1f%%)\n", (long long)(runs - left), (long long)runs,
           100.0 * (double)(runs - left) / (double)runs);
    for (int i = 0; i < STATUSES; i++) {
        const char *meaning = dp_store_flag(store, "status", i);
        if (tally[i])
            printf("  %-10s %lld\n", meaning ? meaning : "?", (long long)tally[i]);
    }
    char text[512], holder[DP_LOCK_TEXT];
    bool writes;
    if (dp_lock_holder(path, holder, &writes)[0])
        printf("lock     %s\n", holder);
    if (dp_stops_text(stops, text, sizeof text)[0])
        printf("ended by %s\n", text);
    if (damaged)
        printf("damaged  %s, counted as pending\n", dp_damage_text(damaged, text));
    struct dp_news news;
    if (left && writes && dp_news_read(path, &news))
        dp_status_print_news(&news);
    else if (left && writes)
        print_job(path);
    else if (left)
        printf("`dewpoint run SWEEP -o %s` with the same sweep file trains the other %lld\n", path,
               (long long)left);
}

static void print_costs(const struct dp_status_costs *c)
{
    if (c->slow_count == 0)
        return;
    printf("trained  %.3g core-hours on %.0f rank%s", c->spent / 3600, c->ranks, c->ranks == 1 ? "" : "s");
    if (c->left > 0)
        printf("; about %.3g core-hours are left, %.3g s on so many ranks", c->left / 3600,
               c->left / c->ranks);
    printf("\nslowest ");
    for (int i = 0; i < c->slow_count; i++)
        printf("%s run %lld: %.3g s", i ? "," : "", (long long)c->slowest[i].row, c->slowest[i].seconds);
    printf("\n");
}

static void write_costs(struct dp_json *json, const struct dp_status_costs *c)
{
    dp_json_member_number(json, "core_seconds", c->spent);
    dp_json_member_number(json, "core_seconds_left", c->left);
    dp_json_member_number(json, "seconds_left", c->ranks > 0 ? c->left / c->ranks : NAN);
    dp_json_member_whole(json, "ranks", (int64_t)c->ranks);
    dp_json_name(json, "slowest");
    dp_json_open(json, '[');
    for (int i = 0; i < c->slow_count; i++) {
        dp_json_open(json, '{');
        dp_json_member_whole(json, "row", c->slowest[i].row);
        dp_json_member_number(json, "seconds", c->slowest[i].seconds);
        dp_json_close(json, '}');
    }
    dp_json_close(json, ']');
}

static void write_counts(struct dp_json *json, const char *member, const struct dp_store *store,
                         const char *column, const int64_t *count, int most)
{
    dp_json_name(json, member);
    dp_json_open(json, '{');
    for (int i = 0; i < most; i++)
        if (count[i] && dp_store_flag(store, column, i))
            dp_json_member_whole(json, dp_store_flag(store, column, i), count[i]);
    dp_json_close(json, '}');
}

static void write_json(const char *path, const struct dp_store *store, const int64_t tally[static STATUSES],
                       const int64_t stops[static DP_STOPS], int64_t damaged,
                       const struct dp_status_costs *costs)
{
    struct dp_json json = {.out = stdout};
    char holder[DP_LOCK_TEXT];
    bool writes;
    dp_json_open(&json, '{');
    dp_json_member_text(&json, "sweep", dp_store_text(store, "title"));
    dp_json_member_text(&json, "created", dp_store_text(store, "created"));
    dp_json_member_text(&json, "program", dp_store_text(store, "program"));
    dp_json_member_text(&json, "data", dp_store_text(store, "data_files"));
    dp_json_member_whole(&json, "runs", dp_store_runs(store));
    dp_json_member_whole(&json, "left", tally[DP_PENDING] + tally[DP_RUN_FAILED]);
    dp_json_member_text(&json, "lock", dp_lock_holder(path, holder, &writes));
    dp_json_member_truth(&json, "written", writes);
    write_counts(&json, "status", store, "status", tally, STATUSES);
    write_counts(&json, "ended_by", store, "stop_reason", stops, DP_STOPS);
    dp_json_member_whole(&json, "damaged", damaged);
    write_costs(&json, costs);
    struct dp_news news;
    dp_status_write_news(&json, writes && dp_news_read(path, &news) ? &news : NULL);
    dp_json_close(&json, '}');
    putchar('\n');
}

int dp_verb_status(const struct dp_arguments *a)
{
    struct dp_error error = {0};
    struct dp_store *store;
    int64_t tally[STATUSES] = {0}, stops[DP_STOPS] = {0}, damaged = 0;
    if (a->by && a->as_json) {
        dp_fail(&error, DP_BAD_INPUT, "--by prints a table, which --json does not have; keep one of them");
        return dp_report(&error);
    }
    if (a->watch)
        return dp_status_watch(a->words[0], a->as_json);
    struct dp_status_costs costs = {.left = NAN};
    enum dp_status status = dp_store_open(a->words[0], &store, &error);
    if (status != DP_OK)
        return dp_report(&error);
    status = count(store, tally, stops, &damaged, &error);
    if (status == DP_OK && damaged == 0) // rows that differ from their checksums cannot be read
        status =
            dp_status_costs(store, a->words[0], tally[DP_PENDING] + tally[DP_RUN_FAILED] > 0, &costs, &error);
    if (status == DP_OK && a->as_json)
        write_json(a->words[0], store, tally, stops, damaged, &costs);
    else if (status == DP_OK) {
        print(a->words[0], store, tally, stops, damaged);
        print_costs(&costs);
    }
    if (status == DP_OK && !a->as_json && damaged == 0 && tally[DP_DIVERGED] + tally[DP_RUN_FAILED] > 0)
        status = dp_status_troubles(store, tally, &error);
    if (status == DP_OK && a->by) {
        printf("\n");
        status = dp_status_by(store, a->by, &error);
    }
    const enum dp_status closed = dp_store_close(store, &error);
    if (status != DP_OK || closed != DP_OK)
        return dp_report(&error);
    return damaged ? 1 : 0;
}
