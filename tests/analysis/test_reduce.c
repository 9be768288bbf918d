// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/core/run.h"
#include "statistics/reduce.h"
#include "statistics/student.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
// after its prerequisites
#include <cmocka.h>

/* Expected values come from closed forms, or from the sums over single runs that a textbook gives, worked out
 * in exact fractions or with another program. */

static void near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.17g is not within %g of %.17g", value, tolerance, expected);
}

static void add(struct dp_tally *tally, int count, const double *values)
{
    for (int i = 0; i < count; i++)
        dp_tally_add(tally, DP_DONE, dp_log_value(values[i]));
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
                dp_tally_add(&tally[j], DP_DONE, log(7.3 * pow(width[j], exponents[e])));
        const struct dp_slope fit = dp_slope_fit(width, tally, 4, 0);
        near(fit.slope, exponents[e], 1e-13);
        near(fit.error, 0, 1e-13);
        near(fit.drift, 0, 1e-13);
        if (exponents[e] != 0)
            near(fit.r2, 1, 1e-12);
        assert_int_equal(fit.widths, 4);
        assert_int_equal(fit.runs, 12);
        near(dp_slope_fit(width, tally, 4, 1).slope, exponents[e], 1e-13);
    }
}

// At log m = 0, 1, 2 with y = {0, 2}, {1, 3}, {4, 6}: means 1, 2, 5 and levers -1/2, 0, 1/2, so S = 2; each
// width has the variance 2 and two runs, so the seeds give 1/4 + 1/4; the residuals of the means are 1/3,
// -2/3, 1/3 with weights 2 and one degree of freedom over Sxx = 4, so the misfit gives 4/3 / 4. The upper two
// widths have the slope 3, with levers 1/2, -1, 1/2 for the difference. Of the means' spread, 2 (25 + 4 + 49)
// / 9 = 52/3, the line explains 4 x 4.
static void slope_and_error_in_exact_fractions(void **state)
{
    (void)state;
    const double width[] = {1, exp(1), exp(2)};
    struct dp_tally tally[3] = {0};
    add(&tally[0], 2, (const double[]){1, exp(2)});
    add(&tally[1], 2, (const double[]){exp(1), exp(3)});
    add(&tally[2], 2, (const double[]){exp(4), exp(6)});
    const struct dp_slope fit = dp_slope_fit(width, tally, 3, 0);
    near(fit.slope, 2, 1e-14);
    near(fit.seed_error, sqrt(2. / 4), 1e-14);
    near(fit.misfit_error, sqrt(4. / 3 / 4), 1e-14);
    near(fit.error, sqrt(2. / 4), 1e-14);
    near(fit.chi2, 4. / 3 / 2, 1e-14);
    near(fit.r2, 16 / (52. / 3), 1e-14);
    near(fit.drift, 1, 1e-14);
    near(fit.drift_error, sqrt(1.5), 1e-14);
    near(fit.high - fit.slope, 4.302653 * sqrt(2. / 4), 1e-5); // two widths count, a degree of freedom each
}

