// SPDX-License-Identifier: BSD-3-Clause
// Momentum and weight decay against the algebra of a quadratic.
#include "check.h"
#include "dewpoint/sweep/keys.h"
#include <stdbool.h>
#include <string.h>

/* On the sample x = 0 without bias every h is 0, so that weights stay and f = sum_k a_k sigma(0) / alpha is
 * linear in the amplitudes: with sigmoid, alpha = 1/2 and L = f^2 / 2 for the target 0 the sum S of the
 * amplitudes is all there is, L = S^2 / 2, and a rate r / m moves it as the rate r moves one number. */

enum { MOST = 100 };

static struct dp_run quadratic_run(int64_t width, double rate, double momentum, bool nesterov)
{
    struct dp_run run = dp_run_defaults();
    run.activation = DP_SIGMOID;
    run.bias = 0;
    run.width = width;
    run.scheme = DP_SCHEME_FILE;
    strcpy(run.path, "start.csv");
    run.alpha = 0.5;
    run.target = DP_FILE;
    strcpy(run.file, "zero.csv");
    run.reduction = DP_HALF_MEAN;
    run.method = DP_GD;
    run.learning_rate = rate / (double)width;
    run.momentum = momentum;
    run.nesterov = nesterov;
    return run;
}

// Trains from S = 1; S at the end.
static double train(const struct dp_run *run, struct dp_record *record)
{
    static double x = 0, y = 0;
    const struct dp_samples sample = {.count = 1, .inputs = 1, .outputs = 1, .x = &x, .y = &y};
    double rows[MOST][3], last[MOST][3], sum = 0;
    for (int64_t k = 0; k < run->width; k++) {
        rows[k][0] = 0.3;
        rows[k][1] = 0;
        rows[k][2] = 1 / (double)run->width;
    }
    const struct dp_start start = {.width = run->width, .components = 3, .values = &rows[0][0]};
    struct dp_trace trace = {.weights_last = &last[0][0]};
    const struct dp_work work = {
        .run = run, .file = &sample, .start = &start, .record = record, .trace = &trace};
    assert_int_equal(dp_run_check(run, NULL), DP_OK);
    assert_int_equal(dp_runs_execute(&work, 1, NULL, NULL), DP_OK);
    for (int64_t k = 0; k < run->width; k++) {
        assert_true(last[k][0] == 0.3 && last[k][1] == 0);
        sum += last[k][2];
    }
    return sum;
}

static const int64_t widths[] = {1, MOST}; // lanes of networks, lanes of neurons

// The first steps at lambda = 1, rate .1 and mu .9 from 1, worked out by hand.
static void the_first_steps_are_those_of_the_recursion(void **state)
{
    (void)state;
    static const double expected[2][4] = {{0.9, 0.72, 0.486, 0.2268}, {0.81, 0.5751, 0.327321, 0.09388791}};
    struct dp_record record;
    for (int w = 0; w < 2; w++)
        for (int nesterov = 0; nesterov < 2; nesterov++)
            for (int steps = 1; steps <= 4; steps++) {
                struct dp_run run = quadratic_run(widths[w], 0.1, 0.9, nesterov);
                run.max_steps = steps;
                assert_near(train(&run, &record), expected[nesterov][steps - 1], 1e-14);
                assert_near(record.flow_time, 0.1 * steps / (double)widths[w], 1e-14);
            }
}

// Heavy ball is stable iff rate lambda < 2 (1 + mu), Nesterov's iff < 2 (1 + mu) / (1 + 2 mu).
static void the_limits_of_stability_are_those_of_theory(void **state)
{
    (void)state;
    static const double momenta[] = {0.1, 0.5, 0.9};
    struct dp_record record;
    for (int w = 0; w < 2; w++)
        for (int m = 0; m < 3; m++)
            for (int nesterov = 0; nesterov < 2; nesterov++) {
                const double mu = momenta[m], limit = 2 * (1 + mu) / (nesterov ? 1 + 2 * mu : 1);
                for (int above = 0; above < 2; above++) {
                    struct dp_run run = quadratic_run(widths[w], limit * (above ? 1.02 : 0.98), mu, nesterov);
                    run.max_steps = 600;
                    const double end = fabs(train(&run, &record));
                    assert_true(above ? !(end < 1e3) : end < 1e-3);
                }
            }
}

