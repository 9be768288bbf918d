// SPDX-License-Identifier: BSD-3-Clause
// Initial condensation: alignment from kept weights, and the end of its stage against the closed forms.
#include "check.h"
#include "core/data/data.h"
#include "core/prediction/initial_stage.h"
#include "dewpoint/sweep/keys.h"
#include <stdlib.h>
#include <string.h>

static struct dp_run early_run(void)
{
    struct dp_run run = dp_run_defaults();
    run.activation = DP_TANH;
    run.antisymmetric = 1;
    run.target = DP_SINE_SUM;
    run.inputs = 3;
    run.samples = 30;
    run.low = -0.5;
    run.high = 0.7;
    run.test_samples = 0;
    run.method = DP_FLOW;
    run.alignment = 1;
    run.stop_drop = run.stage_share;
    return run;
}

static struct dp_record train(const struct dp_run *run, struct dp_trace *trace)
{
    struct dp_record record;
    struct dp_error error = {0};
    if (dp_run_check(run, &error) != DP_OK ||
        dp_run_execute(run, NULL, NULL, &record, trace, &error) != DP_OK)
        fail_msg("%s", error.text);
    return record;
}

/* C and G of neurons [width][d + 2] by their definition, z along mean y x. */
static double alignment_of(const struct dp_run *run, const double *neurons, double *g)
{
    struct dp_samples data, test;
    double z[8] = {0}, length = 0, along = 0, square = 0;
    assert_int_equal(dp_data_make(run, NULL, &data, &test, NULL), DP_OK);
    const int d = (int)data.inputs;
    for (int64_t i = 0; i < data.count; i++)
        for (int j = 0; j <= d; j++)
            z[j] += data.y[i] * (j < d ? data.x[i * d + j] : 1);
    for (int j = 0; j <= d; j++)
        length += z[j] * z[j];
    for (int64_t k = 0; k < run->width; k++) {
        double part = 0;
        for (int j = 0; j <= d; j++) {
            part += neurons[k * (d + 2) + j] * z[j] / sqrt(length);
            square += neurons[k * (d + 2) + j] * neurons[k * (d + 2) + j];
        }
        along += part * part;
    }
    dp_samples_free(&data);
    dp_samples_free(&test);
    const double c2 = along / square;
    *g = d * c2 / (1 - c2);
    return sqrt(c2);
}

static void alignment_is_what_its_definition_says(void **state)
{
    (void)state;
    static double first[100 * 5], last[100 * 5];
    struct dp_run run = early_run();
    run.width = 100;
    run.gamma = 1.5;
    struct dp_trace trace = {.weights_first = first, .weights_last = last};
    const struct dp_record record = train(&run, &trace);
    double g, start;
    alignment_of(&run, first, &start);
    assert_near(record.alignment, alignment_of(&run, last, &g), 1e-12);
    assert_near(record.stage_gain, g / start - 1, 1e-9 * record.stage_gain);
    assert_near(record.stage_alignment, record.alignment, 0); // the run ends with its stage
    assert_near(record.stage_end, record.flow_time, 0);
    assert_near(record.stage_rd_w, record.rd_w, 0);
    assert_near(record.stage_active, record.active_neurons, 1e-9 * record.active_neurons);
    assert_near(record.stage_directions, record.directions_effective, 0);
    assert_true(record.loss <= 0.9 * record.loss_first && record.loss > 0.89 * record.loss_first);
}

// A run that goes on has the same stage as one that ends there, to what a step of flow may err.
static void the_stage_does_not_depend_on_what_follows(void **state)
{
    (void)state;
    for (int64_t method = DP_GD; method <= DP_FLOW; method += DP_FLOW - DP_GD) {
        struct dp_run run = early_run();
        run.width = 200;
        run.gamma = 1.25;
        run.method = method;
        run.learning_rate = 0.002;
        const struct dp_record ends = train(&run, &(struct dp_trace){0});
        run.stop_drop = 0.5;
        const struct dp_record goes_on = train(&run, &(struct dp_trace){0});
        assert_true(goes_on.loss <= 0.5 * goes_on.loss_first && goes_on.flow_time > 1.05 * ends.flow_time);
        assert_near(goes_on.stage_end, ends.stage_end, 0);
        assert_near(goes_on.stage_gain, ends.stage_gain, 0);
        run.stage_share = 0;
        const struct dp_record without = train(&run, &(struct dp_trace){0});
        assert_true(isnan(without.stage_end) && isnan(without.stage_end_predicted));
        assert_near(without.flow_time, goes_on.flow_time, 0.01 * without.flow_time);
        assert_true(without.alignment > 0);
    }
}

