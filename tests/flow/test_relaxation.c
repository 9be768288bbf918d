// SPDX-License-Identifier: BSD-3-Clause
// Gradient flow of relu networks on data as users have them: against Euler's method with tiny steps, in the
// number of steps and passes, and at floors.
#include "flow/tiny_steps.h"
#include <string.h>

/* Steps that are a hundredth of 1 / lambda or less. On two40 at gamma = 1 a neuron changes the sign of its a
 * on a line: from then on RD and the loss are those of the side it takes. In the last two a grows and w
 * hardly moves: how far depends on when a has grown, over decades of time. */
static void flow_goes_where_tiny_steps_go(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        double gamma, gamma_prime, time, step;
    } cases[] = {{"sin20", 0.5, 0, 20, 5e-4},   {"sin20", 1, 0, 100, 4e-3},   {"sin20", 2, 0, 300, 1e-2},
                 {"d2n30", 1, 0, 60, 3e-3},     {"d2n30", 1, -0.5, 20, 2e-3}, {"d5n60", 1, 0, 60, 5e-3},
                 {"d5n60", 1.5, 0, 100, 1e-2},  {"two40", 1, 0, 300, 8e-3},   {"lab20", 1, 0.5, 100, 4e-3},
                 {"sin20", 0.75, 1.5, 3, 2e-4}, {"d2n30", 1, 1.5, 10, 1e-3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dp_samples samples = read_data(cases[i].data);
        struct dp_run run = relu_run(MOST_WIDTH, cases[i].gamma, cases[i].gamma_prime);
        static double first[MOST_WIDTH * (MOST_INPUTS + 1)];
        struct dp_trace trace = {.weights_first = first};
        double rd[2];
        run.stop_time = cases[i].time;
        const struct dp_record record = execute(&run, &samples, &trace);
        const double loss = by_euler(&samples, first, record.flow_time, cases[i].step, rd);
        const double error = fmax(fabs(record.rd_w / rd[0] - 1), fabs(record.rd_a / rd[1] - 1));
        if (!(error < 5e-3 && error < record.flow_error))
            fail_msg("%s, gamma %g: rd_w %g, rd_a %g, by tiny steps %g, %g; bound %g", cases[i].data,
                     cases[i].gamma, record.rd_w, record.rd_a, rd[0], rd[1], record.flow_error);
        assert_near(record.loss, loss, 2e-3 * record.loss_first);
        dp_samples_free(&samples);
    }
}

static void compare_with_euler(const struct dp_samples *samples, double gamma, double gamma_prime, int seed,
                               double time)
{
    static double first[MOST_WIDTH * (MOST_INPUTS + 1)];
    struct dp_run run = relu_run(MOST_WIDTH, gamma, gamma_prime);
    struct dp_trace trace = {.weights_first = first};
    double rd[2];
    run.seed = seed;
    run.stop_time = time;
    const struct dp_record record = execute(&run, samples, &trace);
    const double loss = by_euler(samples, first, record.flow_time, 1e-3, rd);
    const double error = fmax(fabs(record.rd_w / rd[0] - 1), fabs(record.rd_a / rd[1] - 1));
    if (!(error < 5e-3 && error < record.flow_error && record.evaluations < 400))
        fail_msg("seed %d: rd_w %g, rd_a %g, by tiny steps %g, %g; bound %g, %lld passes", seed, record.rd_w,
                 record.rd_a, rd[0], rd[1], record.flow_error, (long long)record.evaluations);
    assert_near(record.loss, loss, 2e-3 * record.loss_first);
}

/* Two labels at each point: neurons meet the lines of both samples at once, and the pulls of the two have
 * opposite signs. Fifteen points, and two, which sectors (core/flow/sectors) leave to relaxation. */
static void repeated_samples_act_together(void **state)
{
    (void)state;
    for (int seed = 0; seed < 12; seed++) {
        const bool few = seed >= 6;
        struct dp_samples samples = read_data(few ? "sin20" : "d2n30");
        samples.count = few ? 4 : samples.count;
        const int64_t half = samples.count / 2, inputs = samples.inputs;
        for (int64_t i = 0; i < half; i++) {
            memcpy(samples.x + (half + i) * inputs, samples.x + i * inputs,
                   (size_t)inputs * sizeof *samples.x);
            samples.y[half + i] = few ? 0.3 * (double)i : -samples.y[half + i];
        }
        compare_with_euler(&samples, 1, 0.5 * (seed % 3), seed, 20);
        dp_samples_free(&samples);
    }
}

