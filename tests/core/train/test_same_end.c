// SPDX-License-Identifier: BSD-3-Clause
// A record stands for a run under other stops and limits exactly when training under these leaves the same
// bits.
#include "check.h"
#include "dewpoint/sweep/identity.h"
#include "dewpoint/sweep/keys.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static struct dp_run tiny(enum dp_method_id method)
{
    struct dp_run run = dp_run_defaults();
    run.width = 5;
    run.samples = 4;
    run.test_samples = 5;
    run.method = method;
    run.learning_rate = method == DP_ADAM ? 0.01 : 0.05;
    run.batch = method == DP_SGD ? 2 : 0;
    return run;
}

static struct dp_record trained(const struct dp_run *run)
{
    struct dp_record record;
    assert_int_equal(dp_run_check(run, NULL), DP_OK);
    assert_int_equal(dp_run_execute(run, NULL, NULL, &record, NULL, NULL), DP_OK);
    return record;
}

static bool same_bits(const struct dp_record *a, const struct dp_record *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* Stops and limits of a run, drawn from values that end it early, late or never. */
static void draw_ends(struct dp_run *run)
{
    static const int64_t steps[] = {3, 20, 21, 40, 400}, evaluations[] = {0, 0, 5, 20, 40, 300};
    static const int64_t epochs[] = {0, 0, 5, 10, 11};
    static const double losses[] = {0, 0, 1e-1, 1e-2, 1e-4}, drops[] = {0, 0, 0.1, 0.9};
    static const double times[] = {INFINITY, INFINITY, 0.5, 1, 10},
                        growths[] = {INFINITY, INFINITY, 1.05, 1.5};
#define DRAW(values) values[(size_t)rand() % (sizeof values / sizeof *values)]
    run->max_steps = DRAW(steps);
    run->max_evaluations = DRAW(evaluations);
    run->max_epochs = run->batch > 0 ? DRAW(epochs) : 0;
    run->stop_loss = DRAW(losses);
    run->stop_drop = DRAW(drops);
    run->stop_time = DRAW(times);
    run->stop_growth = DRAW(growths);
#undef DRAW
}

/* Changes one of them, or all. */
static struct dp_run change_ends(const struct dp_run *run)
{
    struct dp_run other = *run, drawn = *run;
    draw_ends(&drawn);
    switch (rand() % 8) {
    case 0:
        other.max_steps = drawn.max_steps;
        break;
    case 1:
        other.max_evaluations = drawn.max_evaluations;
        break;
    case 2:
        other.max_epochs = drawn.max_epochs;
        break;
    case 3:
        other.stop_loss = drawn.stop_loss;
        break;
    case 4:
        other.stop_drop = drawn.stop_drop;
        break;
    case 5:
        other.stop_time = drawn.stop_time;
        break;
    case 6:
        other.stop_growth = drawn.stop_growth;
        break;
    default:
        other = drawn;
    }
    return other;
}

static void a_record_stands_for_runs_that_would_leave_the_same(void **state)
{
    (void)state;
    enum { TRIALS = 4000 };
    static const enum dp_method_id methods[] = {DP_GD, DP_SGD, DP_ADAM, DP_FLOW, DP_NORMALIZED_FLOW};
    int alike = 0, missed = 0;
    srand(1);
    for (int trial = 0; trial < TRIALS; trial++) {
        struct dp_run run = tiny(methods[trial % 5]);
        draw_ends(&run);
        const struct dp_run other = change_ends(&run);
        const struct dp_record record = trained(&run), fresh = trained(&other);
        if (!dp_run_ends_alike(&run, &record, &other)) {
            missed += same_bits(&record, &fresh) && run.method != DP_FLOW && run.method != DP_NORMALIZED_FLOW;
            continue;
        }
        alike++;
        if (!same_bits(&record, &fresh))
            fail_msg("trial %d, %s: the record ended by %s after %lld steps, training leaves %s after %lld",
                     trial, dp_method_names[run.method], dp_stop_names[record.stop], (long long)record.steps,
                     dp_stop_names[fresh.stop], (long long)fresh.steps);
    }
    // no is always allowed, but an answer that is seldom yes would be of little use; flow lands on its stops
    assert_true(alike > TRIALS / 3);
    assert_true(missed < alike / 4);
}

static void at_its_step_limit_a_run_is_the_old_one_until_that_limit_changes(void **state)
{
    (void)state;
    struct dp_run run = tiny(DP_FLOW), other;
    run.stop_loss = 1e-12;
    run.max_steps = 7;
    const struct dp_record record = trained(&run);
    assert_int_equal(record.stop, DP_STOP_STEPS);
    other = run;
    other.max_evaluations = 100000;
    assert_true(dp_run_ends_alike(&run, &record, &other));
    other = run;
    other.max_steps = 8;
    assert_false(dp_run_ends_alike(&run, &record, &other));
}

static void what_a_run_does_not_read_is_no_part_of_it(void **state)
{
    (void)state;
    const struct dp_identity identity = dp_identity_make();
    struct dp_run a = tiny(DP_FLOW), b = a, c = a;
    b.learning_rate = 3;
    b.adam_beta1 = 0.5;
    b.max_steps = 17;
    strcpy(b.weights, "all");
    c.tolerance = 0.001;
    dp_identity_reduce(&a);
    dp_identity_reduce(&b);
    dp_identity_reduce(&c);
    assert_true(dp_identity_agrees(&identity, &a, &b));
    assert_true(dp_identity_digest(&identity, &a, 5) == dp_identity_digest(&identity, &b, 5));
    assert_false(dp_identity_digest(&identity, &a, 5) == dp_identity_digest(&identity, &a, 6));
    assert_false(dp_identity_agrees(&identity, &a, &c));
    assert_false(dp_identity_digest(&identity, &a, 0) == dp_identity_digest(&identity, &c, 0));
}

/* Every key that a run reads makes it another run, but for stops, limits and what is kept beside the record.
 */
static void every_other_key_counts(void **state)
{
    (void)state;
    const struct dp_identity identity = dp_identity_make();
    int counting = 0;
    for (int i = 0; i < identity.count; i++) {
        const struct dp_key *const key = identity.keys[i];
        struct dp_run a = tiny(DP_ADAM), b = a;
        if (key->type == DP_STRING || key->type == DP_CHOICE || dp_run_reads(&a, key->name, NULL) != DP_OK)
            continue;
        if (key->type == DP_REAL)
            *(double *)(void *)((char *)&b + key->offset) = 0.4375;
        else
            *(int64_t *)(void *)((char *)&b + key->offset) += 1;
        if (dp_run_reads(&b, key->name, NULL) != DP_OK)
            continue;
        dp_identity_reduce(&a);
        dp_identity_reduce(&b);
        if (dp_identity_agrees(&identity, &a, &b))
            fail_msg("%s does not count", key->name);
        counting++;
    }
    assert_true(counting > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_stands_for_runs_that_would_leave_the_same),
        cmocka_unit_test(at_its_step_limit_a_run_is_the_old_one_until_that_limit_changes),
        cmocka_unit_test(what_a_run_does_not_read_is_no_part_of_it),
        cmocka_unit_test(every_other_key_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