static void only_who_asks_is_measured(void **state)
{
    (void)state;
    struct dp_run run = early_run();
    run.width = 50;
    run.alignment = 0;
    const struct dp_record plain = train(&run, &(struct dp_trace){0});
    assert_true(isnan(plain.alignment) && isnan(plain.directions_effective) && isnan(plain.stage_end));
    run.alignment = 1;
    run.activation = DP_RELU;
    const struct dp_record relu = train(&run, &(struct dp_trace){0});
    assert_true(isnan(relu.alignment) && relu.directions_effective >= 1 && relu.stage_end > 0);
}

enum { SAMPLES = 16, INPUTS = 3 };
/* The w start with sizes from width^-.125, where tanh is not linear, to width^-1.25. */
static const double plane[][2] = {{1, 0.75},     {1.25, 0.75}, {1, 0},       {1.5, 0},   {1, -0.5},
                                  {1.25, -0.25}, {1.25, 0},    {1.5, -0.5},  {1.5, 0.5}, {2, -0.5},
                                  {2, 0.5},      {1.25, 1},    {1.75, 0.25}, {2, 1}};
enum { CELLS = sizeof plane / sizeof *plane };

/* y = x1 - x2 / 2 + x3 / 4 + .3 + sin(3 x1) / 5 on points of the cube: mostly along z, so that a tenth of the
 * loss is still its initial stage. */
static void fill(struct dp_samples *data)
{
    static double x[SAMPLES * INPUTS], y[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
        double *p = x + i * INPUTS;
        for (int j = 0; j < INPUTS; j++)
            p[j] = sin(1.7 * pow(INPUTS * i + j + 1, 1.4));
        y[i] = p[0] - p[1] / 2 + p[2] / 4 + 0.3 + sin(3 * p[0]) / 5;
    }
    *data = (struct dp_samples){.count = SAMPLES, .inputs = INPUTS, .outputs = 1, .x = x, .y = y};
}

/* The largest deviations over the plane of C, RD_w and the gain at the end of the stage, means over seeds,
 * from the closed form; RD_w and gain relative. The gain only counts where C leaves it room: the force turns
 * while the loss falls. */
struct deviation {
    double alignment, rd_w, gain;
};

static struct deviation deviate(int64_t width, int seeds)
{
    struct deviation most = {0};
    struct dp_samples data;
    fill(&data);
    for (int k = 0; k < CELLS; k++) {
        double c = 0, rd = 0, gain = 0;
        bool room = true;
        for (int64_t seed = 0; seed < seeds; seed++) {
            struct dp_run run = early_run();
            struct dp_record record = {0};
            run.target = DP_FILE;
            run.width = width;
            run.gamma = plane[k][0];
            run.gamma_prime = plane[k][1];
            run.seed = seed;
            assert_int_equal(dp_run_execute(&run, &data, NULL, &record, NULL, NULL), DP_OK);
            assert_int_equal(record.status, DP_DONE);
            c += (record.stage_alignment - record.alignment_predicted) / seeds;
            rd += (record.stage_rd_w / record.rd_w_predicted - 1) / seeds;
            gain += (record.stage_gain / record.gain_predicted - 1) / seeds;
            room = room && record.alignment_predicted < 0.99;
        }
        most.alignment = fmax(most.alignment, fabs(c));
        most.rd_w = fmax(most.rd_w, fabs(rd));
        most.gain = fmax(most.gain, room ? fabs(gain) : 0);
        print_message("m %d, (%g, %g): C %.4f, RD %.4f, gain %.4f\n", (int)width, plane[k][0], plane[k][1], c,
                      rd, gain);
    }
    return most;
}

