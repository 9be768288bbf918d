// SPDX-License-Identifier: BSD-3-Clause
// What `dewpoint bench` times and counts, apart from the times.
#include "bench/cases/arithmetic.h"
#include "bench/cases/hash.h"
#include "bench/cases/steps.h"
#include "bench/machine/repeat.h"
#include "check.h"
#include "dewpoint/core/run.h"
#include "dewpoint/kernels/isa.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

// The values of draft-eastlake-fnv, appendix C.
static void hash_is_fnv_1a(void **state)
{
    (void)state;
    assert_true(dp_hash(DP_HASH_START, "", 0) == UINT64_C(0xcbf29ce484222325));
    assert_true(dp_hash(DP_HASH_START, "a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(dp_hash(dp_hash(DP_HASH_START, "foo", 3), "bar", 3) == UINT64_C(0x85944171f73967e8));
}

// n (2d + 2) + n (d + 1) + 4d + 7 = 35 at d = 1, n = 4; 16 more for each of four tanh.
static void operations_of_a_step(void **state)
{
    (void)state;
    for (const struct dp_bench_case *c = dp_bench_cases; c->name; c++) {
        if (strcmp(c->name, "relu-d1-n4-m1000-gd") == 0)
            assert_float_equal(dp_case_flops(c), 35e3, 0);
        if (strcmp(c->name, "tanh-d1-n4-m1000-gd") == 0)
            assert_float_equal(dp_case_flops(c), 99e3, 0);
    }
}

/* By hand, a neuron: relu with its gradient looked up takes 4 preactivations and 4 sums, 2 for the
 * amplitude's gradient and 2 moves; 6 additions to theta, 1 to the amplitude, 4 maxima. The nearer limit is
 * the longer time. */
static void arithmetic_of_a_step(void **state)
{
    (void)state;
    const struct dp_arithmetic relu = dp_case_arithmetic(&dp_bench_cases[0], 32);
    assert_string_equal(dp_bench_cases[0].name, "relu-d1-n4-m1000-gd");
    assert_true(relu.multiplies == 12e3 && relu.additions == 11e3 && relu.divisions == 0 && relu.roots == 0);
    const struct dp_arithmetic work = {.multiplies = 10, .additions = 10, .divisions = 1, .roots = 1};
    assert_float_equal(dp_arithmetic_bound(&work, &(struct dp_limit){"", 32, 2, 1, 4, 1.5}), 13, 1e-12);
    assert_float_equal(dp_arithmetic_bound(&work, &(struct dp_limit){"", 32, 8, 1, 1, 0}), 20, 1e-12);
    assert_float_equal(dp_arithmetic_bound(&work, &(struct dp_limit){"", 32, 8, 0.08, 4, 0}), 25, 1e-12);
}

// Distance of the bench's parameters from those of a whole run on the same points, relative to the movement.
static double distance_from_run(const struct dp_bench_case *c, int bits)
{
    const size_t count = (size_t)(c->width * (c->inputs + 2));
    double *first = malloc(2 * count * sizeof *first), *last = first + count;
    assert_non_null(first);
    struct dp_samples samples;
    struct dp_record record;
    struct dp_trace trace = {.weights_first = first, .weights_last = last};
    struct dp_steps steps;
    struct dp_run run = dp_case_run(c, bits, 0);
    run.target = DP_FILE;
    run.max_steps = c->steps;
    run.stop_time = INFINITY;
    assert_int_equal(dp_case_samples(c, &samples, NULL), DP_OK);
    assert_int_equal(dp_run_execute(&run, &samples, NULL, &record, &trace, NULL), DP_OK);
    assert_int_equal(record.steps, c->steps);
    assert_int_equal(dp_steps_acquire(c, dp_isa_select(NULL), bits, &steps, NULL), DP_OK);
    const unsigned before = steps.net.kernels->enter();
    dp_steps_take(&steps, c->steps);
    steps.net.kernels->leave(before);
    double off = 0, moved = 0;
    for (size_t i = 0; i < count; i++) {
        const int64_t k = (int64_t)i / (c->inputs + 2);
        const int component = (int)((int64_t)i % (c->inputs + 2));
        const double e = dp_network_get(&steps.net, 0, k, component, true) - last[i];
        off += e * e;
        moved += (last[i] - first[i]) * (last[i] - first[i]);
    }
    dp_steps_release(&steps);
    dp_samples_free(&samples);
    free(first);
    assert_true(moved > 0);
    return sqrt(off / moved);
}

// What is timed is training: the same parameters as a run's, but for the rounding of the residuals.
static void steps_are_those_of_a_run(void **state)
{
    (void)state;
    for (const struct dp_bench_case *c = dp_bench_cases; c->name; c++) {
        assert_true(distance_from_run(c, 32) < 1e-4);
        assert_true(distance_from_run(c, 64) < 1e-11);
    }
}

static void count_calls(void *context, int64_t times)
{
    const double end = dp_seconds() + 1e-4 * (double)times;
    int *calls = context;
    ++*calls;
    while (dp_seconds() < end)
        continue;
}

// A task of 100 us takes at least that, and is repeated at least seven times.
static void repetitions(void **state)
{
    (void)state;
    int calls = 0;
    const double ns = dp_repeat(count_calls, &calls, 0);
    assert_true(ns >= 1e5);
    assert_true(calls >= DP_REPETITIONS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_is_fnv_1a),       cmocka_unit_test(operations_of_a_step),
        cmocka_unit_test(arithmetic_of_a_step), cmocka_unit_test(steps_are_those_of_a_run),
        cmocka_unit_test(repetitions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
