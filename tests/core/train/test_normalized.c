// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "dewpoint/kernels/isa.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <string.h>

/* Normalized flow: every neuron at unit relative speed, d theta_k / ds = -g_k |theta_k| / |g_k|. */

enum { M = 200 };
static const double TURN = 6.283185307179586;

static struct dp_run normalized_run(int64_t multiplicity)
{
    struct dp_run run = dp_run_defaults();
    run.activation = DP_TANH;
    run.multiplicity = multiplicity;
    run.width = M;
    run.scheme = DP_SCHEME_DIRECT;
    run.alpha = 1;
    run.beta1 = run.beta2 = 1e-6;
    run.target = DP_SINE_MIX;
    run.method = DP_NORMALIZED_FLOW;
    run.learning_rate = 0.02;
    run.stop_growth = 1e6;
    run.max_steps = 5000;
    return run;
}

static void train(const struct dp_run *run, const char *isa, double weights[][3], struct dp_record *record)
{
    struct dp_trace trace = {.weights_last = &weights[0][0]};
    assert_int_equal(dp_run_check(run, NULL), DP_OK);
    assert_int_equal(dp_run_execute(run, NULL, isa, record, &trace, NULL), DP_OK);
}

/* Growing angles predicted from F = mean y (w.x)^p for the 40 points of sin 3x + sin(6x) / 2 (SCIENCE.md
 * section 2): all neurons grow, none stays between, and every predicted direction is reached. */
static void neurons_arrive_at_the_predicted_angles(void **state)
{
    (void)state;
    static const double predicted[3][6] = {
        {-0.3653, 2.7763},
        {-2.2589, -0.6881, 0.8827, 2.4535},
        {-2.8837, -1.9926, -0.9230, 0.2578, 1.1489, 2.2186},
    };
    static double weights[M][3];
    for (int64_t p = 1; p <= 3; p++) {
        const struct dp_run run = normalized_run(p);
        struct dp_record record;
        train(&run, NULL, weights, &record);
        int reached[6] = {0};
        for (int k = 0; k < M; k++) {
            const double angle = atan2(weights[k][1], weights[k][0]);
            int nearest = 0;
            for (int q = 1; q < 2 * p; q++)
                if (fabs(remainder(angle - predicted[p - 1][q], TURN)) <
                    fabs(remainder(angle - predicted[p - 1][nearest], TURN)))
                    nearest = q;
            reached[nearest] += fabs(remainder(angle - predicted[p - 1][nearest], TURN)) < 0.01;
        }
        int all = 0;
        for (int q = 0; q < 2 * p; q++) {
            assert_true(reached[q] > 0);
            all += reached[q];
        }
        assert_true(all >= 0.98 * M);
        assert_int_equal(record.status, DP_DONE);
        assert_true(record.loss > 0.97 * record.loss_first);
    }
}

/* theta' = -g |theta| / |g| for one neuron by Heun's rule in steps far smaller, on the two points of seed 002
 * and with f = 0: the midpoint rule comes as near as its order says. */
static void a_neuron_follows_its_path(void **state)
{
    (void)state;
    struct dp_run run = normalized_run(2);
    run.width = 1;
    run.target = DP_TWO_POINTS;
    run.beta1 = run.beta2 = 1e-9;
    run.stop_growth = INFINITY;
    static const double x[2] = {-0.5, 2}, y[2] = {-1, 1};
    double error[2];
    for (int refined = 0; refined < 2; refined++) {
        run.learning_rate = refined ? 0.025 : 0.05;
        run.max_steps = refined ? 80 : 40; // to s = 2
        double first[3], last[3];
        struct dp_record record;
        struct dp_trace trace = {.weights_first = first, .weights_last = last};
        assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, &trace, NULL), DP_OK);
        const int steps = 200000;
        double theta[3] = {first[0], first[1], first[2]};
        for (int step = 0; step < steps; step++) {
            double slope[2][3], at[3];
            memcpy(at, theta, sizeof at);
            for (int stage = 0; stage < 2; stage++) {
                double g[3] = {0}, square = 0, length = 0;
                for (int i = 0; i < 2; i++) { // sigma = h tanh h = h^2 as far as doubles tell
                    const double h = at[0] * x[i] + at[1];
                    g[0] -= y[i] * at[2] * 2 * h * x[i];
                    g[1] -= y[i] * at[2] * 2 * h;
                    g[2] -= y[i] * h * h;
                }
                for (int j = 0; j < 3; j++) {
                    square += g[j] * g[j];
                    length += at[j] * at[j];
                }
                for (int j = 0; j < 3; j++) {
                    slope[stage][j] = -g[j] * sqrt(length / square);
                    at[j] = theta[j] + 2.0 / steps * slope[stage][j];
                }
            }
            for (int j = 0; j < 3; j++)
                theta[j] += 2.0 / steps * (slope[0][j] + slope[1][j]) / 2;
        }
        double off = 0, size = 0;
        for (int j = 0; j < 3; j++) {
            off += pow(last[j] - theta[j], 2);
            size += theta[j] * theta[j];
        }
        error[refined] = sqrt(off / size);
    }
    assert_true(error[0] < 2e-3);
    assert_near(error[0] / error[1], 4, 0.6);
}

