// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "contours/agreement.h"
#include "contours/boundary.h"
#include <stdlib.h>

/* Contours whose distance from the published boundary is known. */

static struct dp_contour contour_of(int64_t lines, int64_t *first, double *x, double *y)
{
    return (struct dp_contour){.lines = lines, .points = first[lines], .first = first, .x = x, .y = y};
}

static const double window[4] = {0.5, 2, -0.5, 1.5};

// A line parallel to gamma = 1 at a distance of .1, on the condensed side.
static void a_parallel_line_is_everywhere_as_far(void **state)
{
    (void)state;
    const struct dp_contour contour =
        contour_of(1, (int64_t[]){0, 3}, (double[]){1.1, 1.1, 1.1}, (double[]){-0.5, -0.4, -0.2});
    const struct dp_contour_distance distance = dp_contour_distance(&contour);
    assert_near(distance.mean, 0.1, 1e-14);
    assert_near(distance.worst, 0.1, 1e-14);
    assert_near(distance.shift, 0.1, 1e-14);
    assert_near(distance.length, 0.3, 1e-14);
}

// From (.8, -.5) to (1.2, -.5) the distance is |gamma - 1|: .1 on average, .2 at worst, no shift. A point
// counts by the length beside it, not by its number.
static void a_crossing_line_is_averaged_over_its_length(void **state)
{
    (void)state;
    const struct dp_contour contour = contour_of(1, (int64_t[]){0, 5}, (double[]){0.8, 0.81, 0.82, 1, 1.2},
                                                 (double[]){-0.5, -0.5, -0.5, -0.5, -0.5});
    const struct dp_contour_distance distance = dp_contour_distance(&contour);
    assert_near(distance.mean, 0.1, 1e-14);
    assert_near(distance.worst, 0.2, 1e-14);
    assert_near(distance.shift, 0, 1e-14);
}

// A contour on the upper half-line alone lies on the boundary and misses its other end, (1, -.5), by .5.
static void a_part_of_the_boundary_misses_the_rest(void **state)
{
    (void)state;
    const struct dp_contour contour = contour_of(1, (int64_t[]){0, 2}, (double[]){1, 2}, (double[]){0, 1});
    assert_near(dp_contour_distance(&contour).worst, 0, 1e-15);
    assert_near(dp_contour_missed(&contour, window), 0.5, 1e-14);
    const struct dp_contour whole =
        contour_of(2, (int64_t[]){0, 2, 4}, (double[]){1, 1, 1, 2}, (double[]){-0.5, 0, 0, 1});
    assert_near(dp_contour_missed(&whole, window), 0, 1e-15);
    assert_near(dp_contour_missed(&whole, (const double[]){0, 0.5, 0, 1}), 0, 0); // no boundary there
    assert_true(isnan(dp_contour_distance(&(struct dp_contour){0}).mean));
    assert_true(isinf(dp_contour_missed(&(struct dp_contour){0}, window)));
}

static void zeros_along_a_line(void **state)
{
    (void)state;
    const double x[] = {0, 1, 2, 3, 4, 5}, value[] = {-1, 3, 0, -1, NAN, 1};
    double zero[2] = {NAN, NAN};
    assert_int_equal(dp_zeros(x, value, 6, zero, 2), 2);
    assert_near(zero[0], 0.25, 1e-15);
    assert_near(zero[1], 2, 1e-15);
    assert_int_equal(dp_zeros(x, value, 6, zero, 1), 2); // more than there is room for
    assert_int_equal(dp_zeros(x, value, 1, zero, 2), 0);
}

static void residuals_remember_the_worst(void **state)
{
    (void)state;
    struct dp_residuals residuals = {0};
    assert_true(isnan(dp_residuals_rms(&residuals)));
    dp_residuals_add(&residuals, 1, 2, 0.3);
    dp_residuals_add(&residuals, 3, 4, -0.4);
    dp_residuals_add(&residuals, 5, 6, NAN);
    assert_int_equal(residuals.count, 2);
    assert_near(dp_residuals_rms(&residuals), sqrt(0.125), 1e-15);
    assert_near(residuals.worst, -0.4, 0);
    assert_true(residuals.x == 3 && residuals.y == 4);
}

// The table of SCIENCE.md: one point inside each region, and the same value from both sides of every border.
static void the_predicted_slope_is_the_tables(void **state)
{
    (void)state;
    static const double points[][3] = {{0.5, -0.5, -0.5}, {1.5, -0.75, 0.5}, {0.5, 1, -2.5},
                                       {1.5, 1, -1},      {2, 0.5, 0.25},    {1.5, -0.25, 0.375}};
    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        assert_near(dp_predicted_slope(points[i][0], points[i][1]), points[i][2], 1e-15);
    for (double t = -1; t <= 1; t += 0.125) {
        const double e = 1e-9, borders[][4] = {
                                   {1 - e, t, 1 + e, t},                                 // gamma = 1
                                   {1 + fabs(t), fabs(t) - e, 1 + fabs(t), fabs(t) + e}, // gamma' = gamma - 1
                                   {1 + fabs(t), -fabs(t) - e, 1 + fabs(t), e - fabs(t)},
                                   {1 - fabs(t), -e, 1 - fabs(t), e},
                               };
        for (size_t k = 0; k < sizeof borders / sizeof *borders; k++)
            assert_near(dp_predicted_slope(borders[k][0], borders[k][1]),
                        dp_predicted_slope(borders[k][2], borders[k][3]), 1e-7);
    }
    for (double t = 0; t <= 1; t += 0.25) { // zero on the boundary, and its sign on either side
        assert_near(dp_predicted_slope(1, -t), 0, 1e-15);
        assert_near(dp_predicted_slope(1 + t, t), 0, 1e-15);
    }
    for (double x = 0.5; x <= 2; x += 0.1)
        for (double y = -0.5; y <= 1.5; y += 0.1)
            if (fabs(dp_boundary_distance(x, y)) > 1e-9)
                assert_true((dp_predicted_slope(x, y) > 0) == (dp_boundary_distance(x, y) > 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_parallel_line_is_everywhere_as_far),
        cmocka_unit_test(a_crossing_line_is_averaged_over_its_length),
        cmocka_unit_test(a_part_of_the_boundary_misses_the_rest),
        cmocka_unit_test(zeros_along_a_line),
        cmocka_unit_test(residuals_remember_the_worst),
        cmocka_unit_test(the_predicted_slope_is_the_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
