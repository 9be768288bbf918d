// SPDX-License-Identifier: BSD-3-Clause
/* S_w over the phase plane of relu against the slopes that are derived for it (SCIENCE.md, section 1): gamma
 * .5-2 and gamma_prime -.5..1.5 in steps of .25, antisymmetric, float64, gradient flow to loss 1e-6.
 * `test_slopes wide` takes widths to 10^6, half a minute or more. */
#include "check.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <string.h>

enum { WIDTHS = 3, MOST_SEEDS = 3 };

static double derived(double gamma, double prime)
{
    if (prime <= fmin(0, 1 - gamma))
        return gamma - 1;
    if (gamma <= 1)
        return gamma - 1 - 2 * prime;
    return prime >= gamma - 1 ? 2 * (gamma - 1 - prime) : (gamma - 1 - prime) / 2;
}

static struct dp_run relu_run(double gamma, double prime)
{
    struct dp_run run = dp_run_defaults();
    run.gamma = gamma;
    run.gamma_prime = prime;
    run.antisymmetric = 1;
    run.stop_loss = 1e-6;
    run.test_samples = 0;
    run.prediction_starts = 0;
    return run;
}

/* Of the least-squares line of log RD(theta_w) over log width, three widths over the decade from 10^decade
 * on. A run's stop_time is in units of m^gamma, the scale of time on which w moves. */
static double slope(struct dp_run run, int decade, int seeds)
{
    static const double factor[WIDTHS] = {1, 3.162, 10};
    const double time = run.stop_time;
    double x = 0, y = 0, xx = 0, xy = 0;
    for (int w = 0; w < WIDTHS; w++)
        for (run.seed = 0; run.seed < seeds; run.seed++) {
            struct dp_record record;
            run.width = (int64_t)(factor[w] * pow(10, decade) / 2 + 0.5) * 2;
            run.stop_time = time * pow((double)run.width, run.gamma);
            assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, NULL, NULL), DP_OK);
            assert_int_equal(record.status, DP_DONE);
            const double u = log((double)run.width), v = log(record.rd_w);
            x += u;
            y += v;
            xx += u * u;
            xy += u * v;
        }
    const double n = WIDTHS * seeds;
    return (xy - x * y / n) / (xx - x * x / n);
}

static double rms_error(int decade)
{
    double sum = 0;
    int cells = 0;
    for (int g = 0; g < 7; g++)
        for (int p = 0; p < 9; p++, cells++) {
            const double gamma = 0.5 + 0.25 * g, prime = -0.5 + 0.25 * p;
            sum += pow(slope(relu_run(gamma, prime), decade, 1) - derived(gamma, prime), 2);
        }
    return sqrt(sum / cells);
}

static void slopes_are_the_derived_ones_from_a_thousand_neurons(void **state)
{
    (void)state;
    assert_true(rms_error(3) < 0.06);
}

// RD falls to 2e-13 there: only displacements that are kept apart from the weights have digits left.
static void the_deep_linear_corner_is_right(void **state)
{
    (void)state;
    assert_near(slope(relu_run(0.5, 1), 4, MOST_SEEDS), -2.5, 0.03);
    assert_near(slope(relu_run(0.5, 1), 3, MOST_SEEDS), -2.5, 0.1);
}

/* The public 1-d protocol (sweeps/phase-tanh-1d.yaml), in which only the w move: at gamma = 1 runs of all
 * widths have the same limit in the time t / m, so S_w = 0; below they end at loss 1e-6 sooner the wider,
 * above they only saturate. */
static void tanh_in_one_dimension_is_critical_at_one(void **state)
{
    (void)state;
    double found[3];
    for (int k = 0; k < 3; k++) {
        struct dp_run run = relu_run(0.95 + 0.05 * k, -1.5);
        run.activation = DP_TANH;
        run.beta2 = 1;
        run.target = DP_THREE_POINTS;
        run.stop_time = 1e4;
        found[k] = slope(run, 3, MOST_SEEDS);
    }
    const double zero = 1 - 0.05 * found[1] / (found[1] - found[0]);
    print_message("S_w %.3f %.3f %.3f, zero at gamma = %.4f\n", found[0], found[1], found[2], zero);
    assert_true(found[0] < -0.05 && found[2] > 0.01);
    assert_near(zero, 1, 0.03);
}

static void slopes_come_closer_with_width(void **state)
{
    (void)state;
    const double middle = rms_error(4), wide = rms_error(5);
    print_message("RMS error of S_w: %.4f over 10^4-10^5, %.4f over 10^5-10^6\n", middle, wide);
    assert_true(middle < 0.02 && wide < 0.015 && wide < middle);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slopes_are_the_derived_ones_from_a_thousand_neurons),
        cmocka_unit_test(the_deep_linear_corner_is_right),
        cmocka_unit_test(tanh_in_one_dimension_is_critical_at_one),
    };
    const struct CMUnitTest wide[] = {cmocka_unit_test(slopes_come_closer_with_width)};
    if (argc > 1 && !strcmp(argv[1], "wide"))
        return cmocka_run_group_tests(wide, NULL, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
