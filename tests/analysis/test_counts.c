// SPDX-License-Identifier: BSD-3-Clause
// Numbers of directions, reduced: intervals against SciPy, distributions and confusions by hand.
#include "check.h"
#include "statistics/counts.h"

static void independent_runs_have_wilsons_interval(void **state)
{
    (void)state;
    // SciPy's binomtest(k, n).proportion_ci(method="wilson")
    static const struct {
        int hits, runs;
        double low, high;
    } known[] = {{45, 50, 0.7863976856252034, 0.9565242350681095},
                 {0, 20, 0, 0.16112515805281935},
                 {20, 20, 0.8388748419471808, 1},
                 {3, 7, 0.1582198552514697, 0.7495416354723428}};
    for (int i = 0; i < 4; i++) {
        struct dp_proportion p = {0};
        for (int run = 0; run < known[i].runs; run++)
            dp_proportion_add(&p, 1, run < known[i].hits);
        const struct dp_interval interval = dp_proportion_interval(&p);
        assert_near(interval.share, (double)known[i].hits / known[i].runs, 1e-15);
        assert_near(interval.low, known[i].low, 1e-12);
        assert_near(interval.high, known[i].high, 1e-12);
    }
}

// The formula of proportion.h in NumPy: more runs than sets tell, fewer, and as many.
static void runs_on_one_data_set_count_less(void **state)
{
    (void)state;
    enum { MOST = 8 };
    static const struct {
        int sets, runs[MOST], hits[MOST];
        double effective, low, high;
    } known[] = {
        {6, {10, 10, 10, 10, 10, 10}, {6, 5, 7, 6, 5, 6}, 60, 0.45728081022640116, 0.6993572144165838},
        {6,
         {10, 20, 10, 5, 5, 8},
         {9, 2, 7, 1, 5, 1},
         7.769927499714434,
         0.1680957200298805,
         0.7396057285036193},
        {6, {3, 2, 4, 6, 5, 5}, {1, 1, 2, 4, 2, 3}, 25, 0.3349851695035678, 0.6996871404588704},
        {8,
         {4, 4, 4, 4, 4, 4, 4, 4},
         {4, 4, 0, 4, 4, 4, 4, 2},
         8.806451612903228,
         0.4824721412389741,
         0.9527011063074229},
    };
    for (int i = 0; i < 4; i++) {
        struct dp_proportion p = {0};
        for (int c = 0; c < known[i].sets; c++)
            dp_proportion_add(&p, known[i].runs[c], known[i].hits[c]);
        const struct dp_interval interval = dp_proportion_interval(&p);
        assert_near(interval.effective, known[i].effective, 1e-9);
        assert_near(interval.low, known[i].low, 1e-10);
        assert_near(interval.high, known[i].high, 1e-10);
    }
    assert_true(isnan(dp_proportion_interval(&(struct dp_proportion){0}).share));
}

static void a_distribution_is_told_by_five_numbers(void **state)
{
    (void)state;
    int64_t histogram[DP_COUNT_MOST + 1] = {0};
    struct dp_distribution d = dp_distribution_of(histogram);
    assert_true(d.total == 0 && d.mode == -1 && d.most == -1 && isnan(d.mean) && isnan(d.median));
    histogram[2] = 3;
    histogram[4] = 2;
    histogram[6] = 1;
    d = dp_distribution_of(histogram); // 2 2 2 4 4 6
    assert_int_equal(d.total, 6);
    assert_near(d.mean, 20.0 / 6, 1e-15);
    assert_near(d.median, 3, 0);
    assert_int_equal(d.mode, 2);
    assert_int_equal(d.most, 6);
    histogram[6] = 2;
    assert_near(dp_distribution_of(histogram).median, 4, 0); // of seven
}

static void add(struct dp_counts *counts, double p, uint64_t set, double measured, double predicted,
                double lost, double faint, double extra)
{
    const struct dp_count_run run = {.key = {p},
                                     .set = set,
                                     .status = 1,
                                     .used = true,
                                     .bound = 2 * p,
                                     .measured = measured,
                                     .predicted = predicted,
                                     .prediction = predicted >= 0 ? 1 : 2,
                                     .missed = lost + faint,
                                     .faint = faint,
                                     .merged = 0,
                                     .lost = lost,
                                     .extra = extra,
                                     .angle_error = 1e-3,
                                     .uncondensed = 0.25};
    assert_int_equal(dp_counts_add(counts, &run, NULL), DP_OK);
}

