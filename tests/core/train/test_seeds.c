// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The five seed notebooks' protocols and what must come of them: published figures and closed forms. */

// Trains a run; first and last [m][d + 1 + o], curve: as the trace says. Returns the record.
static struct dp_record train(const struct dp_run *run, struct dp_trace *trace)
{
    struct dp_record record;
    assert_int_equal(dp_run_check(run, NULL), DP_OK);
    assert_int_equal(dp_run_execute(run, NULL, NULL, &record, trace, NULL), DP_OK);
    return record;
}

// Notebook 000, its condensed case: two orientations, each with amplitude .207 to .211; loss below 2e-6.
static void relu_condenses_onto_two_orientations(void **state)
{
    (void)state;
    enum { M = 1000 };
    struct dp_run run = dp_run_defaults();
    run.scheme = DP_SCHEME_POWER;
    run.t = 1;
    run.method = DP_SGD;
    run.learning_rate = 0.05;
    run.max_steps = 10000;
    run.precision = DP_FLOAT32;
    static double last[M][3];
    for (run.seed = 0; run.seed < 3; run.seed++) {
        struct dp_trace trace = {.weights_last = &last[0][0]};
        const struct dp_record record = train(&run, &trace);
        double amplitude[2] = {0}, angle[2] = {0}, all = 0;
        for (int k = 0; k < M; k++) {
            const double orientation = atan2(last[k][1], last[k][0]);
            const double size = fabs(last[k][2]) * hypot(last[k][0], last[k][1]);
            const int side = orientation < -1.5;
            amplitude[side] += size * (fabs(orientation - (side ? -2.81984 : -0.32175)) < 0.1);
            angle[side] += size * orientation * (fabs(orientation - (side ? -2.81984 : -0.32175)) < 0.1);
            all += size;
        }
        assert_near(angle[0] / amplitude[0], -0.32175, 0.02);
        assert_near(angle[1] / amplitude[1], -2.81984, 0.02);
        for (int side = 0; side < 2; side++)
            assert_true(amplitude[side] > 0.207 && amplitude[side] < 0.211);
        assert_true((amplitude[0] + amplitude[1]) / all > 0.99);
        assert_true(record.loss < 2e-6 && record.loss_first > 8.8e-3);
        assert_near(record.rd_w, 14.5, 1.5);
        assert_near(record.rd_a, 20.5, 2);
    }
}

/* Notebook 001: after 100 epochs of Adam nearly all amplitude is on one line. How near depends on the data
 * set (Adam still turns in some); in most of ten more than 95 % is within cos > .99 of the line. */
static void tanh_condenses_onto_a_line_in_five_dimensions(void **state)
{
    (void)state;
    enum { M = 50, D = 5 };
    struct dp_run run = dp_run_defaults();
    run.activation = DP_TANH;
    run.scheme = DP_SCHEME_POWER;
    run.t = 4;
    run.width = M;
    run.target = DP_SINE_SUM;
    run.method = DP_ADAM;
    run.learning_rate = 0.001;
    run.max_steps = 100;
    int on_line = 0;
    for (run.data_seed = 0; run.data_seed < 10; run.data_seed++) {
        static double last[M][D + 2];
        struct dp_trace trace = {.weights_last = &last[0][0]};
        train(&run, &trace);
        // the line: power iteration of sum A u u^T from the strongest neuron
        double line[D + 1], size[M], amplitude[M], all = 0, within = 0;
        int strongest = 0;
        for (int k = 0; k < M; k++) {
            double square = 0;
            for (int j = 0; j <= D; j++)
                square += last[k][j] * last[k][j];
            size[k] = sqrt(square);
            amplitude[k] = size[k] * fabs(last[k][D + 1]);
            strongest = amplitude[k] > amplitude[strongest] ? k : strongest;
            all += amplitude[k];
        }
        memcpy(line, last[strongest], sizeof line);
        for (int round = 0; round < 100; round++) {
            double next[D + 1] = {0}, square = 0;
            for (int k = 0; k < M; k++) {
                double dot = 0;
                for (int j = 0; j <= D; j++)
                    dot += last[k][j] * line[j];
                for (int j = 0; j <= D; j++)
                    next[j] += amplitude[k] * dot * last[k][j] / (size[k] * size[k]);
            }
            for (int j = 0; j <= D; j++)
                square += next[j] * next[j];
            for (int j = 0; j <= D; j++)
                line[j] = next[j] / sqrt(square);
        }
        for (int k = 0; k < M; k++) {
            double dot = 0;
            for (int j = 0; j <= D; j++)
                dot += last[k][j] * line[j];
            within += fabs(dot) > 0.99 * size[k] ? amplitude[k] : 0;
        }
        on_line += within > 0.95 * all;
    }
    assert_true(on_line >= 6);
}

