// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "core/math/linear.h"
#include "core/math/rng.h"
#include <string.h>

enum { D = 5, O = 3, N = 40 };

static void fill(double *values, int count, int64_t seed)
{
    for (int i = 0; i < count; i++)
        values[i] = dp_normal(seed, DP_STREAM_INPUTS, i, 0);
}

// Data made by a matrix give that matrix back, whatever the inputs.
static void the_linear_map_is_the_one_that_made_the_data(void **state)
{
    (void)state;
    double x[N * D], y[N * O], made[O * D], found[O * D];
    fill(x, N * D, 1);
    fill(made, O * D, 2);
    for (int i = 0; i < N; i++)
        for (int c = 0; c < O; c++) {
            y[i * O + c] = 0;
            for (int j = 0; j < D; j++)
                y[i * O + c] += made[c * D + j] * x[i * D + j];
        }
    const struct dp_samples samples = {.count = N, .inputs = D, .outputs = O, .x = x, .y = y};
    assert_int_equal(dp_linear_map(&samples, found, NULL), DP_OK);
    for (int i = 0; i < O * D; i++)
        assert_near(found[i], made[i], 1e-13);
    const struct dp_samples few = {.count = D - 1, .inputs = D, .outputs = O, .x = x, .y = y};
    assert_int_equal(dp_linear_map(&few, found, NULL), DP_BAD_INPUT);
}

static void assert_orthogonal(const double *a, int size)
{
    for (int p = 0; p < size; p++)
        for (int q = 0; q < size; q++) {
            double dot = 0;
            for (int i = 0; i < size; i++)
                dot += a[i * size + p] * a[i * size + q];
            assert_near(dot, p == q, 1e-13);
        }
}

static void assert_modes(const double *map, int o, int d)
{
    double u[D * D], v[D * D], s[D];
    assert_int_equal(dp_linear_modes(map, o, d, u, s, v, NULL), DP_OK);
    assert_orthogonal(u, o);
    assert_orthogonal(v, d);
    for (int c = 0; c < o; c++)
        for (int j = 0; j < d; j++) {
            double sum = 0;
            for (int m = 0; m < o && m < d; m++)
                sum += u[c * o + m] * s[m] * v[j * d + m];
            assert_near(sum, map[c * d + j], 1e-13);
        }
    for (int m = 1; m < o && m < d; m++)
        assert_true(s[m - 1] >= s[m]);
}

// M = U diag(s) V^T with orthogonal U and V and descending s: wide, tall, of low rank, and zero.
static void modes_put_the_map_together_again(void **state)
{
    (void)state;
    double map[O * D], low[O * D], zero[O * D] = {0};
    fill(map, O * D, 3);
    for (int c = 0; c < O; c++)
        for (int j = 0; j < D; j++)
            low[c * D + j] = map[c] * map[j];
    assert_modes(map, O, D);
    assert_modes(map, D, O);
    assert_modes(low, O, D);
    assert_modes(zero, O, D);
    // the notebook's target: a weak and a strong mode, told apart to the last digit
    const double notebook[] = {0.01001, 0, 0, 1};
    double u[4], v[4], s[2];
    assert_int_equal(dp_linear_modes(notebook, 2, 2, u, s, v, NULL), DP_OK);
    assert_true(s[0] == 1 && s[1] == 0.01001);
}

// Columns of a frame are orthonormal, even when they begin almost parallel.
static void frames_are_orthonormal(void **state)
{
    (void)state;
    double a[N * O];
    fill(a, N * O, 4);
    for (int i = 0; i < N; i++)
        a[i * O + 1] = a[i * O] + 1e-9 * a[i * O + 1];
    dp_linear_frame(a, N, O);
    for (int p = 0; p < O; p++)
        for (int q = 0; q < O; q++) {
            double dot = 0;
            for (int i = 0; i < N; i++)
                dot += a[i * O + p] * a[i * O + q];
            assert_near(dot, p == q, 1e-14);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_linear_map_is_the_one_that_made_the_data),
        cmocka_unit_test(modes_put_the_map_together_again),
        cmocka_unit_test(frames_are_orthonormal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