static void groups_are_reduced_one_by_one(void **state)
{
    (void)state;
    struct dp_counts counts = {.keys = 1};
    add(&counts, 2, 1, 4, 4, 0, 1, 0); // data set 1: both agree and reach 4, one misses a faint one
    add(&counts, 2, 1, 4, 4, 0, 0, 0);
    add(&counts, 1, 1, 2, 2, 0, 0, 0); // another group
    add(&counts, 2, 2, 3, 4, 1, 0, 0); // data set 2: one direction lost, then two extra
    add(&counts, 2, 2, 6, 4, 0, 0, 2);
    add(&counts, 2, 3, 4, -1, NAN, NAN, NAN); // a continuum
    const struct dp_count_run pending = {.key = {2}, .set = 9, .status = 0, .measured = NAN};
    assert_int_equal(dp_counts_add(&counts, &pending, NULL), DP_OK);
    dp_counts_finish(&counts);
    assert_int_equal(counts.count, 2);
    assert_near(counts.group[0].key[0], 1, 0);
    assert_int_equal(counts.group[0].used, 1);
    const struct dp_count_group *const g = &counts.group[1];
    assert_int_equal(g->used, 5);
    assert_int_equal(g->ended[0], 1);
    assert_int_equal(g->ended[1], 5);
    assert_int_equal(g->compared, 4);
    assert_int_equal(g->prediction[1], 4);
    assert_int_equal(g->prediction[2], 1);
    assert_int_equal(g->joint[4][4], 2);
    assert_int_equal(g->joint[4][3], 1);
    assert_int_equal(g->joint[4][6], 1);
    assert_int_equal(g->measured[4], 3);
    assert_int_equal(g->exceeded, 1);
    assert_int_equal(g->sets, 3);
    assert_int_equal(g->repeated, 2);
    assert_int_equal(g->same, 1);
    assert_near(g->reached.share, 0.8, 1e-15);
    assert_near(g->agreed.share, 0.5, 1e-15);
    assert_int_equal(g->complete, 1);
    assert_near(g->missed, 2, 0);
    assert_near(g->faint, 1, 0);
    assert_near(g->lost, 1, 0);
    assert_near(g->extra, 2, 0);
    assert_int_equal(g->seen, 5);
    assert_near(g->uncondensed / 5, 0.25, 1e-15);
    assert_near(g->largest_angle, 1e-3, 0);
    assert_near(dp_count_angle(g, 0.5) / 1e-3, 1, 0.06);
    int64_t predicted[DP_COUNT_MOST + 1];
    dp_count_predicted(g, predicted);
    assert_int_equal(predicted[4], 4);
    dp_counts_free(&counts);
}

// A thousand data sets of which the first 300 agree, in an order that mixes them, and counts beyond the
// table.
static void many_data_sets_are_kept_apart(void **state)
{
    (void)state;
    struct dp_counts counts = {.keys = 1};
    for (int round = 0; round < 3; round++)
        for (uint64_t i = 0; i < 1000; i++) {
            const uint64_t set = i * 7919 % 1000;
            add(&counts, 50, set, set < 300 ? 99 : 100, 100, set < 300 ? 0 : 1, 0, 0);
        }
    dp_counts_finish(&counts);
    const struct dp_count_group *const g = &counts.group[0];
    assert_int_equal(g->sets, 1000);
    assert_int_equal(g->same, 1000);
    assert_int_equal(g->measured[DP_COUNT_MOST], 3000);
    assert_near(g->agreed.share, 0.3, 1e-15);
    assert_near(g->agreed.effective, 1000, 2);
    assert_near(g->reached.share, 0.7, 1e-15);
    dp_counts_free(&counts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(independent_runs_have_wilsons_interval),
        cmocka_unit_test(runs_on_one_data_set_count_less),
        cmocka_unit_test(a_distribution_is_told_by_five_numbers),
        cmocka_unit_test(groups_are_reduced_one_by_one),
        cmocka_unit_test(many_data_sets_are_kept_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
