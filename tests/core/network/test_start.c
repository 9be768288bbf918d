// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "core/data/data.h"
#include "core/network/start.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { M = 4000, D = 2, ROW = D + 2 };

static struct dp_run drawn_run(enum dp_draw draw)
{
    struct dp_run run = dp_run_defaults();
    run.width = M;
    run.scheme = DP_SCHEME_DIRECT;
    run.alpha = 1;
    run.beta1 = draw == DP_DRAW_BALANCED ? NAN : 0.5;
    run.beta2 = 0.25;
    run.draw = draw;
    run.target = DP_SINE_SUM;
    run.inputs = D;
    run.method = DP_GD;
    run.max_steps = 0;
    return run;
}

// The weights [M][ROW] that a run starts from; the caller frees them.
static double *first_weights(const struct dp_run *run, const struct dp_start *start, int row)
{
    double *weights = malloc((size_t)(run->width * row) * sizeof *weights);
    struct dp_trace trace = {.weights_first = weights};
    struct dp_record record;
    const struct dp_work work = {.run = run, .start = start, .record = &record, .trace = &trace};
    assert_int_equal(dp_run_check(run, NULL), DP_OK);
    assert_int_equal(dp_runs_execute(&work, 1, NULL, NULL), DP_OK);
    return weights;
}

static double length_of(const double *row)
{
    return sqrt(row[0] * row[0] + row[1] * row[1] + row[2] * row[2]);
}

// |a| = |w| for every neuron, half of them of either sign, and |w|^2 of mean 3 beta2^2.
static void balanced_neurons_have_amplitudes_as_long_as_their_weights(void **state)
{
    (void)state;
    const struct dp_run run = drawn_run(DP_DRAW_BALANCED);
    double *weights = first_weights(&run, NULL, ROW), square = 0;
    int positive = 0;
    for (int k = 0; k < M; k++) {
        const double *row = weights + k * ROW;
        assert_near(fabs(row[3]), length_of(row), 1e-15);
        positive += row[3] > 0;
        square += row[3] * row[3] / M;
    }
    assert_near(positive, M / 2.0, 3 * sqrt(M / 4.0));
    assert_near(square, 3 * 0.0625, 3 * 0.0625 * 3 * sqrt(2.0 / (3 * M)));
    free(weights);
}

// All weights at one radius and evenly around: their mean is zero, each coordinate has a third of the square.
static void sphere_neurons_lie_on_the_sphere(void **state)
{
    (void)state;
    const struct dp_run run = drawn_run(DP_DRAW_SPHERE);
    double *weights = first_weights(&run, NULL, ROW), mean[3] = {0}, square[3] = {0}, a = 0;
    for (int k = 0; k < M; k++) {
        const double *row = weights + k * ROW;
        assert_near(length_of(row), 0.25, 1e-15);
        for (int j = 0; j < 3; j++) {
            mean[j] += row[j] / M;
            square[j] += row[j] * row[j] / M;
        }
        a += row[3] * row[3] / M;
    }
    for (int j = 0; j < 3; j++) {
        assert_near(mean[j], 0, 4 * 0.25 / sqrt(3.0 * M));
        assert_near(square[j], 0.0625 / 3, 4 * 0.0625 * sqrt(4.0 / 45 / M));
    }
    assert_near(a, 0.25, 4 * 0.25 * sqrt(2.0 / M));
    free(weights);
}

// The product of the layers is diagonal in the basis of the data's modes, which for linear-modes is that of
// the axes.
static void diagonal_starts_have_no_coupled_modes(void **state)
{
    (void)state;
    for (int basis = 0; basis < 2; basis++) {
        struct dp_run run = drawn_run(DP_DRAW_DIAGONAL);
        run.width = 50;
        run.bias = 0;
        run.activation = DP_LINEAR;
        run.target = DP_LINEAR_MODES;
        run.basis = basis;
        double *weights = first_weights(&run, NULL, 5), product[2][2] = {{0}};
        for (int k = 0; k < 50; k++) {
            assert_true(weights[5 * k + 2] == 0);
            for (int c = 0; c < 2; c++)
                for (int j = 0; j < 2; j++)
                    product[c][j] += weights[5 * k + 3 + c] * weights[5 * k + j];
        }
        assert_near(product[0][1], 0, 1e-15);
        assert_near(product[1][0], 0, 1e-15);
        assert_true(fabs(product[0][0]) > 1e-3 && fabs(product[1][1]) > 1e-3);
        free(weights);
    }
}

// scheme file starts from exactly the numbers given, in float64; in float32 from the nearest floats.
static void a_file_is_taken_as_it_is(void **state)
{
    (void)state;
    const struct dp_run source = drawn_run(DP_DRAW_NORMAL);
    double *given = first_weights(&source, NULL, ROW);
    const struct dp_start start = {.width = M, .components = ROW, .values = given};
    for (int64_t precision = DP_FLOAT32; precision <= DP_FLOAT64; precision++) {
        struct dp_run run = source;
        run.scheme = DP_SCHEME_FILE;
        run.beta1 = run.beta2 = NAN;
        strcpy(run.path, "w.csv");
        run.precision = precision;
        double *taken = first_weights(&run, &start, ROW);
        for (int i = 0; i < M * ROW; i++)
            assert_true(taken[i] == (precision == DP_FLOAT64 ? given[i] : (double)(float)given[i]));
        free(taken);
    }
    free(given);
}

// Keys that a draw or a scheme would ignore are refused.
static void contradictions_are_refused(void **state)
{
    (void)state;
    struct dp_run runs[6];
    for (int i = 0; i < 6; i++)
        runs[i] = drawn_run(DP_DRAW_NORMAL);
    runs[0].draw = DP_DRAW_BALANCED; // beta1 given
    runs[1].draw = DP_DRAW_DIAGONAL; // has a bias
    strcpy(runs[2].path, "w.csv");
    runs[3].scheme = DP_SCHEME_FILE; // no path
    runs[4].alpha_exponent = 1;      // and alpha
    runs[5].scheme = DP_SCHEME_PHASE;
    runs[5].alpha = runs[5].beta1 = runs[5].beta2 = NAN;
    runs[5].draw = DP_DRAW_BALANCED;
    for (int i = 0; i < 6; i++)
        assert_int_equal(dp_run_check(&runs[i], NULL), DP_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(balanced_neurons_have_amplitudes_as_long_as_their_weights),
        cmocka_unit_test(sphere_neurons_lie_on_the_sphere),
        cmocka_unit_test(diagonal_starts_have_no_coupled_modes),
        cmocka_unit_test(a_file_is_taken_as_it_is),
        cmocka_unit_test(contradictions_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
