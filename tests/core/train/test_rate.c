// SPDX-License-Identifier: BSD-3-Clause
// learning_rate auto against Hessians in closed form.
#include "check.h"
#include "core/train/exact.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <string.h>

static struct dp_run auto_run(void)
{
    struct dp_run run = exact_run();
    run.learning_rate = 0;
    return run;
}

struct hessian {
    double e, gauss_newton, residual, largest;
    double slope; // |grad L|_1
};

/* Its Hessian in (b, a) is 2 / alpha^2 u u^T + 2 e / alpha S, u = (a, b) and S the exchange of b and a. With
 * u = u+ + u-, S u+- = +-u+-, its largest eigenvalue is that of the 2 x 2 matrix between them. */
static struct hessian hessian_of(double weights[][3], double alpha)
{
    double plus = 0, minus = 0, sum = 0;
    for (int k = 0; k < M; k++) {
        plus += pow(weights[k][2] + weights[k][1], 2) / 2;
        minus += pow(weights[k][2] - weights[k][1], 2) / 2;
        sum += fabs(weights[k][1]) + fabs(weights[k][2]);
    }
    const double e = (plus - minus) / (2 * alpha) - 2, c = 2 / (alpha * alpha), r = 2 * e / alpha;
    const double p = c * plus + r, q = c * minus - r, off = c * sqrt(plus * minus);
    return (struct hessian){.e = e,
                            .gauss_newton = c * (plus + minus),
                            .residual = fabs(r),
                            .largest = (p + q) / 2 + sqrt((p - q) * (p - q) / 4 + off * off),
                            .slope = fabs(r) * sum};
}

// The rate is half of 1 / lambda at the start, lower where lambda grows, always below 2 / lambda; and the
// loss never rises.
static void gd_takes_half_of_what_curvature_allows(void **state)
{
    (void)state;
    const struct dp_samples sample = one_sample();
    bool lowered = false;
    for (int method = DP_GD; method <= DP_SGD; method++)
        for (double scale = 1e-3; scale < 20; scale *= 4)
            for (int64_t seed = 0; seed < 4; seed++) {
                struct dp_run run = auto_run();
                run.method = method;
                run.seed = seed;
                run.init_scale = scale;
                run.stop_loss = 1e-12;
                double first[M][3], last[M][3];
                struct dp_trace trace = {.weights_first = &first[0][0], .weights_last = &last[0][0]};
                struct dp_record record;
                assert_int_equal(dp_run_execute(&run, &sample, NULL, &record, &trace, NULL), DP_OK);
                const struct hessian start = hessian_of(first, run.alpha), end = hessian_of(last, run.alpha);
                assert_near(record.rate_first * (1.05 * start.gauss_newton + start.residual), 0.5, 1e-9);
                assert_true(record.rate_first < 1 / start.largest && record.rate < 1 / end.largest);
                assert_true(record.rate <= record.rate_first);
                assert_int_equal(record.status, DP_DONE);
                assert_int_equal(record.loss_rises, 0);
                lowered = lowered || record.rate < record.rate_first / 2;
            }
    assert_true(lowered);
}

// Cells of the phase plane, activations of every multiplicity, networks in lanes and over lanes, both
// precisions.
static void the_loss_never_rises_over_the_plane(void **state)
{
    (void)state;
    static const int activations[] = {DP_RELU, DP_TANH, DP_LINEAR, DP_XTANH, DP_X2TANH};
    int reached = 0;
    for (int width = 48; width < 400; width += 252)
        for (int a = 0; a < 5; a++)
            for (double gamma = 0; gamma <= 2; gamma += 0.5)
                for (double gamma_prime = -0.5; gamma_prime <= 1; gamma_prime += 0.75) {
                    struct dp_run run = dp_run_defaults();
                    run.method = DP_GD;
                    run.learning_rate = 0;
                    run.activation = activations[a];
                    run.width = width;
                    run.gamma = gamma;
                    run.gamma_prime = gamma_prime;
                    run.stop_loss = 1e-4;
                    run.max_steps = 3000;
                    struct dp_record record;
                    assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, NULL, NULL), DP_OK);
                    assert_int_equal(record.loss_rises, 0);
                    assert_true(record.rate > 0 && record.rate <= record.rate_first);
                    reached += record.status == DP_DONE;
                }
    assert_true(reached > 60);
}