static double crossing(const struct dp_trace *trace, double loss)
{
    for (int64_t i = 0; i < trace->curve_count; i++)
        if (trace->curve[i].loss < loss)
            return trace->curve[i].step;
    return INFINITY;
}

// The longest stretch of steps on which the loss stays within a hundredth of a level.
static double plateau(const struct dp_trace *trace, double level)
{
    double steps = 0;
    for (int64_t i = 1; i < trace->curve_count; i++)
        if (fabs(trace->curve[i].loss - level) < 0.01 * level)
            steps += trace->curve[i].step - trace->curve[i - 1].step;
    return steps;
}

/* Notebook 002: loss plateaus at 1 and .5, left near steps 6040 and 12390; then angles .4636 and 2.0344 and
 * sum a w = (.4, .2) and (.4, -.8), for which the two points are fitted exactly. */
static void neurons_align_early_and_leave_two_plateaus(void **state)
{
    (void)state;
    enum { M = 60, POINTS = 3000 };
    struct dp_run run = dp_run_defaults();
    run.width = M;
    run.scheme = DP_SCHEME_POWER;
    run.t = 0.5;
    run.init_scale = 1e-6;
    run.draw = DP_DRAW_BALANCED;
    run.target = DP_TWO_POINTS;
    run.method = DP_GD;
    run.learning_rate = 0.001;
    run.max_steps = 20000;
    run.curve_every = 10;
    static struct dp_curve_point points[POINTS];
    static double last[M][3];
    for (run.seed = 0; run.seed < 5; run.seed++) {
        struct dp_trace trace = {.curve = points, .curve_capacity = POINTS, .weights_last = &last[0][0]};
        const struct dp_record record = train(&run, &trace);
        assert_near(crossing(&trace, 0.75), 6040, 200);
        assert_near(crossing(&trace, 0.25), 12390, 500);
        assert_true(plateau(&trace, 1) > 3000 && plateau(&trace, 0.5) > 3000);
        assert_true(record.loss < 1e-12);
        double sum[2][2] = {{0}};
        for (int k = 0; k < M; k++)
            for (int j = 0; j < 2; j++)
                sum[last[k][2] < 0][j] += fabs(last[k][2]) * last[k][j];
        assert_near(atan2(sum[0][1], sum[0][0]), 0.4636, 1e-3);
        assert_near(atan2(sum[1][1], sum[1][0]), 2.0344, 1e-3);
        assert_near(sum[0][0], 0.4, 1e-3);
        assert_near(sum[0][1], 0.2, 1e-3);
        assert_near(sum[1][0], -0.4, 1e-3);
        assert_near(sum[1][1], 0.8, 1e-3);
    }
}

/* z(t) of one mode, z = a b with a' = rate (s - ab) b and b' = rate (s - ab) a (SCIENCE.md, seed 003):
 * c = |a^2 - b^2|, D = sqrt(c^2 + 4 s^2), h+- = (-c +- D) / (2 s), h0 = tanh(asinh(2 z0 / c) / 2),
 * q = (h0 - h+) / (h0 - h-) e^{-rate D t}, h = (h+ - q h-) / (1 - q), z = c h / (1 - h^2). */