// Weight decay adds itself to the curvature, with momentum and without, and pulls at weights too.
static void weight_decay_adds_to_the_curvature(void **state)
{
    (void)state;
    struct dp_record record;
    for (int nesterov = 0; nesterov < 2; nesterov++)
        for (int m = 0; m < 2; m++) {
            double s = 1, v = 0;
            const double mu = m ? 0.7 : 0, lambda = 1 + 0.5, rate = 0.1;
            struct dp_run run = quadratic_run(1, rate, mu, nesterov && m);
            run.weight_decay = 0.5;
            run.max_steps = 25;
            static double x = 0, y = 0;
            const struct dp_samples sample = {.count = 1, .inputs = 1, .outputs = 1, .x = &x, .y = &y};
            double rows[3] = {0.3, 0, 1}, last[3], w = 0.3, velocity = 0;
            const struct dp_start start = {.width = 1, .components = 3, .values = rows};
            struct dp_trace trace = {.weights_last = last};
            const struct dp_work work = {
                .run = &run, .file = &sample, .start = &start, .record = &record, .trace = &trace};
            assert_int_equal(dp_runs_execute(&work, 1, NULL, NULL), DP_OK);
            for (int step = 0; step < 25; step++) {
                v = mu * v + lambda * s;
                velocity = mu * velocity + 0.5 * w;
                w -= rate * (nesterov && m ? 0.5 * w + mu * velocity : velocity);
                s -= rate * (nesterov && m ? lambda * s + mu * v : v);
            }
            assert_near(last[2], s, 1e-14);
            assert_near(last[0], w, 1e-14);
        }
}

// A run's bits do not depend on whether its neighbours have momentum.
static void neighbours_with_other_momenta_change_nothing(void **state)
{
    (void)state;
    enum { RUNS = 12 };
    struct dp_run runs[RUNS];
    struct dp_record together[RUNS], alone;
    struct dp_work work[RUNS];
    for (int i = 0; i < RUNS; i++) {
        runs[i] = dp_run_defaults();
        runs[i].activation = DP_TANH;
        runs[i].width = 10;
        runs[i].method = i < 8 ? DP_GD : DP_ADAM;
        runs[i].momentum = i < 8 && i % 2 ? 0.1 * i : 0;
        runs[i].nesterov = i == 3;
        runs[i].weight_decay = i % 3 ? 0 : 0.01;
        runs[i].max_steps = 50;
        runs[i].seed = i;
        work[i] = (struct dp_work){.run = &runs[i], .record = &together[i], .shares_data = i % 4 > 0};
        assert_int_equal(dp_run_check(&runs[i], NULL), DP_OK);
    }
    assert_int_equal(dp_runs_execute(work, RUNS, NULL, NULL), DP_OK);
    for (int i = 0; i < RUNS; i++) {
        assert_int_equal(dp_run_execute(&runs[i], NULL, NULL, &alone, NULL, NULL), DP_OK);
        assert_memory_equal(&alone, &together[i], sizeof alone);
    }
}

static void keys_that_do_not_apply_are_refused(void **state)
{
    (void)state;
    struct dp_run runs[6];
    struct dp_error error = {0};
    for (int i = 0; i < 6; i++) {
        runs[i] = dp_run_defaults();
        runs[i].method = DP_GD;
        runs[i].momentum = 0.9;
        assert_int_equal(dp_run_check(&runs[i], &error), DP_OK);
    }
    runs[0].method = DP_FLOW;
    runs[1].method = DP_ADAM;
    runs[2].momentum = 0;
    runs[2].nesterov = 1;
    runs[3].momentum = 0;
    runs[3].method = DP_FLOW;
    runs[3].weight_decay = 0.1;
    runs[4].method = DP_NORMALIZED_FLOW;
    runs[5].weight_decay = 0.1;
    runs[5].learning_rate = 0;
    for (int i = 0; i < 6; i++)
        assert_int_equal(dp_run_check(&runs[i], &error), DP_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_steps_are_those_of_the_recursion),
        cmocka_unit_test(the_limits_of_stability_are_those_of_theory),
        cmocka_unit_test(weight_decay_adds_to_the_curvature),
        cmocka_unit_test(neighbours_with_other_momenta_change_nothing),
        cmocka_unit_test(keys_that_do_not_apply_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
