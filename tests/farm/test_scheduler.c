// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/scheduler.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
// after its prerequisites
#include <cmocka.h>

/* The scheduler knows no clock, so these tests own one: ranks are numbers, time is a double. */

static uint64_t random_bits(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static double random_unit(uint64_t *state)
{
    return (double)(random_bits(state) >> 11) * 0x1p-53;
}

struct table {
    const double *cost;
};

static struct dp_effort cost_of(int64_t row, void *context)
{
    return (struct dp_effort){((const struct table *)context)->cost[row], 1};
}

static struct dp_scheduler *make(int64_t rows, const bool *done, const double *cost, int ranks)
{
    struct dp_scheduler *s;
    struct dp_error error = {0};
    struct table table = {cost};
    assert_int_equal(dp_scheduler_create(rows, done, cost_of, &table, ranks, .02, &s, &error), DP_OK);
    return s;
}

/* Costs in runs of random length, or changing with every row. */
static void random_costs(double *cost, int64_t rows, uint64_t *state)
{
    const bool blocks = random_bits(state) % 2;
    double now = 1e6;
    for (int64_t i = 0; i < rows; i++) {
        if (!blocks || random_bits(state) % 50 == 0)
            now = pow(10, 3 + 6 * random_unit(state));
        cost[i] = now;
    }
}

static void every_pending_row_is_handed_out_once(void **unused)
{
    (void)unused;
    uint64_t state = 1;
    enum { MOST = 5000 };
    double *cost = malloc(MOST * sizeof *cost);
    bool *done = malloc(MOST);
    int *seen = malloc(MOST * sizeof *seen);
    for (int trial = 0; trial < 200; trial++) {
        const int64_t rows = (int64_t)(random_bits(&state) % MOST);
        const double finished = random_unit(&state) * 1.2; // sometimes all
        random_costs(cost, rows, &state);
        int64_t pending = 0;
        for (int64_t i = 0; i < rows; i++) {
            done[i] = random_unit(&state) < finished;
            pending += !done[i];
            seen[i] = 0;
        }
        struct dp_scheduler *s = make(rows, done, cost, 1 + trial % 9);
        assert_int_equal(dp_scheduler_rows_done(s), rows - pending);
        for (struct dp_chunk chunk; (chunk = dp_scheduler_next(s)).count > 0;) {
            for (int64_t i = chunk.first; i < chunk.first + chunk.count; i++) {
                assert_in_range(i, 0, rows - 1);
                assert_false(done[i]);
                assert_int_equal(seen[i]++, 0);
            }
            dp_scheduler_finished(s, chunk, 1e-9 * cost[chunk.first] * (double)chunk.count, 0);
            pending -= chunk.count;
        }
        assert_int_equal(pending, 0);
        assert_int_equal(dp_scheduler_rows_done(s), rows);
        assert_int_equal(dp_scheduler_next(s).count, 0);
        assert_false(dp_scheduler_prefetches(s, (struct dp_chunk){0}));
        assert_true(dp_scheduler_work_left(s) == 0);
        dp_scheduler_free(s);
    }
    free(cost);
    free(done);
    free(seen);
}

/* A job on a virtual clock: 12 widths from 50 to 10^6, about 20 runs a rank, 2 ns a neuron and step. */
struct job {
    int ranks;
    double spread; // of the ranks' speeds, relative
    double error;  // of the cost model, relative
    uint64_t seed;
};

enum { MOST_RANKS = 512, WIDTHS = 12, RUNS_A_RANK = 20 };

// About normal with mean 0 and variance 1 (Irwin-Hall).
static double random_normal(uint64_t *state)
{
    double sum = -6;
    for (int k = 0; k < 12; k++)
        sum += random_unit(state);
    return sum;
}

struct clock_rank {
    double speed, free_at, seconds;
    struct dp_chunk now, next;
    bool prefetched;
};

static double seconds_of(const double *true_time, struct dp_chunk chunk, double speed)
{
    double sum = 0;
    for (int64_t i = 0; i < chunk.count; i++)
        sum += true_time[chunk.first + i];
    return sum / speed;
}

// The rank is free: it reports, takes its next chunk, and asks for another one ahead if it is told to.
static bool turn(struct dp_scheduler *s, struct clock_rank *rank, const double *true_time)
{
    if (rank->now.count)
        dp_scheduler_finished(s, rank->now, rank->seconds, 0);
    rank->now = rank->prefetched ? rank->next : dp_scheduler_next(s);
    rank->prefetched = dp_scheduler_prefetches(s, rank->now);
    if (rank->prefetched)
        rank->next = dp_scheduler_next(s);
    rank->seconds = seconds_of(true_time, rank->now, rank->speed);
    rank->free_at += rank->seconds;
    return rank->now.count > 0;
}

/* Returns the ideal time over the makespan, the ideal being the true work shared evenly, or the longest run
 * if that is more. */
static double efficiency(struct job job)
{
    const int64_t rows = (int64_t)job.ranks * RUNS_A_RANK;
    double *cost = malloc((size_t)rows * sizeof *cost), *true_time = malloc((size_t)rows * sizeof *cost);
    struct clock_rank *ranks = calloc((size_t)job.ranks, sizeof *ranks);
    double work = 0, longest = 0, makespan = 0;
    for (int64_t i = 0; i < rows; i++) {
        cost[i] = 500 * 50 * pow(20000, (double)(i * WIDTHS / rows) / (WIDTHS - 1));
        true_time[i] = cost[i] * 2e-9 * fmax(.1, 1 + job.error * random_normal(&job.seed));
    }
    for (int i = 0; i < job.ranks; i++)
        ranks[i].speed = fmax(.2, 1 + job.spread * random_normal(&job.seed));
    struct dp_scheduler *s = make(rows, NULL, cost, job.ranks);
    for (bool more = true; more;) {
        int next = 0;
        for (int i = 1; i < job.ranks; i++)
            next = ranks[i].free_at < ranks[next].free_at ? i : next;
        more = turn(s, &ranks[next], true_time);
        work += ranks[next].seconds;
        if (ranks[next].now.count == 1)
            longest = fmax(longest, ranks[next].seconds);
        makespan = fmax(makespan, ranks[next].free_at);
    }
    dp_scheduler_free(s);
    free(cost);
    free(true_time);
    free(ranks);
    return fmax(work / job.ranks, longest) / makespan;
}

static double median_efficiency(struct job job)
{
    enum { TRIALS = 5 };
    double values[TRIALS];
    for (int i = 0; i < TRIALS; i++) {
        job.seed = (uint64_t)i + 1;
        const double value = efficiency(job);
        int at = i;
        for (; at > 0 && values[at - 1] > value; at--)
            values[at] = values[at - 1];
        values[at] = value;
    }
    return values[TRIALS / 2];
}

// Biggest first keeps .99 of ideal on sweeps over widths, with costs that are known, and .97 with 30 % error.
static void ranks_end_together_on_a_width_sweep(void **unused)
{
    (void)unused;
    for (int ranks = 2; ranks <= MOST_RANKS; ranks *= 4) {
        assert_true(median_efficiency((struct job){.ranks = ranks}) >= .99);
        assert_true(median_efficiency((struct job){.ranks = ranks, .error = .3}) >= .97);
    }
}

// Ranks of different speeds: no rank holds rows back that a faster one could train.
static void fast_ranks_take_from_slow_ones(void **unused)
{
    (void)unused;
    for (int ranks = 8; ranks <= MOST_RANKS; ranks *= 8) {
        assert_true(median_efficiency((struct job){.ranks = ranks, .spread = .2}) >= .97);
        assert_true(median_efficiency((struct job){.ranks = ranks, .spread = .5}) >= .85);
    }
}

static void chunks_hold_the_grain_and_shrink_in_the_tail(void **unused)
{
    (void)unused;
    enum { ROWS = 100000, RANKS = 8 };
    double *cost = malloc(ROWS * sizeof *cost);
    for (int i = 0; i < ROWS; i++)
        cost[i] = 1e5;
    struct dp_scheduler *s = make(ROWS, NULL, cost, RANKS);
    const double each = 1e-4; // seconds a run
    struct dp_chunk chunk = dp_scheduler_next(s);
    assert_int_equal(chunk.count, 1); // nothing is known yet
    dp_scheduler_finished(s, chunk, each, 0);
    chunk = dp_scheduler_next(s);
    assert_in_range(chunk.count, 199, 200); // .02 s
    assert_true(dp_scheduler_prefetches(s, chunk));
    int64_t left = ROWS - 1, before = chunk.count;
    bool tail = false;
    for (; chunk.count > 0; chunk = dp_scheduler_next(s)) {
        assert_true(chunk.count <= before + 1); // the rate is a mean: rounding
        assert_true(chunk.count == 1 || (double)chunk.count <= (double)left / (2 * RANKS) + 1e-6);
        dp_scheduler_finished(s, chunk, each * (double)chunk.count, 0);
        left -= chunk.count;
        before = chunk.count;
        assert_true(!dp_scheduler_prefetches(s, chunk) || !tail); // once in the tail, always
        tail = !dp_scheduler_prefetches(s, chunk);
        if (left < 2 * RANKS * 190 || left > 2 * RANKS * 210)
            assert_int_equal(tail, left < 2 * RANKS * 200);
    }
    assert_int_equal(before, 1);
    assert_int_equal(left, 0);
    dp_scheduler_free(s);
    free(cost);
}

static void biggest_runs_go_first_and_equal_ones_in_row_order(void **unused)
{
    (void)unused;
    static const double cost[] = {10, 10, 500, 500, 10, 90};
    static const int64_t expected[] = {2, 3, 5, 0, 1, 4};
    struct dp_scheduler *s = make(6, NULL, cost, 1);
    for (int i = 0; i < 6; i++) {
        const struct dp_chunk chunk = dp_scheduler_next(s);
        assert_int_equal(chunk.first, expected[i]);
        assert_int_equal(chunk.count, 1);
    }
    dp_scheduler_free(s);
}

// One suspended rank, a thousand times too slow, must not turn chunks into single runs.
static void an_outlier_hardly_moves_the_rate(void **unused)
{
    (void)unused;
    enum { ROWS = 1000000 };
    double *cost = malloc(ROWS * sizeof *cost);
    for (int i = 0; i < ROWS; i++)
        cost[i] = 1e5;
    struct dp_scheduler *s = make(ROWS, NULL, cost, 4);
    for (int i = 0; i < 100; i++) {
        const struct dp_chunk chunk = dp_scheduler_next(s);
        dp_scheduler_finished(s, chunk, 1e-4 * (double)chunk.count * (i == 60 ? 1000 : 1), 0);
        if (i > 10)
            assert_in_range(dp_scheduler_next(s).count, 150, 201);
    }
    dp_scheduler_free(s);
    free(cost);
}

// A sync of 10 ms a chunk must not cost more than a tenth of the time, neither on the way nor in the tail.
static void overhead_stays_a_small_part(void **unused)
{
    (void)unused;
    enum { ROWS = 100000 };
    double *cost = malloc(ROWS * sizeof *cost);
    for (int i = 0; i < ROWS; i++)
        cost[i] = 1e5;
    struct dp_scheduler *s = make(ROWS, NULL, cost, 2);
    double training = 0, overhead = 0;
    for (struct dp_chunk chunk; (chunk = dp_scheduler_next(s)).count > 0;) {
        dp_scheduler_finished(s, chunk, 1e-4 * (double)chunk.count, .01);
        training += 1e-4 * (double)chunk.count;
        overhead += .01;
    }
    assert_true(overhead < .1 * training);
    dp_scheduler_free(s);
    free(cost);
}

// Costs that change with every row must not make a chunk of every row.
static void alternating_costs_still_make_chunks(void **unused)
{
    (void)unused;
    enum { ROWS = 1000000 };
    double *cost = malloc(ROWS * sizeof *cost);
    for (int i = 0; i < ROWS; i++)
        cost[i] = i % 2 ? 1e4 : 1e6;
    struct dp_scheduler *s = make(ROWS, NULL, cost, 4);
    int64_t chunks = 0, rows = 0;
    for (struct dp_chunk chunk; (chunk = dp_scheduler_next(s)).count > 0; chunks++) {
        rows += chunk.count;
        dp_scheduler_finished(s, chunk, 5e-5 * (double)chunk.count, 0);
    }
    assert_int_equal(rows, ROWS);
    assert_true(chunks < ROWS / 100);
    dp_scheduler_free(s);
    free(cost);
}

static double three_widths(int64_t row)
{
    return row < 400000000 ? 1e3 : row < 900000000 ? 1e4 : 1e5;
}

static struct dp_effort three_efforts(int64_t row, void *context)
{
    (void)context;
    return (struct dp_effort){three_widths(row), 1};
}

static void a_billion_rows_fit(void **unused)
{
    (void)unused;
    struct dp_scheduler *s;
    struct dp_error error = {0};
    assert_int_equal(dp_scheduler_create(1000000000, NULL, three_efforts, NULL, 1000, .02, &s, &error),
                     DP_OK);
    int64_t rows = 0, chunks = 0;
    for (struct dp_chunk chunk; (chunk = dp_scheduler_next(s)).count > 0; chunks++) {
        if (rows == 0)
            assert_int_equal(chunk.first, 900000000);
        rows += chunk.count;
        dp_scheduler_finished(s, chunk, 1e-9 * three_widths(chunk.first) * (double)chunk.count, 0);
    }
    assert_int_equal(rows, 1000000000);
    assert_true(chunks < 2000000);
    dp_scheduler_free(s);
}

static struct dp_effort sixteen_together(int64_t row, void *context)
{
    (void)row;
    (void)context;
    return (struct dp_effort){1e12, 16};
}

// Runs that train sixteen at a time go out in sixteens, however long they take, until ranks would stand idle
// for it.
static void small_networks_go_out_in_company(void **unused)
{
    (void)unused;
    struct dp_scheduler *s;
    assert_int_equal(dp_scheduler_create(160, NULL, sixteen_together, NULL, 4, .02, &s, NULL), DP_OK);
    int64_t rows = 0;
    for (struct dp_chunk chunk; (chunk = dp_scheduler_next(s)).count > 0;) {
        if (rows < 96)
            assert_int_equal(chunk.count, 16);
        else
            assert_in_range(chunk.count, 1, 16);
        rows += chunk.count;
        dp_scheduler_finished(s, chunk, 100, 0);
    }
    assert_int_equal(rows, 160);
    dp_scheduler_free(s);
}

// Three lengths of runs, 1 s, .1 s and .01 s, and the end of the job in sight.
static void nothing_is_handed_out_that_would_not_finish_in_time(void **unused)
{
    (void)unused;
    static const double cost[] = {1e9, 1e9, 1e9, 1e9, 1e8, 1e8, 1e8, 1e8, 1e7, 1e7, 1e7, 1e7};
    const double budget[] = {10, .5};
    for (int i = 0; i < 2; i++) {
        struct dp_scheduler *s = make(12, NULL, cost, 1);
        dp_scheduler_limit(s, .001, budget[i]); // nobody knows yet how long a run takes
        const struct dp_chunk first = dp_scheduler_next(s);
        assert_int_equal(first.first, 0);
        assert_int_equal(first.count, 1);
        dp_scheduler_finished(s, first, 1, 0);
        dp_scheduler_limit(s, .5, budget[i]);
        // a run of a second would never have its turn in jobs of half a second: it is given, and leaves a
        // checkpoint
        assert_int_equal(dp_scheduler_next(s).first, i == 0 ? 4 : 1);
        dp_scheduler_limit(s, i == 0 ? .05 : 1.5, 10);
        const struct dp_chunk next = dp_scheduler_next(s);
        assert_int_equal(next.first, i == 0 ? 8 : 2);
        assert_true((double)next.count * cost[next.first] * 1e-9 <= (i == 0 ? .05 : 1.5));
        dp_scheduler_limit(s, 0, budget[i]);
        assert_int_equal(dp_scheduler_next(s).count, 0);
        dp_scheduler_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pending_row_is_handed_out_once),
        cmocka_unit_test(ranks_end_together_on_a_width_sweep),
        cmocka_unit_test(fast_ranks_take_from_slow_ones),
        cmocka_unit_test(chunks_hold_the_grain_and_shrink_in_the_tail),
        cmocka_unit_test(biggest_runs_go_first_and_equal_ones_in_row_order),
        cmocka_unit_test(an_outlier_hardly_moves_the_rate),
        cmocka_unit_test(overhead_stays_a_small_part),
        cmocka_unit_test(alternating_costs_still_make_chunks),
        cmocka_unit_test(a_billion_rows_fit),
        cmocka_unit_test(small_networks_go_out_in_company),
        cmocka_unit_test(nothing_is_handed_out_that_would_not_finish_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
