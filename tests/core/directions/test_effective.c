// SPDX-License-Identifier: BSD-3-Clause
// Effective numbers of directions and lines, against all pairs by the definition, and in cases known by
// algebra.
#include "check.h"
#include "core/directions/effective.h"
#include "core/math/rng.h"
#include <stdlib.h>

enum { MOST = 6000, ROWS = 7 };

static double columns[ROWS * MOST];

static double at(int64_t count, int64_t k, int row)
{
    return columns[row * count + k];
}

static struct dp_effective measure(int64_t count, int inputs)
{
    const struct dp_neurons neurons = {columns, count, inputs, 1};
    struct dp_effective effective;
    assert_int_equal(dp_effective_count(&neurons, &effective, NULL), DP_OK);
    return effective;
}

// The definition, over all pairs.
static struct dp_effective by_pairs(int64_t count, int inputs)
{
    double pairs[4] = {0}, sum[2] = {0};
    static double length[MOST], share[2][MOST];
    for (int64_t k = 0; k < count; k++) {
        double square = 0;
        for (int j = 0; j <= inputs; j++)
            square += at(count, k, j) * at(count, k, j);
        length[k] = sqrt(square);
        share[0][k] = length[k] * fabs(at(count, k, inputs + 1));
        share[1][k] = length[k] > 0;
        sum[0] += share[0][k];
        sum[1] += share[1][k];
    }
    for (int64_t k = 0; k < count; k++)
        for (int64_t l = 0; l < count; l++) {
            double cosine = 0;
            for (int j = 0; j <= inputs; j++)
                cosine += at(count, k, j) * at(count, l, j) / (length[k] * length[l]);
            for (int p = 0; p < 2; p++) {
                const double pair = share[p][k] * share[p][l] / (sum[p] * sum[p]);
                pairs[2 * p] += cosine > 0.95 ? pair : 0;
                pairs[2 * p + 1] += fabs(cosine) > 0.95 ? pair : 0;
            }
        }
    return (struct dp_effective){1 / pairs[0], 1 / pairs[1], 1 / pairs[2], 1 / pairs[3]};
}

static void compare(struct dp_effective found, struct dp_effective expected, double relative)
{
    assert_near(found.directions, expected.directions, relative * expected.directions);
    assert_near(found.lines, expected.lines, relative * expected.lines);
    assert_near(found.directions_uniform, expected.directions_uniform,
                relative * expected.directions_uniform);
    assert_near(found.lines_uniform, expected.lines_uniform, relative * expected.lines_uniform);
}

// Normal neurons, the first component stretched: a cloud that leans to a line.
static void cloud(int64_t count, int inputs, double stretch)
{
    for (int64_t k = 0; k < count; k++)
        for (int j = 0; j <= inputs + 1; j++)
            columns[j * count + k] = (j == 0 ? stretch : 1) * dp_normal(5, DP_STREAM_STARTS, k, j);
}

static void clouds_agree_with_all_pairs(void **state)
{
    (void)state;
    for (int inputs = 1; inputs <= 5; inputs++)
        for (double stretch = 1; stretch < 100; stretch *= 5) {
            cloud(500, inputs, stretch);
            compare(measure(500, inputs), by_pairs(500, inputs), 1e-10);
        }
}

// Beyond 2048 neurons of several inputs a sample stands for all.
static void large_clouds_agree_within_percents(void **state)
{
    (void)state;
    for (int inputs = 2; inputs <= 4; inputs += 2) {
        cloud(MOST, inputs, 3);
        compare(measure(MOST, inputs), by_pairs(MOST, inputs), 0.08);
    }
    cloud(MOST, 1, 3);
    compare(measure(MOST, 1), by_pairs(MOST, 1), 1e-9); // a sum of 3.6e7 pairs
}

// n tight bundles of one strength are n directions, whatever their sizes; by lines opposite ones are one; and
// a neuron that has nearly all of the amplitude is one direction.
static void bundles_are_counted(void **state)
{
    (void)state;
    static const double angles[] = {0.3, 1.1, 2.0, 3.9, 0.3 + 3.14159265358979, 4.7};
    for (int inputs = 1; inputs <= 3; inputs += 2)
        for (int bundles = 1; bundles <= 6; bundles++) {
            const int64_t count = 10 * (int64_t)bundles, all = count + 2;
            for (int64_t k = 0; k < all; k++) {
                const double angle = angles[k % bundles] + 1e-3 * (double)(k / bundles);
                for (int j = 0; j <= inputs + 1; j++)
                    columns[j * all + k] = 0;
                if (k >= count)
                    continue; // w = 0: no direction
                columns[0 * all + k] = 0.1 * cos(angle);
                columns[1 * all + k] = 0.1 * sin(angle);
                columns[(inputs + 1) * all + k] = k % 2 ? 3 : -3;
            }
            const struct dp_effective found = measure(all, inputs);
            assert_near(found.directions, bundles, 1e-9);
            assert_near(found.directions_uniform, bundles, 1e-9);
            // the fifth bundle is opposite to the first, which then has twice the share of the others
            const double n = bundles, lines = bundles < 5 ? n : n * n / (n - 2 + 4);
            assert_near(found.lines, lines, 1e-9);
            columns[(inputs + 1) * all] = 1e9;
            assert_near(measure(all, inputs).directions, 1, 1e-5);
        }
}

// Neurons spread evenly over the circle: P = 2 arccos(.95) / (2 pi), and twice that for lines.
static void an_even_circle_has_ten_directions(void **state)
{
    (void)state;
    for (int64_t k = 0; k < MOST; k++) {
        const double angle = 2 * acos(-1) * ((double)k + 0.5) / MOST;
        columns[k] = cos(angle);
        columns[MOST + k] = sin(angle);
        columns[2 * MOST + k] = 1;
    }
    const double expected = acos(-1) / acos(0.95);
    assert_near(measure(MOST, 1).directions, expected, 2e-3 * expected);
    assert_near(measure(MOST, 1).lines, expected / 2, 2e-3 * expected);
}

static void no_amplitude_is_no_number(void **state)
{
    (void)state;
    for (int k = 0; k < 3 * 4; k++)
        columns[k] = k < 8 ? 1 : 0;
    const struct dp_effective found = measure(4, 1);
    assert_true(isnan(found.directions) && isnan(found.lines));
    assert_near(found.directions_uniform, 1, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clouds_agree_with_all_pairs), cmocka_unit_test(large_clouds_agree_within_percents),
        cmocka_unit_test(bundles_are_counted),         cmocka_unit_test(an_even_circle_has_ten_directions),
        cmocka_unit_test(no_amplitude_is_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
