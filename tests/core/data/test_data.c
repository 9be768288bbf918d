// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "core/data/data.h"
#include "dewpoint/sweep/keys.h"

// Seed system 000: four points on [-1, 1], y = (2/15, 0, 0, 2/15), and a test grid on [-1.5, 1.5].
static void two_kinks_are_the_notebooks_four_points(void **state)
{
    (void)state;
    struct dp_samples train, test;
    const struct dp_run run = dp_run_defaults();
    assert_int_equal(dp_data_make(&run, NULL, &train, &test, NULL), DP_OK);
    static const double x[] = {-1, -1.0 / 3, 1.0 / 3, 1}, y[] = {2.0 / 15, 0, 0, 2.0 / 15};
    assert_int_equal(train.count, 4);
    for (int i = 0; i < 4; i++) {
        assert_near(train.x[i], x[i], 1e-16);
        assert_near(train.y[i], y[i], 1e-16);
    }
    assert_int_equal(test.count, 100);
    assert_near(test.x[0], -1.5, 0);
    assert_near(test.x[99], 1.5, 0);
    dp_samples_free(&train);
    dp_samples_free(&test);
}

static void the_published_targets_have_their_values(void **state)
{
    (void)state;
    struct dp_samples train, test;
    struct dp_run run = dp_run_defaults();
    run.target = DP_SINE_MIX;
    assert_int_equal(dp_data_make(&run, NULL, &train, &test, NULL), DP_OK);
    assert_int_equal(train.count, 40);
    assert_near(train.x[39], 1.5, 0);
    for (int i = 0; i < 40; i++)
        assert_near(train.y[i], sin(3 * train.x[i]) + sin(6 * train.x[i]) / 2, 1e-15);
    dp_samples_free(&train);
    dp_samples_free(&test);

    run.target = DP_THREE_POINTS;
    assert_int_equal(dp_data_make(&run, NULL, &train, &test, NULL), DP_OK);
    assert_int_equal(train.count, 3);
    static const double three[] = {-0.5, 0, 1};
    for (int i = 0; i < 3; i++) {
        assert_near(train.x[i], 0.5 * (i - 1), 0);
        assert_near(train.y[i], three[i], 0);
    }
    dp_samples_free(&train);
    dp_samples_free(&test);

    run.target = DP_SINE_SUM;
    assert_int_equal(dp_data_make(&run, NULL, &train, &test, NULL), DP_OK);
    assert_int_equal(train.count * 10 + train.inputs, 805);
    double low = 0, high = 0;
    for (int i = 0; i < 80; i++) {
        double y = 0;
        for (int j = 0; j < 5; j++) {
            const double x = train.x[5 * i + j];
            low = fmin(low, x);
            high = fmax(high, x);
            y += 3.5 * sin(5 * x + 1);
        }
        assert_near(train.y[i], y, 1e-13);
    }
    assert_true(low >= -4 && low < -3.9 && high <= 2 && high > 1.9);
    dp_samples_free(&train);
    dp_samples_free(&test);
}

// Random data come from data_seed alone: the same for every seed of the weights, new for every data_seed.
static void random_data_follow_the_data_seed(void **state)
{
    (void)state;
    struct dp_samples one, two, other, test;
    struct dp_run run = dp_run_defaults();
    run.target = DP_RANDOM;
    run.inputs = 3;
    run.seed = 1;
    assert_int_equal(dp_data_make(&run, NULL, &one, &test, NULL), DP_OK);
    assert_int_equal(test.count, 0);
    run.seed = 2;
    assert_int_equal(dp_data_make(&run, NULL, &two, &test, NULL), DP_OK);
    run.data_seed = 5;
    assert_int_equal(dp_data_make(&run, NULL, &other, &test, NULL), DP_OK);
    assert_memory_equal(one.x, two.x, sizeof(double) * 30);
    assert_memory_equal(one.y, two.y, sizeof(double) * 10);
    for (int i = 0; i < 10; i++)
        assert_true(one.y[i] != other.y[i] && one.x[i] != other.x[i]);
    dp_samples_free(&one);
    dp_samples_free(&two);
    dp_samples_free(&other);
}

// y = s_c x_c with the notebook's strengths; decorrelated inputs have exactly the covariance diag(1, 1 /
// ratio), and in the synaptic basis the strong mode comes first.
static void linear_modes_are_diagonal(void **state)
{
    (void)state;
    struct dp_run run = dp_run_defaults();
    run.target = DP_LINEAR_MODES;
    run.points = DP_DECORRELATED;
    run.input_ratio = 10;
    for (int64_t basis = DP_BASIS_ORIGINAL; basis <= DP_BASIS_SYNAPTIC; basis++) {
        struct dp_samples train, test;
        run.basis = basis;
        assert_int_equal(dp_data_make(&run, NULL, &train, &test, NULL), DP_OK);
        assert_int_equal(train.count, 50);
        double covariance[2][2] = {{0}};
        const int weak = basis == DP_BASIS_ORIGINAL ? 0 : 1;
        for (int i = 0; i < 50; i++) {
            const double *x = train.x + 2 * i, *y = train.y + 2 * i;
            assert_near(y[weak], 0.01001 * x[weak], 1e-15);
            assert_near(y[1 - weak], x[1 - weak], 1e-14);
            for (int p = 0; p < 4; p++)
                covariance[p / 2][p % 2] += x[p / 2] * x[p % 2] / 50;
        }
        assert_near(covariance[weak][weak], 1, 1e-14);
        assert_near(covariance[1 - weak][1 - weak], 0.1, 1e-14);
        assert_near(covariance[0][1], 0, 1e-14);
        dp_samples_free(&train);
        dp_samples_free(&test);
    }
}

// The teacher is the mean over its neurons, which have unit weights, and another one for every data_seed.
static void the_teacher_is_a_mean_over_unit_neurons(void **state)
{
    (void)state;
    struct dp_run run = dp_run_defaults();
    run.target = DP_TEACHER;
    double neurons[4][4], others[4][4];
    dp_run_teacher(&run, &neurons[0][0]);
    struct dp_samples train, test;
    assert_int_equal(dp_data_make(&run, NULL, &train, &test, NULL), DP_OK);
    for (int i = 0; i < 100; i++) {
        double y = 0;
        for (int k = 0; k < 4; k++) {
            const double *w = neurons[k];
            y += w[3] * fmax(0, w[0] * train.x[2 * i] + w[1] * train.x[2 * i + 1] + w[2]) / 4;
            assert_near(w[0] * w[0] + w[1] * w[1] + w[2] * w[2], 1, 1e-15);
        }
        assert_near(train.y[i], y, 1e-15);
    }
    dp_samples_free(&train);
    dp_samples_free(&test);
    run.data_seed = 1;
    dp_run_teacher(&run, &others[0][0]);
    assert_true(others[0][0] != neurons[0][0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_kinks_are_the_notebooks_four_points),
        cmocka_unit_test(the_published_targets_have_their_values),
        cmocka_unit_test(random_data_follow_the_data_seed),
        cmocka_unit_test(linear_modes_are_diagonal),
        cmocka_unit_test(the_teacher_is_a_mean_over_unit_neurons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
