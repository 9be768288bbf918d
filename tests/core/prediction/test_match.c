// SPDX-License-Identifier: BSD-3-Clause
// Pairs of measured and predicted directions.
#include "check.h"
#include "core/prediction/match.h"

static const double DEGREE = 3.14159265358979323846 / 180;

static void put(double *units, int i, double degrees)
{
    units[2 * i] = cos(degrees * DEGREE);
    units[2 * i + 1] = sin(degrees * DEGREE);
}

static void each_direction_has_its_nearest_partner(void **state)
{
    (void)state;
    double measured[8], predicted[6], error[3];
    const double there[] = {10, 99, 181, 270}, expected[] = {180, 12, 300};
    for (int i = 0; i < 4; i++)
        put(measured, i, there[i]);
    for (int k = 0; k < 3; k++)
        put(predicted, k, expected[k]);
    const struct dp_match match = dp_match_directions(measured, 4, predicted, 3, 2, 10, error);
    assert_int_equal(match.matched, 2);
    assert_int_equal(match.missed, 1);
    assert_int_equal(match.extra, 2);
    assert_near(match.largest, 2 * DEGREE, 1e-12);
    assert_near(match.mean, 1.5 * DEGREE, 1e-12);
    assert_near(error[0], DEGREE, 1e-12);
    assert_near(error[1], 2 * DEGREE, 1e-12);
    assert_true(isnan(error[2]));
}

// 0 is nearer to 3 than 5 is, and 5 has nobody else within 4 degrees.
static void nobody_is_taken_twice(void **state)
{
    (void)state;
    double measured[4], predicted[4];
    put(measured, 0, 0);
    put(measured, 1, 5);
    put(predicted, 0, 2);
    put(predicted, 1, -4);
    struct dp_match match = dp_match_directions(measured, 2, predicted, 2, 2, 3.5, NULL);
    assert_int_equal(match.matched, 1);
    assert_near(match.largest, 2 * DEGREE, 1e-12);
    match = dp_match_directions(measured, 2, predicted, 2, 2, 90, NULL);
    assert_int_equal(match.matched, 2);
    assert_near(match.largest, 9 * DEGREE, 1e-12);
}

static void tiny_angles_keep_their_digits(void **state)
{
    (void)state;
    const double measured[] = {1, 1e-11, 0}, predicted[] = {1, 0, 0};
    const struct dp_match match = dp_match_directions(measured, 1, predicted, 1, 3, 1, NULL);
    assert_near(match.largest, 1e-11, 1e-20);
}

static void nothing_matches_nothing(void **state)
{
    (void)state;
    const double one[] = {1, 0};
    struct dp_match match = dp_match_directions(NULL, 0, one, 1, 2, 10, NULL);
    assert_int_equal(match.missed, 1);
    assert_true(isnan(match.largest) && isnan(match.mean));
    match = dp_match_directions(one, 1, NULL, 0, 2, 10, NULL);
    assert_int_equal(match.extra, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_direction_has_its_nearest_partner),
        cmocka_unit_test(nobody_is_taken_twice),
        cmocka_unit_test(tiny_angles_keep_their_digits),
        cmocka_unit_test(nothing_matches_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
