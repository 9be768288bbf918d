// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm/simulation.h"
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
    return (struct dp_effort){.operations = ((const struct table *)context)->cost[row], .together = 1};
}

static struct dp_scheduler *make(int64_t rows, const bool *done, const double *cost, int ranks)
{
    struct dp_scheduler *s;
    struct dp_error error = {0};
    struct table table = {cost};
    assert_int_equal(dp_scheduler_create(rows, done, cost_of, &table,
                                         &(struct dp_scheduler_options){.ranks = ranks, .grain = .02}, &s,
                                         &error),
                     DP_OK);
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
        for (struct dp_chunk chunk; (chunk = dp_scheduler_next(s, 0)).count > 0;) {
            for (int64_t i = chunk.first; i < chunk.first + chunk.count; i++) {
                assert_in_range(i, 0, rows - 1);
                assert_false(done[i]);
                assert_int_equal(seen[i]++, 0);
            }
            dp_scheduler_finished(
                s, 0, &(struct dp_finished){chunk, 1e-9 * cost[chunk.first] * (double)chunk.count, 0, 0});
            pending -= chunk.count;
        }
        assert_int_equal(pending, 0);
        assert_int_equal(dp_scheduler_rows_done(s), rows);
        assert_int_equal(dp_scheduler_next(s, 0).count, 0);
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

static double true_seconds(int64_t first, int64_t count, double *evaluations, void *context)
{
    const double *const seconds = context;
    double sum = 0;
    (void)evaluations;
    for (int64_t i = first; i < first + count; i++)
        sum += seconds[i];
    return sum;
}

// Of a job without any costs but the ranks' time.
static double efficiency(struct job job)
{
    const int64_t rows = (int64_t)job.ranks * RUNS_A_RANK;
    double *cost = malloc((size_t)rows * sizeof *cost), *true_time = malloc((size_t)rows * sizeof *cost);
    double *speeds = malloc((size_t)job.ranks * sizeof *speeds);
    for (int64_t i = 0; i < rows; i++) {
        cost[i] = 500 * 50 * pow(20000, (double)(i * WIDTHS / rows) / (WIDTHS - 1));
        true_time[i] = cost[i] * 2e-9 * fmax(.1, 1 + job.error * random_normal(&job.seed));
    }
    for (int i = 0; i < job.ranks; i++)
        speeds[i] = fmax(.2, 1 + job.spread * random_normal(&job.seed));
    struct dp_scheduler *s = make(rows, NULL, cost, job.ranks);
    struct dp_simulated result;
    assert_int_equal(dp_simulate(&(struct dp_simulation){.ranks = job.ranks,
                                                         .speeds = speeds,
                                                         .train = true_seconds,
                                                         .context = true_time},
                                 s, &result, NULL),
                     DP_OK);
    assert_int_equal(result.rows, rows);
    dp_scheduler_free(s);
    free(cost);
    free(true_time);
    free(speeds);
    return dp_simulated_efficiency(&result, job.ranks);
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
    for (int ranks = 2; ranks <= MOST_RANKS; ranks *= 2) {
        assert_true(median_efficiency((struct job){.ranks = ranks}) >= .99);
        assert_true(median_efficiency((struct job){.ranks = ranks, .error = .3}) >= .97);
    }
}

// Ranks of different speeds: no rank holds rows back that a faster one could train.
static void fast_ranks_take_from_slow_ones(void **unused)
{
    (void)unused;
    for (int ranks = 2; ranks <= MOST_RANKS; ranks *= 4) {
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
    struct dp_chunk chunk = dp_scheduler_next(s, 0);
    assert_int_equal(chunk.count, 1); // nothing is known yet
    dp_scheduler_finished(s, 0, &(struct dp_finished){chunk, each, 0, 0});
    chunk = dp_scheduler_next(s, 0);
    assert_in_range(chunk.count, 199, 200); // .02 s
    assert_true(dp_scheduler_prefetches(s, chunk));
    int64_t left = ROWS - 1, before = chunk.count;
    bool tail = false;
    for (; chunk.count > 0; chunk = dp_scheduler_next(s, 0)) {
        assert_true(chunk.count <= before + 1); // the rate is a mean: rounding
        assert_true(chunk.count == 1 || (double)chunk.count <= (double)left / (2 * RANKS) + 1e-6);
        dp_scheduler_finished(s, 0, &(struct dp_finished){chunk, each * (double)chunk.count, 0, 0});
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
        const struct dp_chunk chunk = dp_scheduler_next(s, 0);
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
        const struct dp_chunk chunk = dp_scheduler_next(s, 0);
        dp_scheduler_finished(
            s, 0, &(struct dp_finished){chunk, 1e-4 * (double)chunk.count * (i == 60 ? 1000 : 1), 0, 0});
        if (i > 10)
            assert_in_range(dp_scheduler_next(s, 0).count, 150, 201);
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
    for (struct dp_chunk chunk; (chunk = dp_scheduler_next(s, 0)).count > 0;) {
        dp_scheduler_finished(s, 0, &(struct dp_finished){chunk, 1e-4 * (double)chunk.count, .01, 0});
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
    for (struct dp_chunk chunk; (chunk = dp_scheduler_next(s, 0)).count > 0; chunks++) {
        rows += chunk.count;
        dp_scheduler_finished(s, 0, &(struct dp_finished){chunk, 5e-5 * (double)chunk.count, 0, 0});
    }
    assert_int_equal(rows, ROWS);
    assert_true(chunks < ROWS / 100);
    dp_scheduler_free(s);
    free(cost);
}

// Twenty milliseconds, and so much above 400 ranks that all of them send a message every 50 microseconds.
static void chunks_grow_with_the_number_of_ranks(void **unused)
{
    (void)unused;
    assert_true(dp_scheduler_grain(1) == .02 && dp_scheduler_grain(400) == .02);
    assert_true(fabs(dp_scheduler_grain(10000) - .5) < 1e-12);
}

static double three_widths(int64_t row)
{
    return row < 400000000 ? 1e3 : row < 900000000 ? 1e4 : 1e5;
}

static struct dp_effort three_efforts(int64_t row, void *context)
{
    (void)context;
    return (struct dp_effort){.operations = three_widths(row), .together = 1};
}

static void a_billion_rows_fit(void **unused)
{
    (void)unused;
    struct dp_scheduler *s;
    struct dp_error error = {0};
    assert_int_equal(dp_scheduler_create(1000000000, NULL, three_efforts, NULL,
                                         &(struct dp_scheduler_options){.ranks = 1000, .grain = .02}, &s,
                                         &error),
                     DP_OK);
    int64_t rows = 0, chunks = 0;
    for (struct dp_chunk chunk; (chunk = dp_scheduler_next(s, 0)).count > 0; chunks++) {
        if (rows == 0)
            assert_int_equal(chunk.first, 900000000);
        rows += chunk.count;
        dp_scheduler_finished(
            s, 0, &(struct dp_finished){chunk, 1e-9 * three_widths(chunk.first) * (double)chunk.count, 0, 0});
    }
    assert_int_equal(rows, 1000000000);
    assert_true(chunks < 2000000);
    dp_scheduler_free(s);
}

static struct dp_effort sixteen_together(int64_t row, void *context)
{
    (void)row;
    (void)context;
    return (struct dp_effort){.operations = 1e12, .together = 16};
}

// Runs that train sixteen at a time go out in sixteens, however long they take, until ranks would stand idle
// for it.
static void small_networks_go_out_in_company(void **unused)
{
    (void)unused;
    struct dp_scheduler *s;
    assert_int_equal(dp_scheduler_create(160, NULL, sixteen_together, NULL,
                                         &(struct dp_scheduler_options){.ranks = 4, .grain = .02}, &s, NULL),
                     DP_OK);
    int64_t rows = 0;
    for (struct dp_chunk chunk; (chunk = dp_scheduler_next(s, 0)).count > 0;) {
        if (rows < 96)
            assert_int_equal(chunk.count, 16);
        else
            assert_in_range(chunk.count, 1, 16);
        rows += chunk.count;
        dp_scheduler_finished(s, 0, &(struct dp_finished){chunk, 100, 0, 0});
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
        const struct dp_chunk first = dp_scheduler_next(s, 0);
        assert_int_equal(first.first, 0);
        assert_int_equal(first.count, 1);
        dp_scheduler_finished(s, 0, &(struct dp_finished){first, 1, 0, 0});
        dp_scheduler_limit(s, .5, budget[i]);
        // a run of a second would never have its turn in jobs of half a second: it is given, and leaves a
        // checkpoint
        assert_int_equal(dp_scheduler_next(s, 0).first, i == 0 ? 4 : 1);
        dp_scheduler_limit(s, i == 0 ? .05 : 1.5, 10);
        const struct dp_chunk next = dp_scheduler_next(s, 0);
        assert_int_equal(next.first, i == 0 ? 8 : 2);
        assert_true((double)next.count * cost[next.first] * 1e-9 <= (i == 0 ? .05 : 1.5));
        dp_scheduler_limit(s, 0, budget[i]);
        assert_int_equal(dp_scheduler_next(s, 0).count, 0);
        dp_scheduler_free(s);
    }
}

/* Two widths at 64 places, of which one takes a hundred times the evaluations. */
enum { PLACES = 64, SEEDS = 8, CELLS = 2 * PLACES };

static struct dp_effort at_places(int64_t row, void *context)
{
    const bool large = row >= PLACES * SEEDS;
    const int place = (int)(row / SEEDS) % PLACES;
    (void)context;
    return (struct dp_effort){.operations = large ? 1e9 : 1e5,
                              .evaluations = 100,
                              .together = 1,
                              .place = place,
                              .region = place / 8};
}

static double evaluations_at(int64_t row)
{
    return row / SEEDS % PLACES == 41 ? 1000 : 10;
}

static double train_at_places(int64_t first, int64_t count, double *evaluations, void *context)
{
    double seconds = 0;
    (void)context;
    for (int64_t row = first; row < first + count; row++) {
        *evaluations += evaluations_at(row);
        seconds += at_places(row, NULL).operations * 1e-9 * evaluations_at(row) / 100;
    }
    return seconds;
}

static struct dp_effort in_company_at_places(int64_t row, void *context)
{
    struct dp_effort effort = at_places(row, context);
    effort.together = row < PLACES * SEEDS ? 4 * SEEDS : 1;
    return effort;
}

// What is trained first in order to learn goes out in company, too: 32 rows take the time of one, so a chunk
// of the 8 rows of a cell would waste three quarters of it.
static void small_networks_that_go_first_do_so_in_company(void **unused)
{
    (void)unused;
    struct dp_scheduler *s;
    const struct dp_scheduler_options options = {.ranks = 4, .grain = .02};
    assert_int_equal(dp_scheduler_create(CELLS * SEEDS, NULL, in_company_at_places, NULL, &options, &s, NULL),
                     DP_OK);
    for (int64_t chunks = 0; chunks < 4; chunks++) {
        const struct dp_chunk chunk = dp_scheduler_next(s, 0);
        assert_in_range(chunk.first, 0, PLACES * SEEDS - 1);
        assert_int_equal(chunk.count, 4 * SEEDS);
    }
    dp_scheduler_free(s);
}

// Small runs show where in the sweep a run takes long, so the large ones there begin early. Without that the
// last of them would begin when the others are done: 8 runs of 10 s, and 504 of .1 s.
static void small_runs_tell_where_large_ones_take_long(void **unused)
{
    (void)unused;
    for (int ranks = 2; ranks <= 16; ranks *= 2) {
        struct dp_scheduler *s;
        struct dp_simulated result;
        const struct dp_scheduler_options options = {.ranks = ranks, .grain = .02};
        assert_int_equal(dp_scheduler_create(CELLS * SEEDS, NULL, at_places, NULL, &options, &s, NULL),
                         DP_OK);
        assert_int_equal(
            dp_simulate(&(struct dp_simulation){.ranks = ranks, .train = train_at_places}, s, &result, NULL),
            DP_OK);
        dp_scheduler_free(s);
        assert_int_equal(result.rows, CELLS * SEEDS);
        assert_true(dp_simulated_efficiency(&result, ranks) >= .97);
    }
}

// What an earlier store tells counts as if it had come back.
static void costs_from_elsewhere_are_used(void **unused)
{
    (void)unused;
    struct dp_scheduler *s;
    const struct dp_scheduler_options options = {.ranks = 4, .grain = .02};
    assert_int_equal(dp_scheduler_create(CELLS * SEEDS, NULL, at_places, NULL, &options, &s, NULL), DP_OK);
    double work = 0;
    for (int64_t row = 0; row < CELLS * SEEDS; row++) {
        const struct dp_effort effort = at_places(row, NULL);
        double evaluations = 0;
        const double seconds = train_at_places(row, 1, &evaluations, NULL);
        work += seconds;
        dp_scheduler_learn(s, &effort, 1, seconds, evaluations);
    }
    dp_scheduler_learned(s);
    assert_true(fabs(dp_scheduler_work_left(s) / work - 1) < .1);
    assert_int_equal(dp_scheduler_next(s, 0).first, (PLACES + 41) * SEEDS);
    dp_scheduler_free(s);
}

// Messages cost time, and the parts of the ranks' time add up.
static void the_parts_of_a_simulated_job_are_its_whole(void **unused)
{
    (void)unused;
    enum { ROWS = 20000, RANKS = 16 };
    struct dp_scheduler *s;
    struct dp_simulated r;
    double *cost = malloc(ROWS * sizeof *cost), *seconds = malloc(ROWS * sizeof *cost);
    for (int i = 0; i < ROWS; i++) {
        cost[i] = 1e6;
        seconds[i] = 1e-3;
    }
    s = make(ROWS, NULL, cost, RANKS);
    const struct dp_simulation simulation = {.ranks = RANKS,
                                             .latency = 1e-4,
                                             .service = 1e-5,
                                             .overhead = 1e-3,
                                             .train = true_seconds,
                                             .context = seconds};
    assert_int_equal(dp_simulate(&simulation, s, &r, NULL), DP_OK);
    assert_true(fabs(r.work - ROWS * 1e-3) < 1e-9);
    assert_true(fabs(r.overhead - (double)r.chunks * 1e-3) < 1e-9);
    assert_true(fabs(r.work + r.overhead + r.waiting + r.tail - RANKS * r.makespan) < 1e-9);
    assert_true(r.waiting < .01 * r.work); // short chunks are prefetched
    assert_true(r.serving >= (double)r.chunks * 1e-5);
    dp_scheduler_free(s);
    free(cost);
    free(seconds);
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
        cmocka_unit_test(chunks_grow_with_the_number_of_ranks),
        cmocka_unit_test(a_billion_rows_fit),
        cmocka_unit_test(small_networks_go_out_in_company),
        cmocka_unit_test(nothing_is_handed_out_that_would_not_finish_in_time),
        cmocka_unit_test(small_networks_that_go_first_do_so_in_company),
        cmocka_unit_test(small_runs_tell_where_large_ones_take_long),
        cmocka_unit_test(costs_from_elsewhere_are_used),
        cmocka_unit_test(the_parts_of_a_simulated_job_are_its_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
