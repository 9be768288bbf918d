// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/run.h"
#include "reduce.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
// after its prerequisites
#include <cmocka.h>

/* Expected values come from closed forms, or from the sums over single runs that a textbook gives, worked out in
 * exact fractions or with another program. */

static void near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.17g is not within %g of %.17g", value, tolerance, expected);
}

static void add(struct dp_tally *tally, int count, const double *values)
{
    for (int i = 0; i < count; i++)
        dp_tally_add(tally, DP_DONE, values[i]);
}

// RD = C m^s has the slope s, and neither seeds nor misfit add an error.
static void a_power_law_has_its_exponent_and_no_error(void **state)
{
    (void)state;
    static const double exponents[] = {-2.5, -0.5, 0, 0.01, 0.75};
    const double width[] = {1000, 3000, 10000, 40000};
    for (int e = 0; e < 5; e++) {
        struct dp_tally tally[4] = {0};
        for (int j = 0; j < 4; j++)
            for (int seed = 0; seed < 3; seed++)
                dp_tally_add(&tally[j], DP_DONE, 7.3 * pow(width[j], exponents[e]));
        const struct dp_slope fit = dp_slope_fit(width, tally, 4);
        near(fit.slope, exponents[e], 1e-13);
        near(fit.error, 0, 1e-13);
        assert_int_equal(fit.widths, 4);
        assert_int_equal(fit.runs, 12);
    }
}

// At log m = 0, 1, 2 with y = {0, 2}, {1, 3}, {4, 6}: means 1, 2, 5 and Sxx = 4, so S = 2; the scatter is 6 on 3
// degrees of freedom, s2 = 2; the residuals of the means are 1/3, -2/3, 1/3, so f2 = 4/3; error^2 = 2 / 4.
static void slope_and_error_in_exact_fractions(void **state)
{
    (void)state;
    const double width[] = {1, exp(1), exp(2)};
    struct dp_tally tally[3] = {0};
    add(&tally[0], 2, (const double[]){1, exp(2)});
    add(&tally[1], 2, (const double[]){exp(1), exp(3)});
    add(&tally[2], 2, (const double[]){exp(4), exp(6)});
    const struct dp_slope fit = dp_slope_fit(width, tally, 3);
    near(fit.slope, 2, 1e-14);
    near(fit.seed_error, sqrt(2. / 4), 1e-14);
    near(fit.misfit_error, sqrt(4. / 3 / 4), 1e-14);
    near(fit.error, sqrt(2. / 4), 1e-14);
}

// The normal equations over ten single runs at four widths, 3, 2, 1 and 4 of them, in another program.
static void unequal_numbers_of_seeds_are_weights(void **state)
{
    (void)state;
    const double width[] = {1000, 3000, 10000, 40000};
    struct dp_tally tally[4] = {0};
    add(&tally[0], 3, (const double[]){.31, .29, .35});
    add(&tally[1], 2, (const double[]){.2, .22});
    add(&tally[2], 1, (const double[]){.13});
    add(&tally[3], 4, (const double[]){.07, .065, .06, .08});
    const struct dp_slope fit = dp_slope_fit(width, tally, 4);
    near(fit.slope, -0.416825733535453, 1e-12);
    near(fit.seed_error, 0.0211934093330804, 1e-12);
    near(fit.misfit_error, 0.011176643953162, 1e-12);
    near(fit.error, fit.seed_error, 0);
}

// A law that bends is no better known for more seeds: the misfit, common to all of them, sets the error.
static void misfit_is_not_averaged_away_by_seeds(void **state)
{
    (void)state;
    const double width[] = {1, exp(1), exp(2)};
    for (int seeds = 1; seeds <= 100; seeds *= 10) {
        struct dp_tally tally[3] = {0};
        for (int j = 0; j < 3; j++)
            for (int seed = 0; seed < seeds; seed++)
                dp_tally_add(&tally[j], DP_DONE,
                             exp(j * j * 0.1)); // means 0, .1, .4: S = .2, residuals 1, -2, 1 / 30
        const struct dp_slope fit = dp_slope_fit(width, tally, 3);
        near(fit.slope, 0.2, 1e-14);
        near(fit.error, sqrt(6. / 900 / 2), 1e-14); // f2 / Sxx = (6/900) / 2, for any number of seeds
    }
}

static void one_width_has_no_slope(void **state)
{
    (void)state;
    const double width[] = {1000, 3000, 10000};
    struct dp_tally tally[3] = {0};
    add(&tally[1], 2, (const double[]){.5, .6});
    dp_tally_add(&tally[0], DP_PENDING, NAN);
    dp_tally_add(&tally[2], DP_STEP_LIMIT, .7);
    const struct dp_slope fit = dp_slope_fit(width, tally, 3);
    assert_true(isnan(fit.slope) && isnan(fit.error));
    assert_int_equal(fit.widths, 1);
    assert_int_equal(dp_regime_of(&fit), DP_NO_SLOPE);
    const struct dp_slope none = dp_slope_fit(width, NULL, 0);
    assert_true(isnan(none.slope));
}