/* Two inputs that are one: points and forces lie in a plane, and neurons whose part there comes to 0 die,
 * although w is not 0. */
static void inputs_may_depend_on_each_other(void **state)
{
    (void)state;
    for (int seed = 0; seed < 4; seed++) {
        struct dp_samples samples;
        assert_int_equal(dp_samples_alloc(&samples, 9, 2, 1, NULL), DP_OK);
        for (int i = 0; i < 9; i++) {
            samples.x[2 * i] = i / 4.0 - 1;
            samples.x[2 * i + 1] = 3.28084 * samples.x[2 * i];
            samples.y[i] = fabs(samples.x[2 * i]) - 0.3;
        }
        compare_with_euler(&samples, 1.5, -0.5, seed, 30);
        dp_samples_free(&samples);
    }
}

/* Points of a cube and of a square lattice: many of their lines pass through one direction of w, and neurons
 * condense there. */
static void points_may_form_a_lattice(void **state)
{
    (void)state;
    for (int seed = 0; seed < 8; seed++) {
        struct dp_samples samples;
        const bool cube = seed < 4;
        assert_int_equal(dp_samples_alloc(&samples, cube ? 16 : 25, cube ? 4 : 2, 1, NULL), DP_OK);
        for (int i = 0; i < samples.count; i++) {
            double *const x = samples.x + i * samples.inputs;
            for (int j = 0; j < samples.inputs; j++)
                x[j] = cube ? 2 * (i >> j & 1) - 1 : (j == 0 ? i % 5 : i / 5) - 2;
            samples.y[i] = cube ? x[0] * x[1] * x[2] * x[3] : 0.3 * x[0] * x[1];
        }
        compare_with_euler(&samples, 1, 0.5 * (seed % 2) - (cube ? 0.5 : 0), seed, 20);
        dp_samples_free(&samples);
    }
}

/* Without a bias, a sample at the origin has the output 0 whatever the network; with the label 0 it only
 * takes part in the mean of the loss. */
static void a_sample_at_the_origin_moves_nothing(void **state)
{
    (void)state;
    struct dp_record record[2];
    for (int with = 0; with < 2; with++) {
        struct dp_samples samples;
        const int count = 15 + with;
        assert_int_equal(dp_samples_alloc(&samples, count, 4, 1, NULL), DP_OK);
        for (int i = 0; i < count; i++) {
            const int bits = 16 - count + i;
            for (int j = 0; j < 4; j++)
                samples.x[4 * i + j] = bits >> j & 1;
            samples.y[i] = (bits ^ bits >> 1 ^ bits >> 2 ^ bits >> 3) & 1;
        }
        struct dp_run run = relu_run(MOST_WIDTH, 0.5, 0.5);
        struct dp_trace trace = {0};
        run.bias = 0;
        run.stop_loss = 1.6e-3 / count;
        record[with] = execute(&run, &samples, &trace);
        dp_samples_free(&samples);
    }
    assert_int_equal(record[1].stop, DP_STOP_LOSS);
    assert_int_equal(record[1].evaluations, record[0].evaluations);
    assert_near(record[1].rd_w, record[0].rd_w, 1e-9);
    assert_near(record[1].rd_a, record[0].rd_a, 1e-9);
}

/* The stabilised method needed from 500 to 900,000 passes for these. Those of the second line need
 * rounds that take over only a part of the round before, or crowds swing across lines. */
static void flow_ends_in_tens_of_steps(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        double gamma, gamma_prime;
        int64_t steps, passes;
    } cases[] = {{"sin20", 0.5, 0, 50, 800},    {"sin20", 1, 0, 50, 800},     {"sin20", 1, 0.5, 50, 800},
                 {"sin20", 1.25, 0, 60, 800},   {"sin20", 1.5, 0, 60, 800},   {"d5n60", 1.5, 0, 40, 350},
                 {"sin20", 2, 0, 150, 5000},    {"d2n30", 0.5, 0, 50, 800},   {"d2n30", 1, 0, 50, 800},
                 {"d2n30", 1, 1, 50, 800},      {"d2n30", 2, 0, 150, 5000},   {"d5n60", 0.5, 0, 50, 800},
                 {"d5n60", 1, 0, 50, 800},      {"d5n60", 2, 0, 150, 5000},   {"two40", 0.5, 0, 150, 5000},
                 {"two40", 1.5, 0, 150, 5000},  {"lab20", 0.5, 0, 150, 5000}, {"lab20", 1, 0, 200, 6000},
                 {"d5n80", 0.5, 0.5, 150, 5000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dp_samples samples = read_data(cases[i].data);
        const struct dp_run run = relu_run(1000, cases[i].gamma, cases[i].gamma_prime);
        const struct dp_record record = execute(&run, &samples, NULL);
        assert_int_equal(record.status, DP_DONE);
        assert_true(record.stop == DP_STOP_LOSS ||
                    (record.stop == DP_STOP_FLOOR && record.loss > run.stop_loss));
        const int64_t times = record.stop == DP_STOP_FLOOR ? 2 : 1; // that it is trained
        if (record.steps > cases[i].steps || record.evaluations > times * cases[i].passes)
            fail_msg("%s, gamma %g: %lld steps, %lld passes", cases[i].data, cases[i].gamma,
                     (long long)record.steps, (long long)record.evaluations);
        dp_samples_free(&samples);
    }
}

