// SPDX-License-Identifier: BSD-3-Clause
#include "contours/contour.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
// after its prerequisites
#include <cmocka.h>

enum { N = 41 };

/* A grid over [-2, 2]^2 with a function's values. */
struct field {
    double x[N], y[N], value[N * N];
};

static void fill(struct field *field, double (*f)(double, double))
{
    for (int i = 0; i < N; i++)
        field->x[i] = field->y[i] = -2 + 4. * i / (N - 1);
    for (int k = 0; k < N * N; k++)
        field->value[k] = f(field->x[k % N], field->y[k / N]);
}

static struct dp_contour trace(const struct field *field)
{
    struct dp_contour contour;
    struct dp_error error = {0};
    assert_int_equal(dp_contour_zero(N, N, field->x, field->y, field->value, &contour, &error), DP_OK);
    return contour;
}

static double plane(double x, double y)
{
    return y - 0.4 * x - 0.13;
}

static double circle(double x, double y)
{
    return x * x + y * y - 1.7;
}

static double two_bands(double x, double y)
{
    return (y - 0.91) * (y + 0.77) + 0 * x;
}

// Linear interpolation is exact for a plane: one line, all its points on it, from side to side.
static void the_contour_of_a_plane_is_its_line(void **state)
{
    (void)state;
    struct field field;
    fill(&field, plane);
    struct dp_contour contour = trace(&field);
    assert_int_equal(contour.lines, 1);
    for (int64_t p = 0; p < contour.points; p++)
        assert_true(fabs(plane(contour.x[p], contour.y[p])) < 1e-14);
    assert_true(fabs(fabs(contour.x[contour.points - 1] - contour.x[0]) - 4) < 1e-14);
    for (int64_t p = 1; p < contour.points; p++) // neighbours are at most a square's diagonal apart
        assert_true(hypot(contour.x[p] - contour.x[p - 1], contour.y[p] - contour.y[p - 1]) <=
                    0.1 * sqrt(2) + 1e-12);
    dp_contour_free(&contour);
}

// A circle closes, has its length, and lies within h^2/8 x curvature of it.
static void the_contour_of_a_circle_closes(void **state)
{
    (void)state;
    struct field field;
    fill(&field, circle);
    struct dp_contour contour = trace(&field);
    assert_int_equal(contour.lines, 1);
    const int64_t last = contour.points - 1;
    assert_true(contour.x[0] == contour.x[last] && contour.y[0] == contour.y[last]);
    double length = 0;
    for (int64_t p = 1; p <= last; p++)
        length += hypot(contour.x[p] - contour.x[p - 1], contour.y[p] - contour.y[p - 1]);
    assert_true(fabs(length / (2 * acos(-1) * sqrt(1.7)) - 1) < 2e-3);
    for (int64_t p = 0; p <= last; p++)
        assert_true(fabs(hypot(contour.x[p], contour.y[p]) - sqrt(1.7)) < 0.1 * 0.1 / 8 / sqrt(1.7) * 2);
    dp_contour_free(&contour);
}

static void separate_lines_stay_separate(void **state)
{
    (void)state;
    struct field field;
    fill(&field, two_bands);
    struct dp_contour contour = trace(&field);
    assert_int_equal(contour.lines, 2);
    assert_int_equal(contour.points, 2 * N);
    assert_int_equal(contour.first[1], N);
    dp_contour_free(&contour);
}

// A missing cell interrupts the line in the four squares around it and nowhere else.
static void missing_cells_are_skipped(void **state)
{
    (void)state;
    struct field field;
    fill(&field, two_bands);
    field.value[29 * N + 20] = NAN; // beside the upper line
    struct dp_contour contour = trace(&field);
    assert_int_equal(contour.lines, 3);
    assert_int_equal(contour.points, 2 * N - 1);
    dp_contour_free(&contour);
    for (int k = 0; k < N * N; k++)
        field.value[k] = NAN;
    contour = trace(&field);
    assert_int_equal(contour.lines, 0);
    dp_contour_free(&contour);
}

// A saddle with a positive mean joins its positive corners, with a negative mean its negative ones.
static void saddles_follow_the_sign_of_their_mean(void **state)
{
    (void)state;
    const double xy[] = {0, 1};
    for (int sign = -1; sign <= 1; sign += 2) {
        const double value[] = {1 + 0.5 * sign, -1, -1, 1 + 0.5 * sign}; // (0,0) and (1,1) are positive
        struct dp_contour contour;
        struct dp_error error = {0};
        assert_int_equal(dp_contour_zero(2, 2, xy, xy, value, &contour, &error), DP_OK);
        assert_int_equal(contour.lines, 2);
        for (int l = 0; l < 2; l++) { // each line cuts off one corner: (1,0) and (0,1), or (0,0) and (1,1)
            const double x = contour.x[2 * l] + contour.x[2 * l + 1],
                         y = contour.y[2 * l] + contour.y[2 * l + 1];
            assert_true(sign > 0 ? (x - 1) * (y - 1) < 0 : (x - 1) * (y - 1) > 0);
        }
        dp_contour_free(&contour);
    }
}

// Zeros on grid points lose no line and divide by nothing.
static void exact_zeros_on_the_grid(void **state)
{
    (void)state;
    const double x[] = {0, 1, 2}, y[] = {0, 3};
    const double value[] = {-1, 0, 1, -1, 0, 1};
    struct dp_contour contour;
    struct dp_error error = {0};
    assert_int_equal(dp_contour_zero(3, 2, x, y, value, &contour, &error), DP_OK);
    assert_int_equal(contour.lines, 1);
    assert_true(contour.x[0] == 1 && contour.x[1] == 1 && contour.y[0] == 0 && contour.y[1] == 3);
    dp_contour_free(&contour);
    assert_int_equal(dp_contour_zero(1, 2, x, y, value, &contour, &error), DP_OK); // no square, no line
    assert_int_equal(contour.lines, 0);
    dp_contour_free(&contour);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_contour_of_a_plane_is_its_line),
        cmocka_unit_test(the_contour_of_a_circle_closes),
        cmocka_unit_test(separate_lines_stay_separate),
        cmocka_unit_test(missing_cells_are_skipped),
        cmocka_unit_test(saddles_follow_the_sign_of_their_mean),
        cmocka_unit_test(exact_zeros_on_the_grid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
