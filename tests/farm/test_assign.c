// SPDX-License-Identifier: BSD-3-Clause
#include "farm/dispatch/assign.h"
#include "farm/job/stop.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// after its prerequisites
#include <cmocka.h>

/* Rank 0's decisions about other ranks, on the test's own clock. */

enum { RANKS = 4, ROWS = 40 };

struct scene {
    struct dp_farm_options options;
    struct dp_job job;
    struct dp_assignments assignments;
    char hosts[RANKS][MPI_MAX_PROCESSOR_NAME];
    double began;
    int words; // where stderr goes
    int before;
};

static struct dp_effort one_second(int64_t row, void *context)
{
    (void)row;
    (void)context;
    return (struct dp_effort){.operations = 1e9, .together = 1};
}

static void begin(struct scene *s)
{
    struct dp_error error = {0};
    memset(s, 0, sizeof *s);
    s->options = (struct dp_farm_options){.grace = 20, .checkpoint = 60, .max_failures = 2};
    s->job =
        (struct dp_job){.options = &s->options, .ranks = RANKS, .deadline = INFINITY, .stop_time = INFINITY};
    for (int i = 0; i < RANKS; i++)
        snprintf(s->hosts[i], sizeof s->hosts[i], "node%d", i);
    s->job.host_names = &s->hosts[0][0];
    static const char sweep[] = "model: {width: 1000}\n"
                                "train: {method: gd, learning_rate: 0.1, max_steps: 500}\n"
                                "axes: {seed: {repeat: 40}}\n";
    assert_int_equal(dp_sweep_parse("sweep", sweep, strlen(sweep), NULL, 0, &s->job.sweep, &error), DP_OK);
    assert_int_equal(s->job.sweep.runs, ROWS);
    assert_int_equal(dp_scheduler_create(ROWS, NULL, one_second, NULL,
                                         &(struct dp_scheduler_options){.ranks = RANKS, .grain = .02},
                                         &s->job.scheduler, &error),
                     DP_OK);
    s->began = dp_job_clock();
    assert_int_equal(dp_assignments_open(&s->assignments, &s->job, &error), DP_OK);
    char name[] = "/tmp/dewpoint-words-XXXXXX";
    s->words = mkstemp(name);
    assert_true(s->words >= 0);
    unlink(name);
    fflush(stderr);
    s->before = dup(STDERR_FILENO);
    dup2(s->words, STDERR_FILENO);
}

/* What was said since the last call. */
static const char *words(struct scene *s)
{
    static char text[4096];
    fflush(stderr);
    const ssize_t length = pread(s->words, text, sizeof text - 1, 0);
    text[length > 0 ? length : 0] = '\0';
    assert_int_equal(ftruncate(s->words, 0), 0);
    lseek(s->words, 0, SEEK_SET);
    return text;
}

static void end(struct scene *s)
{
    fflush(stderr);
    dup2(s->before, STDERR_FILENO);
    close(s->before);
    close(s->words);
    dp_assignments_close(&s->assignments);
    dp_scheduler_free(s->job.scheduler);
    dp_sweep_free(&s->job.sweep);
}

/* Every rank but `silent` says something every second, from second `from` to second `to`. */
static bool watch(struct scene *s, int silent, double from, double to)
{
    static const struct dp_report nothing;
    bool going = true;
    for (double now = s->began + from; now < s->began + to && going; now += 1) {
        for (int i = 1; i < RANKS; i++)
            if (i != silent)
                dp_assignments_report(&s->assignments, i, &nothing, now);
        going = dp_assignments_watch(&s->assignments, now);
    }
    return going;
}

static void a_rank_that_is_silent_for_two_minutes_is_named_once(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    const struct dp_task task = dp_assignments_next(&s.assignments, 2, s.began);
    char run[32];
    snprintf(run, sizeof run, "given runs %lld", (long long)task.chunk.first);
    assert_true(watch(&s, 2, 0, 119));
    assert_string_equal(words(&s), "");
    assert_true(watch(&s, 2, 119, 130));
    const char *const said = words(&s);
    assert_non_null(strstr(said, "rank 2 on node2 has not answered for 12"));
    assert_non_null(strstr(said, run));
    assert_null(strstr(strstr(said, "rank 2") + 1, "rank"));
    assert_true(watch(&s, 2, 130, 400));
    assert_string_equal(words(&s), "");
    end(&s);
}