/* Random labels, gamma = 1: the floor is far above stop_loss, and stays where it is under a tolerance a tenth
 * of that. */
static void random_labels_end_at_a_floor(void **state)
{
    (void)state;
    struct dp_samples samples = read_data("lab20");
    struct dp_run run = relu_run(200, 1, 0.5);
    const struct dp_record record = execute(&run, &samples, NULL);
    run.tolerance = 1e-3;
    const struct dp_record tight = execute(&run, &samples, NULL);
    assert_true(record.status == DP_DONE && record.stop == DP_STOP_FLOOR && record.loss > 0.01);
    assert_true(tight.stop == DP_STOP_FLOOR);
    assert_near(record.loss, tight.loss, 0.01 * tight.loss);
    assert_near(record.rd_w, tight.rd_w, 0.02 * tight.rd_w);
    // a run that is to end at a time waits for it
    run.stop_time = 1e9;
    const struct dp_record later = execute(&run, &samples, NULL);
    assert_true(later.stop == DP_STOP_TIME && later.flow_time == 1e9 && later.rd_w == tight.rd_w);
    dp_samples_free(&samples);
}

/* Thirty points of a hat, without noise: at this tolerance a neuron dies that lives on at a third and at
 * three times of it, as under gradient descent with small rates, where RD becomes 3.88. A floor is not the
 * last word, and flow_error says so. */
static void a_floor_by_a_hair_is_not_sure(void **state)
{
    (void)state;
    struct dp_samples samples = read_data("hat30");
    struct dp_run run = relu_run(200, 1.5, 0);
    run.seed = 1;
    run.stop_loss = 1e-3;
    const struct dp_record floor = execute(&run, &samples, NULL);
    run.tolerance = 0.003;
    const struct dp_record fitted = execute(&run, &samples, NULL);
    assert_true(floor.stop == DP_STOP_FLOOR && fitted.stop == DP_STOP_LOSS);
    assert_near(fitted.rd_w, 3.88, 0.02);
    assert_true(floor.flow_error > 1 - floor.rd_w / fitted.rd_w && fitted.flow_error < 0.05);
    dp_samples_free(&samples);
}

/* Eight points from 999 to 1001: no neuron has its kink among them, so the loss falls to that of the best
 * line. It is fitted under an eigenvalue of K that is 1e-12 of the largest. */
static void points_far_from_0_end_at_the_best_line(void **state)
{
    (void)state;
    struct dp_samples samples;
    double xx = 0, xy = 0, yy = 0;
    assert_int_equal(dp_samples_alloc(&samples, 8, 1, 1, NULL), DP_OK);
    for (int i = 0; i < 8; i++) {
        const double x = (i - 3.5) / 3.5, y = i % 3 ? 0.25 * i - 0.875 : 0.2 - 0.1 * i;
        samples.x[i] = 1000 + x;
        samples.y[i] = y;
        xx += x * x;
        xy += x * y;
    }
    double mean = 0;
    for (int i = 0; i < 8; i++)
        mean += samples.y[i] / 8;
    for (int i = 0; i < 8; i++)
        yy += (samples.y[i] - mean) * (samples.y[i] - mean);
    for (int seed = 0; seed < 2; seed++) {
        struct dp_run run = relu_run(20, 1, 0);
        run.seed = seed;
        const struct dp_record record = execute(&run, &samples, NULL);
        assert_true(record.stop == DP_STOP_FLOOR);
        assert_near(record.loss, (yy - xy * xy / xx) / 8, 0.01 * record.loss);
    }
    dp_samples_free(&samples);
}