static double closed_form(double a, double b, double s, double rate, double t)
{
    const double c = fabs(a * a - b * b), root = sqrt(c * c + 4 * s * s);
    const double up = (-c + root) / (2 * s), down = (-c - root) / (2 * s),
                 h0 = tanh(asinh(2 * a * b / c) / 2);
    const double q = (h0 - up) / (h0 - down) * exp(-rate * root * t);
    const double h = (up - q * down) / (1 - q);
    return c * h / (1 - h * h);
}

enum { LINEAR_WIDTH = 50 };

static struct dp_run linear_run(void)
{
    struct dp_run run = dp_run_defaults();
    run.activation = DP_LINEAR;
    run.bias = 0;
    run.width = LINEAR_WIDTH;
    run.scheme = DP_SCHEME_DIRECT;
    run.alpha = 1;
    run.beta1 = run.beta2 = 0.1;
    run.draw = DP_DRAW_DIAGONAL;
    run.target = DP_LINEAR_MODES;
    run.points = DP_DECORRELATED;
    run.basis = DP_BASIS_SYNAPTIC;
    run.input_ratio = 10;
    run.reduction = DP_HALF_SUM; // the notebook's hand-made gradients
    run.method = DP_GD;
    return run;
}

static double component(double weights[][5], int mode, int layer)
{
    double square = 0, product = 0;
    for (int k = 0; k < LINEAR_WIDTH; k++) {
        const double a = weights[k][3 + mode], b = weights[k][mode];
        square += layer ? b * b : a * a;
        product += a * b;
    }
    return layer && product < 0 ? -sqrt(square) : sqrt(square);
}

static double product(double weights[][5], int mode)
{
    double z = 0;
    for (int k = 0; k < LINEAR_WIDTH; k++)
        z += weights[k][3 + mode] * weights[k][mode];
    return z;
}

enum { TIMES = 5, SEEDS = 4, RUNS = TIMES * SEEDS };

/* The largest error of both modes against the closed form, over flow times spread over the learning of each
 * and four starts, of gd with a learning rate or of flow with a tolerance; *end: at the last of the times. */
static double mode_error(enum dp_method_id method, double step, double *end)
{
    static const double times[TIMES] = {0.1, 0.3, 1, 3, 20};
    static const double strength[2] = {1, 0.01001}, eigenvalue[2] = {5, 50}; // n times the variances .1 and 1
    static double first[RUNS][LINEAR_WIDTH][5], last[RUNS][LINEAR_WIDTH][5];
    struct dp_run runs[RUNS];
    struct dp_record records[RUNS];
    struct dp_trace traces[RUNS];
    struct dp_work work[RUNS];
    for (int i = 0; i < RUNS; i++) {
        runs[i] = linear_run();
        runs[i].seed = i % SEEDS;
        runs[i].method = method;
        if (method == DP_GD) {
            runs[i].learning_rate = step;
            runs[i].max_steps = (int64_t)(times[i / SEEDS] / step + 0.5);
        } else {
            runs[i].tolerance = step;
            runs[i].stop_time = times[i / SEEDS];
        }
        traces[i] = (struct dp_trace){.weights_first = &first[i][0][0], .weights_last = &last[i][0][0]};
        work[i] = (struct dp_work){.run = &runs[i], .record = &records[i], .trace = &traces[i]};
    }
    assert_int_equal(dp_run_check(&runs[0], NULL), DP_OK);
    assert_int_equal(dp_runs_execute(work, RUNS, NULL, NULL), DP_OK);
    double worst = 0;
    *end = 0;
    for (int i = 0; i < RUNS; i++)
        for (int mode = 0; mode < 2; mode++) {
            const double z = closed_form(component(first[i], mode, 0), component(first[i], mode, 1),
                                         strength[mode], eigenvalue[mode], times[i / SEEDS]);
            const double error = fabs(product(last[i], mode) - z);
            worst = fmax(worst, error);
            *end = i / SEEDS == TIMES - 1 ? fmax(*end, error) : *end;
        }
    return worst;
}

/* Decoupled modes follow the closed form: at the notebook's rate to 2e-3 while they are learned (a step moves
 * a mode by rate x eigenvalue x strength / 2 = 2.5e-3 of itself) and to 1e-6 in the end, and the error halves
 * with the rate. */