static void two_runs_at_two_widths_have_a_slope_but_no_error(void **state)
{
    (void)state;
    const double width[] = {100, 10000};
    struct dp_tally tally[2] = {0};
    add(&tally[0], 1, (const double[]){.1});
    add(&tally[1], 1, (const double[]){.01});
    const struct dp_slope fit = dp_slope_fit(width, tally, 2);
    near(fit.slope, -0.5, 1e-14);
    assert_true(isnan(fit.error));
    assert_int_equal(dp_regime_of(&fit), DP_UNDECIDED);
    add(&tally[1], 1, (const double[]){.011}); // a second seed at one width tells
    assert_true(dp_slope_fit(width, tally, 2).error > 0);
}

// Only done runs with a logarithm are used; every run is counted once.
static void unusable_and_unfinished_runs_are_counted_not_used(void **state)
{
    (void)state;
    struct dp_tally tally = {0};
    add(&tally, 5, (const double[]){2, 8, 0, NAN, INFINITY});
    dp_tally_add(&tally, DP_DONE, -1);
    dp_tally_add(&tally, DP_DIVERGED, 1e9);
    dp_tally_add(&tally, DP_STEP_LIMIT, 1e9);
    dp_tally_add(&tally, DP_PENDING, 1e9);
    dp_tally_add(&tally, 17, 1e9);
    dp_tally_add(&tally, NAN, 1e9);
    near(dp_tally_value(&tally), 4, 1e-14); // the geometric mean of 2 and 8
    assert_int_equal(tally.used, 2);
    assert_int_equal(tally.unusable, 4);
    assert_int_equal(tally.ended[DP_RUN_FAILED], 2);
    assert_int_equal(dp_tally_unfinished(&tally), 5);
    assert_int_equal(dp_tally_runs(&tally), 11);
    assert_true(isnan(dp_tally_value(&(struct dp_tally){0})));
}

static void joined_tallies_equal_one_tally(void **state)
{
    (void)state;
    struct dp_tally parts[2] = {0}, whole = {0}, joined = {0};
    for (int i = 0; i < 11; i++) {
        const double value = 1 + 0.37 * i;
        dp_tally_add(&parts[i % 3 == 0], i == 5 ? DP_DIVERGED : DP_DONE, value);
        dp_tally_add(&whole, i == 5 ? DP_DIVERGED : DP_DONE, value);
    }
    dp_tally_join(&joined, &parts[0]);
    dp_tally_join(&joined, &parts[1]);
    near(joined.mean, whole.mean, 1e-14);
    near(joined.scatter, whole.scatter, 1e-14);
    assert_int_equal(joined.used, whole.used);
    assert_memory_equal(joined.ended, whole.ended, sizeof whole.ended);
}

// The rule of reduce.h at and around its limits.
static void regimes_follow_the_stated_rule(void **state)
{
    (void)state;
    static const struct {
        double slope, error;
        enum dp_regime regime;
    } cases[] = {
        {-0.5, 0.1, DP_REGIME_LINEAR},
        {0.5, 0.1, DP_REGIME_CONDENSED},
        {-0.5, 0.3, DP_UNDECIDED},
        {0.5, 0.25, DP_UNDECIDED},
        {0.02, 0.03, DP_REGIME_CRITICAL},
        {0.02, 0.05, DP_UNDECIDED},
        {-0.08, 0.001, DP_REGIME_CRITICAL},
        {-0.08, 0.02, DP_UNDECIDED},
        {-0.12, 0.001, DP_REGIME_LINEAR},
        {0, 0, DP_REGIME_CRITICAL},
        {0.5, NAN, DP_UNDECIDED},
        {NAN, NAN, DP_NO_SLOPE},
        {0, NAN, DP_UNDECIDED},
        {0.11, INFINITY, DP_UNDECIDED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(dp_regime_of(&(struct dp_slope){.slope = cases[i].slope, .error = cases[i].error}),
                         cases[i].regime);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_power_law_has_its_exponent_and_no_error),
        cmocka_unit_test(slope_and_error_in_exact_fractions),
        cmocka_unit_test(unequal_numbers_of_seeds_are_weights),
        cmocka_unit_test(misfit_is_not_averaged_away_by_seeds),
        cmocka_unit_test(one_width_has_no_slope),
        cmocka_unit_test(two_runs_at_two_widths_have_a_slope_but_no_error),
        cmocka_unit_test(unusable_and_unfinished_runs_are_counted_not_used),
        cmocka_unit_test(joined_tallies_equal_one_tally),
        cmocka_unit_test(regimes_follow_the_stated_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