/* Pairs of points 1e-6 apart whose labels differ: the loss settles at a quarter of the square of that
 * difference long before the pairs can be told apart, and there the run ends, at any tolerance. */
static void nearly_equal_points_end_where_the_loss_settles(void **state)
{
    (void)state;
    struct dp_samples samples;
    assert_int_equal(dp_samples_alloc(&samples, 12, 1, 1, NULL), DP_OK);
    for (int i = 0; i < 12; i++) {
        samples.x[i] = i / 2 * 0.4 - 1 + 1e-6 * (i % 2);
        samples.y[i] = 0.8 * sin(2 * samples.x[i]) + 0.1 * (i % 2);
    }
    struct dp_run run = relu_run(100, 0.5, 1.5);
    const struct dp_record record = execute(&run, &samples, NULL);
    run.tolerance = 1e-4;
    const struct dp_record tight = execute(&run, &samples, NULL);
    assert_true(record.stop == DP_STOP_FLOOR && tight.stop == DP_STOP_FLOOR && record.flow_time < 1e4);
    assert_near(record.loss, 0.0025, 1e-5);
    assert_near(record.rd_w, tight.rd_w, 0.03 * tight.rd_w);
    dp_samples_free(&samples);
}

static void max_evaluations_bounds_a_run(void **state)
{
    (void)state;
    struct dp_samples samples = read_data("sin20");
    struct dp_run run = relu_run(200, 1, 0);
    run.max_evaluations = 100;
    const struct dp_record record = execute(&run, &samples, NULL);
    assert_true(record.status == DP_STEP_LIMIT && record.stop == DP_STOP_EVALUATIONS);
    assert_true(record.evaluations >= 100 && record.evaluations < 130);
    dp_samples_free(&samples);
    samples = read_data("lab20"); // with more than 60 steps, so that it is repeated
    run.max_evaluations = 0;
    const struct dp_record twice = execute(&run, &samples, NULL);
    run.max_evaluations = twice.evaluations * 2 / 3;
    const struct dp_record cut = execute(&run, &samples, NULL);
    assert_true(cut.status == DP_DONE && cut.steps > 60 && cut.steps == twice.steps && cut.rd == twice.rd);
    assert_true(cut.evaluations < run.max_evaluations + 30 && cut.flow_error > twice.flow_error);
    run.max_evaluations = 100;
    run.method = DP_GD; // whose steps are evaluations
    const struct dp_record descent = execute(&run, &samples, NULL);
    assert_true(descent.stop == DP_STOP_EVALUATIONS && descent.steps == 100);
    dp_samples_free(&samples);
}

/* Networks that are trained side by side, on data that few of them fit: most end at floors, while runs beside
 * them begin or are repeated. */
static void company_leaves_no_trace_at_floors(void **state)
{
    (void)state;
    enum { RUNS = 80 };
    struct dp_samples samples = read_data("lab20");
    struct dp_run runs[RUNS];
    struct dp_record together[RUNS];
    struct dp_work work[RUNS];
    for (int k = 0; k < RUNS; k++) {
        runs[k] = relu_run(4, 0.5 + 0.1 * (k % 16), 0);
        runs[k].seed = k;
        work[k] = (struct dp_work){.run = &runs[k], .file = &samples, .record = &together[k]};
    }
    assert_int_equal(dp_runs_execute(work, RUNS, NULL, NULL), DP_OK);
    int floors = 0;
    for (int k = 0; k < RUNS; k++) {
        const struct dp_record alone = execute(&runs[k], &samples, NULL);
        assert_memory_equal(&alone, &together[k], sizeof alone);
        floors += alone.stop == DP_STOP_FLOOR;
    }
    assert_true(floors > RUNS / 2);
    dp_samples_free(&samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flow_goes_where_tiny_steps_go),
        cmocka_unit_test(repeated_samples_act_together),
        cmocka_unit_test(inputs_may_depend_on_each_other),
        cmocka_unit_test(points_may_form_a_lattice),
        cmocka_unit_test(a_sample_at_the_origin_moves_nothing),
        cmocka_unit_test(flow_ends_in_tens_of_steps),
        cmocka_unit_test(random_labels_end_at_a_floor),
        cmocka_unit_test(points_far_from_0_end_at_the_best_line),
        cmocka_unit_test(nearly_equal_points_end_where_the_loss_settles),
        cmocka_unit_test(max_evaluations_bounds_a_run),
        cmocka_unit_test(a_floor_by_a_hair_is_not_sure),
        cmocka_unit_test(company_leaves_no_trace_at_floors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
