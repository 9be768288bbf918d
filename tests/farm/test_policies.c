// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm/scheduler.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
// after its prerequisites
#include <cmocka.h>

/* The classical policies, chunk by chunk against the formulas of their papers. */

static struct dp_effort equal_efforts(int64_t row, void *context)
{
    (void)row;
    (void)context;
    return (struct dp_effort){.operations = 1e6, .together = 1};
}

/* The rows of the chunks that a policy hands out when nothing else happens. */
static int chunks_of(enum dp_policy policy, int64_t rows, const bool *done, int ranks, int64_t *counts)
{
    struct dp_scheduler *s;
    const struct dp_scheduler_options options = {.ranks = ranks, .grain = .02, .policy = policy};
    assert_int_equal(dp_scheduler_create(rows, done, equal_efforts, NULL, &options, &s, NULL), DP_OK);
    int64_t next = 0;
    int n = 0;
    for (struct dp_chunk chunk; (chunk = dp_scheduler_next(s, n % ranks)).count > 0; n++) {
        while (done && done[next])
            next++;
        assert_int_equal(chunk.first, next); // in row order
        next += chunk.count;
        counts[n] = chunk.count;
        dp_scheduler_finished(s, n % ranks, &(struct dp_finished){chunk, (double)chunk.count, 0, 0});
    }
    dp_scheduler_free(s);
    return n;
}

static int64_t divide_up(int64_t a, int64_t b)
{
    return a / b + (a % b != 0);
}

// Guided self-scheduling (Polychronopoulos and Kuck 1987): ceil(rows left / ranks).
static void guided_follows_its_formula(void **unused)
{
    (void)unused;
    int64_t counts[1000], left = 1000;
    const int n = chunks_of(DP_GUIDED, left, NULL, 8, counts);
    for (int i = 0; i < n; left -= counts[i++])
        assert_int_equal(counts[i], divide_up(left, 8));
    assert_int_equal(left, 0);
    assert_int_equal(counts[0], 125);
}

// Factoring (Hummel, Schonberg and Flynn 1992): P chunks of ceil(rows left / 2P), and again.
static void factoring_follows_its_formula(void **unused)
{
    (void)unused;
    int64_t counts[1000], left = 1000, batch = 0;
    const int n = chunks_of(DP_FACTORING, left, NULL, 4, counts);
    for (int i = 0; i < n; left -= counts[i++]) {
        if (i % 4 == 0)
            batch = divide_up(left, 8);
        assert_int_equal(counts[i], batch < left ? batch : left);
    }
    assert_int_equal(left, 0);
    assert_int_equal(counts[3], 125);
    assert_int_equal(counts[4], 63);
}

static void dynamic_hands_out_one_row(void **unused)
{
    (void)unused;
    int64_t counts[100];
    const int n = chunks_of(DP_DYNAMIC, 100, NULL, 3, counts);
    assert_int_equal(n, 100);
    for (int i = 0; i < n; i++)
        assert_int_equal(counts[i], 1);
}

// Block k of P holds rows k R / P up to (k + 1) R / P.
static void static_hands_out_a_block_a_rank(void **unused)
{
    (void)unused;
    int64_t counts[100];
    const int n = chunks_of(DP_STATIC, 1003, NULL, 7, counts);
    assert_int_equal(n, 7);
    for (int k = 0; k < n; k++)
        assert_int_equal(counts[k], (k + 1) * 1003 / 7 - k * 1003 / 7);
}

// A chunk has contiguous rows: those that are done cut it, and do not count.
static void finished_rows_cut_the_chunks_of_a_formula(void **unused)
{
    (void)unused;
    bool done[100] = {false};
    int64_t counts[100];
    for (int i = 10; i < 20; i++)
        done[i] = true;
    const int n = chunks_of(DP_GUIDED, 100, done, 2, counts);
    assert_int_equal(counts[0], 10); // of 45
    assert_int_equal(counts[1], 40); // ceil(80 / 2)
    assert_int_equal(counts[2], 20);
    assert_true(n > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guided_follows_its_formula),
        cmocka_unit_test(factoring_follows_its_formula),
        cmocka_unit_test(dynamic_hands_out_one_row),
        cmocka_unit_test(static_hands_out_a_block_a_rank),
        cmocka_unit_test(finished_rows_cut_the_chunks_of_a_formula),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
