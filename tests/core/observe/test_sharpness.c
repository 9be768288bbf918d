// SPDX-License-Identifier: BSD-3-Clause
// Sharpness and active neurons, against the neural tangent kernel from kept weights and closed forms.
#include "check.h"
#include "core/data/data.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDEST = 200, ROWS = 8, MOST = 80 };

// sigma and sigma' by the C library.
static double sigma(const struct dp_run *run, double h, double *slope)
{
    const double t = tanh(h), dt = 1 - t * t;
    switch (run->activation) {
    case DP_RELU:
        *slope = h > 0;
        return h > 0 ? h : 0;
    case DP_LINEAR:
        *slope = 1;
        return h;
    case DP_XTANH:
        *slope = t + h * dt;
        return h * t;
    default:
        *slope = dt;
        return t;
    }
}

// 2 c J J^T of weights [m][d + 1 + o], and its largest eigenvalue by 5000 power steps.
static double tangent_sharpness(const struct dp_run *run, const struct dp_samples *data,
                                const double *weights)
{
    static double kernel[MOST][MOST];
    const int64_t n = data->count, d = data->inputs, o = data->outputs, size = n * o;
    const double alpha = dp_run_scales(run).alpha, bias = run->bias ? 1 : 0;
    const double c = run->reduction == DP_SUM ? 1 : 1 / (double)(n * o);
    memset(kernel, 0, sizeof kernel);
    for (int64_t k = 0; k < run->width; k++) {
        const double *w = weights + k * (d + 1 + o), *a = w + d + 1;
        double s[MOST], slope[MOST];
        for (int64_t i = 0; i < n; i++) {
            double h = bias * w[d];
            for (int64_t j = 0; j < d; j++)
                h += w[j] * data->x[i * d + j];
            s[i] = sigma(run, h, &slope[i]);
        }
        for (int64_t p = 0; p < size; p++)
            for (int64_t q = 0; q < size; q++) {
                const int64_t i = p / o, j = q / o;
                double x = bias;
                for (int64_t l = 0; l < d; l++)
                    x += data->x[i * d + l] * data->x[j * d + l];
                kernel[p][q] +=
                    2 * c / (alpha * alpha) *
                    ((p % o == q % o ? s[i] * s[j] : 0) + a[p % o] * a[q % o] * slope[i] * slope[j] * x);
            }
    }
    double v[MOST], image[MOST], largest = 0;
    for (int64_t p = 0; p < size; p++)
        v[p] = 1 + 0.1 * (double)(p % 7);
    for (int step = 0; step < 5000; step++) {
        double square = 0;
        for (int64_t p = 0; p < size; p++) {
            image[p] = 0;
            for (int64_t q = 0; q < size; q++)
                image[p] += kernel[p][q] * v[q];
            square += image[p] * image[p];
        }
        largest = sqrt(square);
        for (int64_t p = 0; p < size; p++)
            v[p] = image[p] / largest;
    }
    return largest;
}

static void agrees(const struct dp_run *run)
{
    static double first[WIDEST * ROWS], last[WIDEST * ROWS];
    struct dp_trace trace = {.weights_first = first, .weights_last = last};
    struct dp_record record;
    struct dp_samples train, test;
    assert_int_equal(dp_run_check(run, NULL), DP_OK);
    assert_int_equal(dp_run_execute(run, NULL, NULL, &record, &trace, NULL), DP_OK);
    assert_int_equal(dp_data_make(run, NULL, &train, &test, NULL), DP_OK);
    const double expected[] = {tangent_sharpness(run, &train, first), tangent_sharpness(run, &train, last)};
    const double near = run->precision == DP_FLOAT32 ? 1e-5 : 1e-6;
    assert_near(record.sharpness_first / expected[0], 1, near);
    assert_near(record.sharpness / expected[1], 1, near);
    assert_true(fabs(expected[1] / expected[0] - 1) > 1e-3);
    dp_samples_free(&train);
    dp_samples_free(&test);
}