// The same bits on every instruction set, in either layout.
static void every_instruction_set_gives_the_same_bits(void **state)
{
    (void)state;
    static double weights[2][M][3];
    for (int64_t width = 50; width <= M; width += M - 50) {
        struct dp_run run = normalized_run(3);
        run.width = width;
        struct dp_record records[2];
        train(&run, "scalar", weights[0], &records[0]);
        for (int i = 0; dp_isa_names[i]; i++) {
            if (!dp_isa_select(dp_isa_names[i]))
                continue;
            train(&run, dp_isa_names[i], weights[1], &records[1]);
            assert_memory_equal(weights[0], weights[1], (size_t)width * sizeof weights[0][0]);
            assert_true(records[0].loss == records[1].loss && records[0].steps == records[1].steps);
        }
    }
}

/* Neurons of relu that no sample activates have no gradient: they stay, and the run ends when the others have
 * grown. Which these are follows from the weights at the start: on [-1, 1.5] those with w x + b <= 0 at both
 * ends. */
static void dead_neurons_stay_and_do_not_hold_a_run_up(void **state)
{
    (void)state;
    for (int i = 0; dp_isa_names[i]; i++) {
        static double first[M][3], last[M][3];
        struct dp_run run = normalized_run(1);
        struct dp_record record;
        struct dp_trace trace = {.weights_first = &first[0][0], .weights_last = &last[0][0]};
        int dead = 0, grown = 0;
        if (!dp_isa_select(dp_isa_names[i]))
            continue;
        run.activation = DP_RELU;
        run.multiplicity = 0;
        run.beta1 = 1e-10; // hardly a neuron dies on its way while a changes sign
        assert_int_equal(dp_run_check(&run, NULL), DP_OK);
        assert_int_equal(dp_run_execute(&run, NULL, dp_isa_names[i], &record, &trace, NULL), DP_OK);
        for (int k = 0; k < M; k++) {
            const double *w = first[k], *v = last[k];
            if (-w[0] + w[1] <= 0 && 1.5 * w[0] + w[1] <= 0) {
                dead++;
                assert_memory_equal(w, v, sizeof first[k]);
            } else if (fabs(v[2]) * hypot(v[0], v[1]) >= run.stop_growth * fabs(w[2]) * hypot(w[0], w[1])) {
                grown++;
            }
        }
        assert_true(dead > M / 8 && grown > M / 4);
        assert_int_equal(dead + grown, M);
        assert_int_equal(record.status, DP_DONE);
        assert_true(record.steps < run.max_steps / 2);
    }
}

// A run ends where it was told to: at a drop of the loss, or when its amplitude has grown.
static void runs_end_at_a_drop_and_at_a_growth(void **state)
{
    (void)state;
    struct dp_run run = dp_run_defaults();
    run.width = 100;
    run.gamma = 1.5;
    run.method = DP_GD;
    run.learning_rate = 0.05;
    run.curve_every = 1;
    run.max_steps = 20000;
    run.stop_drop = 0.1;
    static struct dp_curve_point points[20002];
    static double first[100][3], last[100][3];
    struct dp_trace trace = {
        .curve = points, .curve_capacity = 20002, .weights_first = &first[0][0], .weights_last = &last[0][0]};
    struct dp_record record;
    assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, &trace, NULL), DP_OK);
    assert_int_equal(record.status, DP_DONE);
    assert_true(record.loss <= 0.9 * record.loss_first);
    assert_true(points[trace.curve_count - 2].loss > 0.9 * record.loss_first);

    run.stop_drop = 0;
    run.stop_growth = 3;
    assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, &trace, NULL), DP_OK);
    assert_int_equal(record.status, DP_DONE);
    double amplitude[2] = {0};
    for (int k = 0; k < 100; k++) {
        amplitude[0] += fabs(first[k][2]) * hypot(first[k][0], first[k][1]);
        amplitude[1] += fabs(last[k][2]) * hypot(last[k][0], last[k][1]);
    }
    assert_near(amplitude[1] / amplitude[0], 3, 0.02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neurons_arrive_at_the_predicted_angles),
        cmocka_unit_test(a_neuron_follows_its_path),
        cmocka_unit_test(every_instruction_set_gives_the_same_bits),
        cmocka_unit_test(dead_neurons_stay_and_do_not_hold_a_run_up),
        cmocka_unit_test(runs_end_at_a_drop_and_at_a_growth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