static void linear_modes_follow_the_closed_form(void **state)
{
    (void)state;
    double end, later;
    const double coarse = mode_error(DP_GD, 0.001, &end), fine = mode_error(DP_GD, 0.0005, &later);
    assert_true(coarse < 2e-3 && end < 1e-6);
    assert_near(coarse / fine, 2, 0.1);
    assert_near(fine / mode_error(DP_GD, 0.00025, &later), 2, 0.05);
}

/* So they do by flow, to a part of its tolerance in absolute terms, z being at most 1; and as steps get
 * smaller the error falls with their square, which goes like the tolerance^(2/3): 8^(2/3) = 4. */
static void linear_modes_follow_the_closed_form_by_flow(void **state)
{
    (void)state;
    double error[5], end;
    for (int k = 0; k < 5; k++) {
        error[k] = mode_error(DP_FLOW, 1e-2 / (1 << (3 * k)), &end);
        assert_true(end < 2e-4 && (k == 0 || error[k] < 0.6 * error[k - 1]));
    }
    assert_true(error[0] < 4e-3);
    assert_near(error[2] / error[3], 4, 0.7);
    assert_near(error[3] / error[4], 4, 0.5);
}

// By twenty thousand steps every mode is learned, in either basis, and the layers may have rates of their
// own.
static void linear_modes_are_learned_in_either_basis(void **state)
{
    (void)state;
    for (int64_t basis = DP_BASIS_ORIGINAL; basis <= DP_BASIS_SYNAPTIC; basis++) {
        struct dp_run run = linear_run();
        run.points = DP_NORMAL;
        run.basis = basis;
        run.learning_rate = 0.001;
        run.learning_rate_a = 0.0005;
        run.max_steps = 20000;
        static double last[LINEAR_WIDTH][5];
        struct dp_trace trace = {.weights_last = &last[0][0]};
        const struct dp_record record = train(&run, &trace);
        const int weak = basis == DP_BASIS_ORIGINAL ? 0 : 1;
        assert_near(product(last, weak), 0.01001, 1e-9);
        assert_near(product(last, 1 - weak), 1, 1e-9);
        assert_true(record.loss < 1e-15 && record.loss_test < 1e-12);
    }
}

// Notebook 004: half the mean square error below 1e-4 in at least 8 of 10 seeds.
static void students_find_their_teacher(void **state)
{
    (void)state;
    struct dp_run run = dp_run_defaults();
    run.width = 20;
    run.scheme = DP_SCHEME_DIRECT;
    run.alpha_exponent = 1;
    run.beta1 = 1;
    run.beta2 = 0.05;
    run.draw = DP_DRAW_SPHERE;
    run.target = DP_TEACHER;
    run.streaming = DP_GROWING_SETS;
    run.data_seed = 1;
    run.test_samples = 2000;
    run.method = DP_SGD;
    run.batch = 20;
    run.reduction = DP_HALF_MEAN;
    run.learning_rate = 0.5;
    run.max_epochs = 500;
    struct dp_run runs[10];
    struct dp_record records[10];
    struct dp_work work[10];
    for (int i = 0; i < 10; i++) {
        runs[i] = run;
        runs[i].seed = i;
        work[i] = (struct dp_work){.run = &runs[i], .record = &records[i]};
    }
    assert_int_equal(dp_run_check(&run, NULL), DP_OK);
    assert_int_equal(dp_runs_execute(work, 10, NULL, NULL), DP_OK);
    int found = 0;
    for (int i = 0; i < 10; i++) {
        assert_int_equal(records[i].status, DP_DONE);
        found += records[i].loss_test < 1e-4;
    }
    assert_true(found >= 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relu_condenses_onto_two_orientations),
        cmocka_unit_test(tanh_condenses_onto_a_line_in_five_dimensions),
        cmocka_unit_test(neurons_align_early_and_leave_two_plateaus),
        cmocka_unit_test(linear_modes_follow_the_closed_form),
        cmocka_unit_test(linear_modes_follow_the_closed_form_by_flow),
        cmocka_unit_test(linear_modes_are_learned_in_either_basis),
        cmocka_unit_test(students_find_their_teacher),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