static void the_stage_ends_as_the_closed_form_says(void **state)
{
    (void)state;
    static const struct {
        int64_t width;
        int seeds;
        double alignment;
    } widths[] = {{100, 8, 0.06}, {1000, 4, 0.025}, {10000, 1, 0.008}};
    for (size_t k = 0; k < sizeof widths / sizeof *widths; k++) {
        const struct deviation most = deviate(widths[k].width, widths[k].seeds);
        assert_true(most.alignment < widths[k].alignment);
    }
}

// Also where tanh is not linear at the start: there the formulas for small w are off by a sixth and a third.
static void wide_networks_follow_the_closed_form(void **state)
{
    (void)state;
    const struct deviation most = deviate(100000, 4);
    assert_true(most.alignment < 0.004 && most.rd_w < 0.01 && most.gain < 0.03);
}

// E tanh^2(g) and E sech^4(g) of a normal g by a sum over a fine grid; with d = 1 the product needs no more.
static void forces_of_large_weights_are_their_means(void **state)
{
    (void)state;
    double x = 1, y = 1, force = 0, slope = 0, product = 0, sum = 0;
    for (double g = -12; g <= 12; g += 1e-3) {
        const double weight = exp(-g * g / 2), t = tanh(g), s = 1 - t * t;
        sum += weight;
        force += weight * t * t;
        slope += weight * s * s;
        product += weight * t * t * s * s;
    }
    enum { WIDTH = 400000 };
    double *const w = malloc(sizeof *w * WIDTH * 3); // columns w, bias, a
    assert_non_null(w);
    for (int64_t k = 0; k < WIDTH; k++) { // quantiles of the normal distribution, by Newton's steps
        const double share = ((double)k + 0.5) / WIDTH;
        double g = 0;
        for (int i = 0; i < 60; i++) {
            const double step =
                (0.5 * erfc(-g / sqrt(2)) - share) * sqrt(2 * 3.14159265358979) * exp(g * g / 2);
            g -= fmax(-1, fmin(1, step));
        }
        w[k] = g;
        w[WIDTH + k] = w[2 * WIDTH + k] = 0;
    }
    const struct dp_samples data = {.count = 1, .inputs = 1, .outputs = 1, .x = &x, .y = &y};
    const struct dp_neurons neurons = {w, WIDTH, 1, 1};
    struct dp_run run = early_run();
    struct dp_pull_of_data pull;
    run.inputs = 1;
    run.bias = 0;
    assert_int_equal(dp_pull_acquire(&run, &data, &pull, NULL), DP_OK);
    assert_int_equal(dp_linearity_measure(&run, &data, &neurons, &pull, NULL), DP_OK);
    assert_near(pull.force, force / sum, 1e-4);
    assert_near(pull.gradient, slope / sum, 1e-4);
    assert_near(pull.product, product / sum, 1e-4);
    for (int64_t k = 0; k < WIDTH; k++)
        w[k] *= 1e-9; // all three are 1 in the linear part
    assert_int_equal(dp_linearity_measure(&run, &data, &neurons, &pull, NULL), DP_OK);
    assert_near(pull.force, 1, 1e-12);
    assert_near(pull.gradient, 1, 1e-12);
    assert_near(pull.product, 1, 1e-12);
    dp_pull_release(&pull);
    free(w);
}

/* With the argument wide: the widest networks, which take a minute. */
int main(int count, char **word)
{
    const struct CMUnitTest wide[] = {cmocka_unit_test(wide_networks_follow_the_closed_form)};
    if (count == 2 && !strcmp(word[1], "wide"))
        return cmocka_run_group_tests(wide, NULL, NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alignment_is_what_its_definition_says),
        cmocka_unit_test(the_stage_does_not_depend_on_what_follows),
        cmocka_unit_test(only_who_asks_is_measured),
        cmocka_unit_test(the_stage_ends_as_the_closed_form_says),
        cmocka_unit_test(forces_of_large_weights_are_their_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
