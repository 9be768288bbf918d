// SPDX-License-Identifier: BSD-3-Clause
#include "verbs/status/status.h"
#include "dewpoint/files/json.h"
#include "verbs/verbs.h"
#include <glob.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW = 1 << 16, STATUSES = 5, MOST_LISTED = 10 };

/* What is told of a store. */
struct told {
    const char *path;
    const struct dp_store *store;
    int64_t tally[STATUSES], stops[DP_STOPS], unsure, damaged;
    char holder[DP_LOCK_TEXT]; // of the lock; "" for none
    bool writes;               // it is a job
    bool speaks;               // and the job says in news where it stands
    struct dp_news news;
    struct dp_status_costs costs;
};

static int64_t left(const struct told *t)
{
    return t->tally[DP_PENDING] + t->tally[DP_RUN_FAILED];
}

static enum dp_status count(struct told *t, struct dp_error *error)
{
    struct dp_end *window = malloc(WINDOW * sizeof *window);
    enum dp_status status = DP_OK;
    if (!window)
        return dp_fail(error, DP_NO_MEMORY, "no memory to read %d rows", WINDOW);
    const int64_t runs = dp_store_runs(t->store);
    for (int64_t first = 0; status == DP_OK && first < runs; first += WINDOW) {
        const int64_t rows = runs - first < WINDOW ? runs - first : WINDOW;
        status = dp_store_ends(t->store, first, rows, window, &t->damaged, error);
        for (int64_t i = 0; status == DP_OK && i < rows; i++) {
            t->tally[window[i].status]++;
            t->stops[window[i].stop]++;
            t->unsure += window[i].unsure;
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

static void print(const struct told *t)
{
    const int64_t runs = dp_store_runs(t->store), to_do = left(t);
    printf("sweep    %s\ncreated  %s by %s\n", dp_store_text(t->store, "title"),
           dp_store_text(t->store, "created"), dp_store_text(t->store, "program"));
    dp_print_lines(stdout, "data     ", dp_store_text(t->store, "data_files"));
    printf("runs     %lld of %lld (%.1f%%)\n", (long long)(runs - to_do), (long long)runs,
           dp_percent_done(runs - to_do, runs, .1));
    for (int i = 0; i < STATUSES; i++) {
        const char *meaning = dp_store_flag(t->store, "status", i);
        if (t->tally[i])
            printf("  %-10s %lld\n", meaning ? meaning : "?", (long long)t->tally[i]);
    }
    char text[512];
    if (t->holder[0])
        printf("lock     %s\n", t->holder);
    if (dp_stops_text(t->stops, text, sizeof text)[0])
        printf("ended by %s\n", text);
    if (t->unsure)
        printf("unsure   %s\n", dp_unsure_text(t->unsure, text));
    if (t->damaged)
        printf("damaged  %s, counted as pending\n", dp_damage_text(t->damaged, text));
    if (t->speaks)
        dp_status_print_news(&t->news);
    else if (to_do && t->writes)
        print_job(t->path);
    else if (to_do)
        printf("`dewpoint run SWEEP -o %s` with the same sweep file trains the other %lld\n", t->path,
               (long long)to_do);
}

/* The job itself knows better when it will be done. */
static void print_costs(const struct dp_status_costs *c, bool job_speaks)
{
    if (c->slow_count == 0)
        return;
    printf("trained  %.3g core-hours on %.0f rank%s", c->spent / 3600, c->ranks, c->ranks == 1 ? "" : "s");
    if (c->left > 0)
        printf("; about %.3g core-hours are left", c->left / 3600);
    if (c->left > 0 && !job_speaks)
        printf(", %.3g s on so many ranks", c->left / c->ranks);
    printf("\nslowest ");
    for (int i = 0; i < c->slow_count; i++)
        printf("%s run %lld: %.3g s", i ? "," : "", (long long)c->slowest[i].row, c->slowest[i].seconds);
    printf("\n");
}

static void write_costs(struct dp_json *json, const struct dp_status_costs *c, const struct dp_news *news)
{
    dp_json_member_number(json, "core_seconds", c->spent);
    dp_json_member_number(json, "core_seconds_left", c->left);
    dp_json_member_number(json, "seconds_left", news ? news->left : c->ranks > 0 ? c->left / c->ranks : NAN);
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

static void write_json(const struct told *t)
{
    struct dp_json json = {.out = stdout};
    dp_json_open(&json, '{');
    dp_json_member_text(&json, "sweep", dp_store_text(t->store, "title"));
    dp_json_member_text(&json, "created", dp_store_text(t->store, "created"));
    dp_json_member_text(&json, "program", dp_store_text(t->store, "program"));
    dp_json_member_lines(&json, "data", dp_store_text(t->store, "data_files"));
    dp_json_member_whole(&json, "runs", dp_store_runs(t->store));
    dp_json_member_whole(&json, "left", left(t));
    dp_json_member_text(&json, "lock", t->holder);
    dp_json_member_truth(&json, "written", t->writes);
    write_counts(&json, "status", t->store, "status", t->tally, STATUSES);
    write_counts(&json, "ended_by", t->store, "stop_reason", t->stops, DP_STOPS);
    dp_json_member_whole(&json, "unsure", t->unsure);
    dp_json_member_whole(&json, "damaged", t->damaged);
    write_costs(&json, &t->costs, t->speaks ? &t->news : NULL);
    dp_status_write_news(&json, t->speaks ? &t->news : NULL);
    dp_json_close(&json, '}');
    putchar('\n');
}

/* The lock before the news, which a job removes before its lock. */
static enum dp_status look(struct told *t, struct dp_error *error)
{
    DP_TRY(count(t, error));
    dp_lock_holder(t->path, t->holder, &t->writes);
    t->speaks = left(t) && t->writes && dp_news_read(t->path, &t->news);
    if (t->damaged > 0) // rows that differ from their checksums cannot be read
        return DP_OK;
    DP_TRY(dp_status_costs(t->store, t->path, left(t) > 0, &t->costs, error));
    if (t->speaks && isnan(t->news.left)) // the last runs take longer than expected
        t->costs.left = NAN;
    return DP_OK;
}

static enum dp_status print_all(const struct told *t, const char *by, struct dp_error *error)
{
    print(t);
    print_costs(&t->costs, t->speaks);
    if (t->damaged == 0 && t->tally[DP_DIVERGED] + t->tally[DP_RUN_FAILED] > 0)
        DP_TRY(dp_status_troubles(t->store, t->tally, error));
    if (!by)
        return DP_OK;
    printf("\n");
    return dp_status_by(t->store, by, error);
}

int dp_verb_status(const struct dp_arguments *a)
{
    struct dp_error error = {0};
    struct dp_store *store;
    if (a->by && a->as_json) {
        dp_fail(&error, DP_BAD_INPUT, "--by prints a table, which --json does not have; keep one of them");
        return dp_report(&error);
    }
    if (a->watch)
        return dp_status_watch(a->words[0], a->as_json);
    enum dp_status status = dp_store_open(a->words[0], &store, &error);
    if (status != DP_OK)
        return dp_report(&error);
    struct told told = {.path = a->words[0], .store = store, .costs.left = NAN};
    if (a->by)
        status = dp_status_by_check(store, a->by, &error);
    if (status == DP_OK)
        status = look(&told, &error);
    if (status == DP_OK && a->as_json)
        write_json(&told);
    else if (status == DP_OK)
        status = print_all(&told, a->by, &error);
    const enum dp_status closed = dp_store_close(store, &error);
    if (status != DP_OK || closed != DP_OK)
        return dp_report(&error);
    return told.damaged ? 1 : 0;
}