// Adam's first step changes every parameter by the rate; curvature says how far that lowers the loss.
static void adam_takes_a_tenth_of_the_best_first_step(void **state)
{
    (void)state;
    const struct dp_samples sample = one_sample();
    for (double scale = 1e-3; scale < 20; scale *= 4)
        for (double beta1 = 0; beta1 < 1; beta1 += 0.9) {
            struct dp_run run = auto_run();
            run.method = DP_ADAM;
            run.init_scale = scale;
            run.adam_beta1 = beta1;
            run.max_steps = 1;
            double first[M][3];
            struct dp_trace trace = {.weights_first = &first[0][0]};
            struct dp_record record;
            assert_int_equal(dp_run_execute(&run, &sample, NULL, &record, &trace, NULL), DP_OK);
            const struct hessian start = hessian_of(first, run.alpha);
            const double lambda = 1.05 * start.gauss_newton + start.residual;
            const double best = start.slope / (lambda * 2 * M); // the weights of x = 0 have no gradient
            assert_near(record.rate_first / best, 1 - beta1, 1e-9);
            assert_true(record.loss < record.loss_first && record.loss_rises == 0);
            run.max_steps = 50;
            assert_int_equal(dp_run_execute(&run, &sample, NULL, &record, NULL, NULL), DP_OK);
            assert_true(record.rate == record.rate_first);
            assert_true(record.loss < record.loss_first);
        }
}

// With minibatches the curvature is that of the batch at hand.
static void minibatches_have_rates_too(void **state)
{
    (void)state;
    for (int method = DP_SGD; method <= DP_ADAM; method++)
        for (int width = 30; width < 300; width += 170) {
            struct dp_run run = dp_run_defaults();
            run.method = method;
            run.learning_rate = 0;
            run.activation = DP_TANH;
            run.width = width;
            run.target = DP_SINE_SUM;
            run.samples = 50;
            run.batch = 8; // the last of an epoch has 2
            run.max_epochs = 40;
            run.gamma = 0.5;
            struct dp_record record;
            assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, NULL, NULL), DP_OK);
            assert_int_equal(record.status, DP_DONE);
            assert_true(record.rate > 0 && record.rate <= record.rate_first);
            assert_true(record.loss < 0.9 * record.loss_first);
        }
}

// A schedule divides what was chosen; a network that cannot move has no rate.
static void schedules_and_dead_networks(void **state)
{
    (void)state;
    struct dp_run run = auto_run();
    const struct dp_samples sample = one_sample();
    struct dp_record plain, record;
    run.method = DP_ADAM;
    run.max_steps = 11;
    assert_int_equal(dp_run_execute(&run, &sample, NULL, &plain, NULL, NULL), DP_OK);
    run.rate_decay = 0.5;
    assert_int_equal(dp_run_execute(&run, &sample, NULL, &record, NULL, NULL), DP_OK);
    assert_near(record.rate / plain.rate, 1 / (1 + 0.5 * 10), 1e-15);
    run.rate_decay = 0;
    run.activation = DP_RELU;
    run.width = 1;
    int dead = 0;
    for (int method = DP_GD; method <= DP_ADAM; method++)
        for (run.seed = 0; run.seed < 10; run.seed++) {
            run.method = method;
            double first[3];
            struct dp_trace trace = {.weights_first = first};
            assert_int_equal(dp_run_execute(&run, &sample, NULL, &record, &trace, NULL), DP_OK);
            assert_true(isfinite(record.loss) && (first[1] > 0) == (record.rate > 0));
            assert_true(first[1] > 0 || (isnan(record.rate) && record.rd == 0));
            dead += first[1] <= 0;
        }
    assert_in_range(dead, 1, 29);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gd_takes_half_of_what_curvature_allows),
        cmocka_unit_test(the_loss_never_rises_over_the_plane),
        cmocka_unit_test(adam_takes_a_tenth_of_the_best_first_step),
        cmocka_unit_test(minibatches_have_rates_too),
        cmocka_unit_test(schedules_and_dead_networks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