// Networks in one lane and over lanes, by sectors and by passes, minibatches, several inputs and outputs.
static void it_is_the_largest_eigenvalue_of_the_tangent_kernel(void **state)
{
    (void)state;
    static const int activations[] = {DP_RELU, DP_TANH, DP_LINEAR, DP_XTANH};
    for (int a = 0; a < 4; a++)
        for (int precision = DP_FLOAT32; precision <= DP_FLOAT64; precision++)
            for (int64_t width = 40; width <= WIDEST; width += 150)
                for (int kind = 0; kind < 4; kind++) {
                    struct dp_run run = dp_run_defaults();
                    run.sharpness = 1;
                    run.activation = activations[a];
                    run.precision = precision;
                    run.width = width;
                    run.method = DP_ADAM;
                    run.learning_rate = 0.01;
                    run.max_steps = 40;
                    run.gamma = 0.7;
                    run.alpha = kind % 2 ? 3 : 0.5; // the outputs are over alpha, the kernel over its square
                    if (kind == 1) {
                        run.target = DP_RANDOM;
                        run.samples = 20;
                        run.inputs = 3;
                        run.outputs = 2;
                        run.reduction = DP_SUM;
                    } else if (kind == 2) {
                        run.target = DP_SINE_SUM;
                        run.samples = 30;
                        run.batch = 7;
                        run.learning_rate = 0.002;
                    } else if (kind == 3) {
                        run.target = DP_SINE_MIX;
                        run.bias = 0;
                    }
                    agrees(&run);
                }
}

// It is measured where it is asked for, and changes nothing else.
static void it_is_an_observation(void **state)
{
    (void)state;
    for (int method = DP_GD; method <= DP_FLOW; method++)
        for (int64_t width = 40; width < 100; width += 50) {
            struct dp_record with, without;
            struct dp_run run = dp_run_defaults();
            run.method = method;
            run.width = width;
            run.max_steps = 50;
            run.activation = DP_TANH;
            assert_int_equal(dp_run_execute(&run, NULL, NULL, &without, NULL, NULL), DP_OK);
            run.sharpness = 1;
            assert_int_equal(dp_run_execute(&run, NULL, NULL, &with, NULL, NULL), DP_OK);
            assert_true(isnan(without.sharpness) && isnan(without.sharpness_first));
            assert_true(with.sharpness > 0 && with.sharpness_first > 0);
            without.sharpness = with.sharpness;
            without.sharpness_first = with.sharpness_first;
            assert_memory_equal(&with, &without, sizeof with);
        }
}

/* Neurons of amplitudes A_k = |a_k| |w_k| at the start and the end of a run without steps. */
static double active_of(const double *amplitudes, int64_t count, double *along)
{
    double values[WIDEST * 3];
    for (int64_t k = 0; k < count; k++) { // at every angle, and every share of A in |w|
        const double angle = 0.1 * (double)k, size = 1 + (double)(k % 5);
        values[3 * k] = size * cos(angle);
        values[3 * k + 1] = size * sin(angle);
        values[3 * k + 2] = (k % 2 ? -1 : 1) * amplitudes[k] / size;
    }
    const struct dp_start start = {.width = count, .components = 3, .inputs = 1, .values = values};
    struct dp_run run = dp_run_defaults();
    run.width = count;
    run.scheme = DP_SCHEME_FILE;
    run.method = DP_GD;
    run.max_steps = 0;
    run.curve_every = 1;
    struct dp_curve_point point;
    struct dp_record record;
    struct dp_trace trace = {.curve = &point, .curve_capacity = 1};
    const struct dp_work work = {.run = &run, .start = &start, .record = &record, .trace = &trace};
    assert_int_equal(dp_runs_execute(&work, 1, NULL, NULL), DP_OK);
    *along = point.active_neurons;
    return record.active_neurons;
}

// m neurons alike are m; one is one; q as strong as they like and the rest silent are q.
static void active_neurons_count_the_strong(void **state)
{
    (void)state;
    double amplitudes[WIDEST], along;
    for (int64_t count = 2; count <= WIDEST; count += 33)
        for (int64_t strong = 1; strong <= count; strong += 1 + strong / 2) {
            for (int64_t k = 0; k < count; k++)
                amplitudes[k] = k < strong ? 3e-9 : 0;
            assert_near(active_of(amplitudes, count, &along), (double)strong, 1e-10 * (double)strong);
            assert_near(along, (double)strong, 1e-10 * (double)strong);
        }
    for (int64_t k = 0; k < 100; k++) // (sum k)^2 / sum k^2
        amplitudes[k] = (double)(k + 1);
    assert_near(active_of(amplitudes, 100, &along), 5050.0 * 5050 / 338350, 1e-9);
    assert_near(along, 5050.0 * 5050 / 338350, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_largest_eigenvalue_of_the_tangent_kernel),
        cmocka_unit_test(it_is_an_observation),
        cmocka_unit_test(active_neurons_count_the_strong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