// Ten single runs at four widths, 3, 2, 1 and 4 of them: NumPy's polyfit with weights, SciPy's t.
static void unequal_numbers_of_seeds_are_weights(void **state)
{
    (void)state;
    static const struct {
        double power, slope, seed_error, misfit_error, r2, chi2, drift, reach;
    } expected[] = {
        {0, -0.4168257335354547, 0.021658271073814486, 0.011176643953162053, 0.9985641147426856,
         0.27811292951676386, -0.04679948292010955, 0.054995831104130276},
        {1, -0.43066700570832955, 0.029418033608543795, 0.013008446200629456, 0.9981785976269525,
         0.050696021852910944, -0.032958210747236094, 0.07604623676461786},
    };
    const double width[] = {1000, 3000, 10000, 40000};
    struct dp_tally tally[4] = {0};
    add(&tally[0], 3, (const double[]){.31, .29, .35});
    add(&tally[1], 2, (const double[]){.2, .22});
    add(&tally[2], 1, (const double[]){.13});
    add(&tally[3], 4, (const double[]){.07, .065, .06, .08});
    for (int k = 0; k < 2; k++) {
        const struct dp_slope fit = dp_slope_fit(width, tally, 4, expected[k].power);
        near(fit.slope, expected[k].slope, 1e-12);
        near(fit.seed_error, expected[k].seed_error, 1e-12);
        near(fit.misfit_error, expected[k].misfit_error, 1e-12);
        near(fit.error, fit.seed_error, 0);
        near(fit.r2, expected[k].r2, 1e-12);
        near(fit.chi2, expected[k].chi2, 1e-12);
        near(fit.drift, expected[k].drift, 1e-12);
        near(fit.high - fit.slope, expected[k].reach, 1e-3 * expected[k].reach);
        near(fit.slope - fit.low, fit.high - fit.slope, 1e-14);
    }
}

// The middle width belongs to both halves; of four widths the upper two count, of two none.
static void the_upper_half_of_the_widths(void **state)
{
    (void)state;
    const double width[] = {1, exp(1), exp(2), exp(3), exp(4)}, weight[] = {1, 1, 1, 1, 1};
    double lever[5];
    dp_upper_levers(width, weight, 5, lever);
    const double three[] = {0, 0, -.5, 0, .5};
    for (int j = 0; j < 5; j++)
        near(lever[j], three[j], 1e-14);
    dp_upper_levers(width, weight, 4, lever);
    const double two[] = {0, 0, -1, 1};
    for (int j = 0; j < 4; j++)
        near(lever[j], two[j], 1e-14);
    const double gaps[] = {1, 0, 1, 0, 1}; // widths without runs do not count
    dp_upper_levers(width, gaps, 5, lever);
    const double outer[] = {0, 0, -.5, 0, .5};
    for (int j = 0; j < 5; j++)
        near(lever[j], outer[j], 1e-14);
    dp_upper_levers(width, weight, 2, lever);
    near(lever[0], 0, 0);
    near(lever[1], 0, 0);
}

// SciPy's t.ppf(.975, freedom) and norm.cdf.
static void quantiles_agree_with_scipy(void **state)
{
    (void)state;
    static const double t[][3] = {
        {1, 12.706204736432095, 1e-7},  {1.5, 6.016663107990447, 0.03},  {2, 4.302652729911275, 1e-7},
        {4, 2.7764451051977987, 1e-7},  {7.3, 2.345066736150929, 1e-3},  {30, 2.0422724563012373, 1e-6},
        {31, 2.0395134463964077, 3e-6}, {100, 1.9839715184496334, 1e-7}, {1e6, 1.9599663568141066, 1e-9}};
    static const double below[][2] = {
        {-3, 0.0013498980316300933}, {-1.96, 0.024997895148220435}, {0, 0.5}, {1, 0.8413447460685429}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++)
        near(dp_student_95(t[i][0]) / t[i][1], 1, t[i][2]);
    for (size_t i = 0; i < sizeof below / sizeof *below; i++)
        near(dp_normal_below(below[i][0]), below[i][1], 1e-15);
    assert_true(isnan(dp_student_95(0.9)) && isnan(dp_student_95(NAN)));
    near(dp_student_95(INFINITY), DP_NORMAL_95, 1e-12);
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
                             j * j * 0.1); // means 0, .1, .4: S = .2, residuals 1, -2, 1 / 30
        const struct dp_slope fit = dp_slope_fit(width, tally, 3, 0);
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
    dp_tally_add(&tally[2], DP_STEP_LIMIT, -.3);
    const struct dp_slope fit = dp_slope_fit(width, tally, 3, 0);
    assert_true(isnan(fit.slope) && isnan(fit.error));
    assert_int_equal(fit.widths, 1);
    assert_int_equal(dp_regime_of(&fit), DP_NO_SLOPE);
    const struct dp_slope none = dp_slope_fit(width, NULL, 0, 0);
    assert_true(isnan(none.slope));
}