// A machine that was suspended: then every clock jumps, and nobody is to blame.
static void a_pause_of_rank_0_itself_names_nobody(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    for (int i = 1; i < RANKS; i++)
        dp_assignments_next(&s.assignments, i, s.began);
    assert_true(watch(&s, 2, 0, 60));
    assert_true(dp_assignments_watch(&s.assignments, s.began + 4000));
    assert_string_equal(words(&s), "");
    end(&s);
}

/* Rank 1 trains a long run, rank 2 says nothing after its task, rank 3 works. */
static void the_news_name_long_runs_and_silent_ranks(void **state)
{
    (void)state;
    struct scene s;
    struct dp_news news, back;
    begin(&s);
    const struct dp_task silent = dp_assignments_next(&s.assignments, 2, s.began);
    assert_false(dp_assignments_news(&s.assignments, s.began + 1, &news));
    assert_true(watch(&s, 2, 0, 38));
    dp_assignments_see(&s.assignments, 1,
                       &(struct dp_in_training){.row = 7, .seconds = 31, .steps = 1200, .loss = .25},
                       s.began + 38);
    dp_assignments_see(&s.assignments, 3,
                       &(struct dp_in_training){.row = 9, .seconds = 33, .steps = 50, .loss = 2},
                       s.began + 38);
    assert_true(dp_assignments_news(&s.assignments, s.began + 40, &news));
    assert_false(dp_assignments_news(&s.assignments, s.began + 44, &news));
    assert_int_equal(news.ranks, RANKS);
    assert_int_equal(news.longest_listed, 2);
    assert_int_equal(news.longest[0].first, 9);
    assert_int_equal(news.longest[1].first, 7);
    assert_true(fabs(news.longest[1].seconds - 33) < 1e-6);
    assert_true(fabs(news.efficiency - (33 + 35) / (40. * RANKS)) < 1e-6);
    // the oldest run took 33 s for a tenth of its steps; so will all 40 on 4 ranks, but 35 s have passed
    assert_true(fabs(news.left / (40. * 330 / RANKS - 35) - 1) < .01);
    assert_int_equal(news.silent_count, 1);
    assert_int_equal(news.silent[0].rank, 2);
    assert_true(fabs(news.silent[0].seconds - 40) < 1e-6);
    assert_int_equal(news.silent[0].first, silent.chunk.first);
    assert_string_equal(news.silent[0].host, "node2");

    char folder[] = "/tmp/dewpoint-news-XXXXXX", store[64];
    assert_non_null(mkdtemp(folder));
    snprintf(store, sizeof store, "%s/s.h5", folder);
    assert_false(dp_news_read(store, &back));
    dp_news_write(store, &news);
    assert_true(dp_news_read(store, &back));
    assert_int_equal(back.longest_listed, 2);
    assert_int_equal(back.longest[0].first, 9);
    assert_true(fabs(back.longest[1].loss - .25) < 1e-9);
    assert_string_equal(back.silent[0].host, "node2");
    assert_int_equal(back.silent[0].count, silent.chunk.count);
    dp_news_remove(store);
    assert_int_equal(rmdir(folder), 0);
    end(&s);
}

static void a_job_that_stops_says_what_it_waits_for_and_does_not_wait_for_ever(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    const struct dp_task task = dp_assignments_next(&s.assignments, 3, s.began);
    assert_true(watch(&s, 3, 0, 10));
    atomic_store(&s.job.stop, 15);
    assert_true(watch(&s, 3, 10, 12));
    char run[64];
    snprintf(run, sizeof run, "on 1 rank, such as run %lld: they have 20 s", (long long)task.chunk.first);
    const char *said = words(&s);
    assert_non_null(strstr(said, "stopped by SIGTERM"));
    assert_non_null(strstr(said, run));
    assert_non_null(strstr(said, "a second Ctrl-C or signal does not wait"));
    assert_int_equal(dp_assignments_next(&s.assignments, 1, s.began + 12).chunk.count, 0);
    assert_true(watch(&s, 3, 12, 49)); // the grace and twenty seconds
    assert_false(watch(&s, 3, 49, 60));
    said = words(&s);
    assert_non_null(strstr(said, "rank 3 on node3 has not answered for"));
    assert_non_null(strstr(said, "the job ends without it"));
    end(&s);
}

