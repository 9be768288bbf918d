// SPDX-License-Identifier: BSD-3-Clause
// Neurons at a saddle take the way of the exact flow, which a conserved number tells.
#include "check.h"
#include "dewpoint/sweep/keys.h"
#include <string.h>

enum { MOST_SAMPLES = 12, MOST_WIDTH = 70 };
static const double SMALL = 1e-2; // |w|: x tanh x is x^2 there, within 3e-5 of itself

/* Some copies of one sample, x = (1, 1) with the bias and y = 1, and copies of one neuron of x tanh x whose w
 * is along x and whose a is -ratio |w| / sqrt 2. While neurons are small, w' = -2 a rho (w.x) x and a' = -rho
 * (w.x)^2 under a pull rho < 0, so that a^2 - |w|^2 / 2 stands still whatever rho does: with ratio < 1 a
 * passes 0 and the neuron escapes from the saddle w = 0; with ratio > 1 it comes to rest there, at a =
 * -sqrt(a_0^2 - |w_0|^2 / 2). */
static struct dp_record fly(int64_t samples, int64_t width, double ratio, double *a)
{
    double x[MOST_SAMPLES], y[MOST_SAMPLES], values[MOST_WIDTH][3], last[MOST_WIDTH][3];
    struct dp_run run = dp_run_defaults();
    struct dp_record record;
    for (int i = 0; i < samples; i++)
        x[i] = y[i] = 1;
    for (int64_t k = 0; k < width; k++) {
        values[k][0] = values[k][1] = SMALL / sqrt(2);
        values[k][2] = -ratio * SMALL / sqrt(2);
    }
    run.activation = DP_XTANH;
    run.width = width;
    run.scheme = DP_SCHEME_FILE;
    run.target = DP_FILE;
    run.stop_loss = 1e-4;
    run.stop_time = 1e6;
    run.prediction_starts = 0;
    run.test_samples = 0;
    strcpy(run.file, "copies.csv");
    const struct dp_samples file = {.count = samples, .inputs = 1, .outputs = 1, .x = x, .y = y};
    const struct dp_start start = {.width = width, .components = 3, .values = &values[0][0]};
    struct dp_trace trace = {.weights_last = &last[0][0]};
    struct dp_error error = {0};
    const struct dp_work work = {
        .run = &run, .file = &file, .start = &start, .record = &record, .trace = &trace};
    if (dp_runs_execute(&work, 1, NULL, &error) != DP_OK)
        fail_msg("%s", error.text);
    *a = last[0][2];
    return record;
}

// By stages, by implicit steps and by waveforms, in both layouts.
static void the_branch_is_that_of_the_conserved_number(void **state)
{
    (void)state;
    static const int64_t samples[] = {1, 4, MOST_SAMPLES}, widths[] = {20, MOST_WIDTH};
    for (int n = 0; n < 3; n++)
        for (int w = 0; w < 2; w++)
            for (int k = 1; k <= 3; k++) {
                const double apart = 0.02 * k;
                double a;
                const struct dp_record escapes = fly(samples[n], widths[w], 1 - apart, &a);
                assert_int_equal(escapes.stop, DP_STOP_LOSS);
                assert_true(a > 0);
                const struct dp_record rests = fly(samples[n], widths[w], 1 + apart, &a);
                assert_true(rests.stop != DP_STOP_LOSS && rests.loss > 0.9);
                assert_near(a, -SMALL / sqrt(2) * sqrt(pow(1 + apart, 2) - 1), 0.02 * SMALL);
            }
}

/* Sigmoid neurons that are small fit the mean of the labels within a hundredth of a unit of time. The loss
 * then rests on a plateau that they leave ten thousand units later. */
static void a_plateau_is_no_floor(void **state)
{
    (void)state;
    for (int k = 0; k < 4; k++) {
        struct dp_run run = dp_run_defaults();
        struct dp_record record;
        run.activation = DP_SIGMOID;
        run.width = k % 2 ? 1000 : 300;
        run.gamma = 1.5;
        run.gamma_prime = 0.5;
        run.antisymmetric = 1;
        run.samples = 20;
        run.seed = 1;
        run.stop_loss = 1e-3;
        run.tolerance = k / 2 ? 0.001 : 0.01;
        assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, NULL, NULL), DP_OK);
        assert_int_equal(record.stop, DP_STOP_LOSS);
        assert_true(record.flow_time > 1e4 && record.steps < 400);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_branch_is_that_of_the_conserved_number),
                                       cmocka_unit_test(a_plateau_is_no_floor)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