static void two_runs_at_two_widths_have_a_slope_but_no_error(void **state)
{
    (void)state;
    const double width[] = {100, 10000};
    struct dp_tally tally[2] = {0};
    add(&tally[0], 1, (const double[]){.1});
    add(&tally[1], 1, (const double[]){.01});
    const struct dp_slope fit = dp_slope_fit(width, tally, 2, 0);
    near(fit.slope, -0.5, 1e-14);
    assert_true(isnan(fit.error));
    assert_int_equal(dp_regime_of(&fit), DP_UNDECIDED);
    add(&tally[1], 1, (const double[]){.011}); // a second seed at one width tells
    assert_true(dp_slope_fit(width, tally, 2, 0).error > 0);
}

// Only done runs with a logarithm are used; every run is counted once.
static void unusable_and_unfinished_runs_are_counted_not_used(void **state)
{
    (void)state;
    struct dp_tally tally = {0};
    add(&tally, 5, (const double[]){2, 8, 0, NAN, INFINITY});
    dp_tally_add(&tally, DP_DONE, dp_log_value(-1));
    dp_tally_add(&tally, DP_DIVERGED, 1e9);
    dp_tally_add(&tally, DP_STEP_LIMIT, 1e9);
    dp_tally_add(&tally, DP_PENDING, 1e9);
    dp_tally_add(&tally, 17, 1e9);
    dp_tally_add(&tally, NAN, 1e9);
    near(exp(dp_tally_mean(&tally)), 4, 1e-14); // the geometric mean of 2 and 8
    assert_int_equal(tally.used, 2);
    assert_int_equal(tally.unusable, 4);
    assert_int_equal(tally.ended[DP_RUN_FAILED], 2);
    assert_int_equal(dp_tally_runs(&tally), 11);
    assert_true(isnan(dp_tally_mean(&(struct dp_tally){0})));
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
        double slope, reach;
        enum dp_regime regime;
    } cases[] = {
        {-0.5, 0.2, DP_REGIME_LINEAR},
        {0.5, 0.2, DP_REGIME_CONDENSED},
        {-0.5, 0.6, DP_UNDECIDED},
        {0.5, 0.5, DP_UNDECIDED},
        {0.02, 0.06, DP_REGIME_CRITICAL},
        {0.02, 0.1, DP_UNDECIDED},
        {-0.08, 0.002, DP_REGIME_CRITICAL},
        {-0.08, 0.04, DP_UNDECIDED},
        {-0.12, 0.002, DP_REGIME_LINEAR},
        {0, 0, DP_REGIME_CRITICAL},
        {0.5, NAN, DP_UNDECIDED},
        {NAN, NAN, DP_NO_SLOPE},
        {0, NAN, DP_UNDECIDED},
        {0.11, INFINITY, DP_UNDECIDED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(dp_regime_of(&(struct dp_slope){.slope = cases[i].slope,
                                                         .low = cases[i].slope - cases[i].reach,
                                                         .high = cases[i].slope + cases[i].reach}),
                         cases[i].regime);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_power_law_has_its_exponent_and_no_error),
        cmocka_unit_test(slope_and_error_in_exact_fractions),
        cmocka_unit_test(unequal_numbers_of_seeds_are_weights),
        cmocka_unit_test(the_upper_half_of_the_widths),
        cmocka_unit_test(quantiles_agree_with_scipy),
        cmocka_unit_test(misfit_is_not_averaged_away_by_seeds),
        cmocka_unit_test(one_width_has_no_slope),
        cmocka_unit_test(two_runs_at_two_widths_have_a_slope_but_no_error),
        cmocka_unit_test(unusable_and_unfinished_runs_are_counted_not_used),
        cmocka_unit_test(joined_tallies_equal_one_tally),
        cmocka_unit_test(regimes_follow_the_stated_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
