// SPDX-License-Identifier: BSD-3-Clause
// The risk: from kept weights by its definition, and its minimum where the closed form has it.
#include "check.h"
#include "core/data/data.h"
#include "dewpoint/sweep/keys.h"
#include <stdlib.h>

enum { WIDTH = 20, INPUTS = 4, OUTPUTS = 2, POINTS = 1000 };

static struct dp_run linear_run(void)
{
    struct dp_run run = dp_run_defaults();
    run.activation = DP_LINEAR;
    run.width = WIDTH;
    run.bias = 0;
    run.scheme = DP_SCHEME_DIRECT;
    run.alpha = 1;
    run.beta1 = run.beta2 = 0.1;
    run.draw = DP_DRAW_DIAGONAL;
    run.target = DP_LINEAR_MODES;
    run.samples = 200;
    run.inputs = INPUTS;
    run.outputs = OUTPUTS;
    run.points = DP_DECORRELATED;
    run.basis = DP_BASIS_SYNAPTIC;
    run.noise = 1;
    run.method = DP_GD;
    run.reduction = DP_SUM;
    run.learning_rate = 4e-5;
    run.max_steps = 5000;
    run.risk = DP_RISK_L2;
    run.curve_ratio = 1.01;
    run.test_samples = 500;
    return run;
}

static void train(const struct dp_run *run, struct dp_record *record, struct dp_trace *trace)
{
    assert_int_equal(dp_run_check(run, NULL), DP_OK);
    assert_true(dp_run_curve_capacity(run) <= POINTS);
    trace->curve_capacity = POINTS;
    assert_int_equal(dp_run_execute(run, NULL, NULL, record, trace, NULL), DP_OK);
}

// mean over test samples of |f - y| or (f - y)^2 of one output
static double risk_of(const struct dp_run *run, const double *weights, const struct dp_samples *test,
                      int64_t c)
{
    double sum = 0;
    for (int64_t i = 0; i < test->count; i++) {
        double f = 0;
        for (int64_t k = 0; k < run->width; k++) {
            const double *w = weights + k * (INPUTS + 1 + OUTPUTS);
            double h = 0;
            for (int64_t j = 0; j < INPUTS; j++)
                h += w[j] * test->x[i * INPUTS + j];
            f += w[INPUTS + 1 + c] * h;
        }
        const double e = f - test->y[i * OUTPUTS + c];
        sum += run->risk == DP_RISK_L1 ? fabs(e) : e * e;
    }
    return sum / (double)test->count;
}

static void the_risk_is_what_its_definition_says(void **state)
{
    (void)state;
    static struct dp_curve_point curve[POINTS];
    static double last[WIDTH * (INPUTS + 1 + OUTPUTS)];
    for (int64_t kind = DP_RISK_L1; kind <= DP_RISK_L2; kind++)
        for (int64_t reduction = DP_MEAN; reduction <= DP_HALF_SUM; reduction++) {
            struct dp_run run = linear_run();
            struct dp_trace trace = {.curve = curve, .weights_last = last};
            struct dp_record record;
            struct dp_samples samples, test;
            run.risk = kind;
            run.reduction = reduction;
            run.learning_rate = 1e-3;
            run.max_steps = 50;
            train(&run, &record, &trace);
            assert_int_equal(dp_data_make(&run, NULL, &samples, &test, NULL), DP_OK);
            const double first = risk_of(&run, last, &test, 0), second = risk_of(&run, last, &test, 1);
            const struct dp_curve_point *end = &curve[trace.curve_count - 1];
            assert_near(record.risk, first + second, 1e-12);
            assert_near(end->risk_first, first, 1e-12);
            assert_near(end->risk_last, second, 1e-12);
            assert_near(end->risk, record.risk, 0);
            dp_samples_free(&samples);
            dp_samples_free(&test);
        }
}

static void without_the_key_there_is_no_risk(void **state)
{
    (void)state;
    static struct dp_curve_point curve[POINTS];
    struct dp_run run = linear_run();
    struct dp_trace trace = {.curve = curve};
    struct dp_record record;
    run.risk = DP_RISK_NONE;
    run.max_steps = 3;
    train(&run, &record, &trace);
    assert_true(isnan(record.risk) && isnan(record.risk_least) && isnan(record.risk_least_predicted));
    assert_true(isnan(curve[0].risk) && record.risk_least_step == -1);
}

// Decorrelated inputs of one variance, diagonal start: the closed form is exact but for the step. Without
// noise the risk falls to the end; with noise the minimum comes before it, and the closed form knows where.
static void the_minimum_is_where_the_closed_form_has_it(void **state)
{
    (void)state;
    static struct dp_curve_point curve[POINTS];
    int before_the_end = 0;
    for (int64_t seed = 0; seed < 8; seed++) {
        struct dp_run run = linear_run();
        struct dp_trace trace = {.curve = curve};
        struct dp_record record;
        run.seed = run.data_seed = seed;
        train(&run, &record, &trace);
        assert_near(record.risk_least, record.risk_least_predicted, 2e-3 * record.risk_least);
        // the curve has points a hundredth apart, and the parabola's bottom is flat
        assert_near(record.risk_least_time, record.risk_least_time_predicted, 0.03 * record.risk_least_time);
        before_the_end += record.risk_least_step < 2500 && record.risk > 1.05 * record.risk_least;
    }
    assert_true(before_the_end >= 6);
    struct dp_run run = linear_run();
    struct dp_trace trace = {.curve = curve};
    struct dp_record record;
    run.noise = 0;
    train(&run, &record, &trace);
    assert_near(record.risk_least, record.risk, 0);
    assert_near(record.risk_least_predicted, record.risk, 0.01 * record.risk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_risk_is_what_its_definition_says),
        cmocka_unit_test(without_the_key_there_is_no_risk),
        cmocka_unit_test(the_minimum_is_where_the_closed_form_has_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