static void a_row_that_failed_goes_to_another_rank_and_then_to_the_record(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    const struct dp_task first = dp_assignments_next(&s.assignments, 1, s.began);
    assert_int_equal(first.attempt, DP_FIRST_ATTEMPT);
    struct dp_report report = {.failed = {first.chunk.first, 1}};
    dp_assignments_report(&s.assignments, 1, &report, s.began);
    assert_int_not_equal(dp_assignments_next(&s.assignments, 1, s.began).chunk.first, first.chunk.first);
    const struct dp_task again = dp_assignments_next(&s.assignments, 2, s.began);
    assert_int_equal(again.chunk.first, first.chunk.first);
    assert_int_equal(again.attempt, DP_SECOND_ATTEMPT);
    // more failures than are allowed
    report = (struct dp_report){.tally[DP_RUN_FAILED] = 2};
    dp_assignments_report(&s.assignments, 2, &report, s.began);
    assert_int_equal(dp_stop_reason(&s.job), 0);
    report.tally[DP_RUN_FAILED] = 1;
    dp_assignments_report(&s.assignments, 3, &report, s.began);
    assert_int_equal(dp_stop_reason(&s.job), DP_TOO_MANY_FAILURES);
    assert_int_equal(dp_assignments_next(&s.assignments, 2, s.began).chunk.count, 0);
    end(&s);
}

static void progress_is_rounded_but_100_percent_only_at_the_end(void **state)
{
    (void)state;
    assert_true(fabs(dp_percent_done(64, 96, .1) - 66.7) < 1e-9);
    assert_true(fabs(dp_percent_done(99999, 100000, .1) - 99.9) < 1e-9);
    assert_true(dp_percent_done(199, 200, 1) == 99 && dp_percent_done(200, 200, 1) == 100);
}

// Training that a stop cut short is no tail, although no row was finished: the shares of a job add up to 1.
static void time_in_unfinished_rows_is_no_tail(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    dp_assignments_next(&s.assignments, 1, s.began);
    dp_assignments_report(&s.assignments, 1, &(struct dp_report){.seconds = 10}, s.assignments.began + 10);
    end(&s);
    assert_true(fabs(RANKS * s.job.spent.makespan - s.job.spent.training - s.job.spent.tail) < 1e-6);
}

static void a_row_that_crashed_twice_is_not_tried_again(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    struct dp_suspect suspects[] = {{7, 1}, {9, 2}};
    struct dp_error error = {0};
    s.job.suspects = suspects;
    s.job.suspect_count = 2;
    dp_assignments_close(&s.assignments);
    assert_int_equal(dp_assignments_open(&s.assignments, &s.job, &error), DP_OK);
    int64_t attempt[ROWS] = {0};
    for (int i = 0; i < 2; i++) {
        const struct dp_task task = dp_assignments_next(&s.assignments, i, s.began);
        assert_int_equal(task.chunk.count, 1);
        attempt[task.chunk.first] = task.attempt;
    }
    assert_int_equal(attempt[7], DP_SECOND_ATTEMPT);
    assert_int_equal(attempt[9], DP_NO_ATTEMPT);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rank_that_is_silent_for_two_minutes_is_named_once),
        cmocka_unit_test(the_news_name_long_runs_and_silent_ranks),
        cmocka_unit_test(a_pause_of_rank_0_itself_names_nobody),
        cmocka_unit_test(a_job_that_stops_says_what_it_waits_for_and_does_not_wait_for_ever),
        cmocka_unit_test(a_row_that_failed_goes_to_another_rank_and_then_to_the_record),
        cmocka_unit_test(progress_is_rounded_but_100_percent_only_at_the_end),
        cmocka_unit_test(time_in_unfinished_rows_is_no_tail),
        cmocka_unit_test(a_row_that_crashed_twice_is_not_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
