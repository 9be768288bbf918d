// SPDX-License-Identifier: BSD-3-Clause
// A plane that is refined around a circle: the squares that it crosses, the gaps between cells, and its
// contour.
#include "check.h"
#include "contours/contour.h"
#include "contours/gaps.h"
#include "refine/squares.h"
#include <stdlib.h>
#include <string.h>

enum { LINES = 6, MOST = 100000 };
static const double lines[LINES] = {-2, -1.25, -0.5, 0.25, 1, 1.75};

static double circle(double x, double y)
{
    return x * x + y * y - 1;
}

struct plane {
    int64_t count;
    struct dp_point cell[MOST];
    double half_width; // of the intervals
};

static bool find(const void *context, double x, double y, struct dp_known *known)
{
    const struct plane *const plane = context;
    for (int64_t i = 0; i < plane->count; i++)
        if (plane->cell[i].x == x && plane->cell[i].y == y) {
            const double value = circle(x, y);
            *known = (struct dp_known){value, value - plane->half_width, value + plane->half_width};
            return true;
        }
    return false;
}

static struct dp_square_grid squares_of(const struct plane *plane)
{
    return (struct dp_square_grid){LINES, LINES, lines, lines, find, plane};
}

static struct plane *base(void)
{
    struct plane *const plane = calloc(1, sizeof *plane);
    for (int j = 0; j < LINES; j++)
        for (int i = 0; i < LINES; i++)
            plane->cell[plane->count++] = (struct dp_point){lines[i], lines[j]};
    return plane;
}

/* Halves all squares that the circle crosses; returns how many cells came. */
static int64_t refine(struct plane *plane)
{
    const struct dp_square_grid squares = squares_of(plane);
    struct dp_square *square;
    struct dp_point *points;
    int64_t count, fresh, halved, crossed = 0;
    assert_int_equal(dp_squares_find(&squares, &square, &count, NULL), DP_OK);
    while (crossed < count && square[crossed].crosses)
        crossed++;
    assert_int_equal(dp_squares_halve(&squares, square, crossed, INT64_MAX, &points, &fresh, &halved, NULL),
                     DP_OK);
    assert_int_equal(halved, crossed);
    for (int64_t i = 0; i < fresh; i++) {
        struct dp_known known;
        assert_false(find(plane, points[i].x, points[i].y, &known)); // each cell once
        plane->cell[plane->count++] = points[i];
    }
    free(square);
    free(points);
    return fresh;
}

/* Squares of the first grid and of each finer one that have corners on both sides, counted on full grids: a
 * square that the circle crosses without any corner on the other side is none of them, nor are its parts. */
static int64_t crossed_at(int level)
{
    int64_t found = 0;
    const int parts = (LINES - 1) << level;
    for (int j = 0; j < parts; j++)
        for (int i = 0; i < parts; i++) {
            bool all = true;
            for (int l = 0; l <= level && all; l++) {
                const double step = 0.75 / (1 << l);
                const double x = -2 + step * (i >> (level - l)), y = -2 + step * (j >> (level - l));
                const int above = (circle(x, y) >= 0) + (circle(x + step, y) >= 0) +
                                  (circle(x, y + step) >= 0) + (circle(x + step, y + step) >= 0);
                all = above > 0 && above < 4;
            }
            found += all;
        }
    return found;
}

static void the_squares_that_the_contour_crosses_are_found_and_halved(void **state)
{
    (void)state;
    struct plane *const plane = base();
    for (int level = 0; level < 4; level++) {
        const struct dp_square_grid squares = squares_of(plane);
        struct dp_square *square;
        int64_t count, finest = 0;
        assert_int_equal(dp_squares_find(&squares, &square, &count, NULL), DP_OK);
        for (int64_t i = 0; i < count; i++) {
            assert_true(square[i].crosses); // without intervals nothing is undecided
            assert_near(square[i].edge, 0.75 / (1 << square[i].level), 0);
            finest += square[i].level == level;
            assert_true(i == 0 || square[i].level >= square[i - 1].level);
        }
        assert_int_equal(finest, crossed_at(level));
        free(square);
        refine(plane);
    }
    // a full grid of the same lines has 81 x 81
    assert_true(plane->count < 6561 / 10);
    free(plane);
}

static void undecided_corners_count_where_the_value_keeps_its_sign(void **state)
{
    (void)state;
    struct plane *const plane = base();
    plane->half_width = 0.6;
    const struct dp_square_grid squares = squares_of(plane);
    struct dp_square *square;
    int64_t count, undecided = 0;
    assert_int_equal(dp_squares_find(&squares, &square, &count, NULL), DP_OK);
    for (int64_t i = 0; i < count; i++)
        undecided += !square[i].crosses;
    assert_true(undecided > 0 && undecided < count);
    free(square);
    free(plane);
}

static void no_more_cells_are_added_than_allowed(void **state)
{
    (void)state;
    struct plane *const plane = base();
    const struct dp_square_grid squares = squares_of(plane);
    struct dp_square *square;
    struct dp_point *points;
    int64_t count, fresh, halved;
    assert_int_equal(dp_squares_find(&squares, &square, &count, NULL), DP_OK);
    assert_int_equal(dp_squares_halve(&squares, square, count, 11, &points, &fresh, &halved, NULL), DP_OK);
    assert_true(fresh <= 11 && fresh >= 7 && halved >= 2 && halved < count);
    free(square);
    free(points);
    free(plane);
}

static int64_t place(double value, int parts)
{
    return (int64_t)((value + 2) / 3.75 * parts + 0.5);
}

/* The circle's contour on the gappy grid of a refined plane is as good as its finest squares. */
static void gaps_are_filled_so_that_the_contour_shows(void **state)
{
    (void)state;
    enum { LEVEL = 4, PARTS = (LINES - 1) << LEVEL, N = PARTS + 1 };
    struct plane *const plane = base();
    double x[N], *const value = malloc(sizeof(double) * N * N);
    bool *const there = calloc(N * N, sizeof *there);
    struct dp_contour contour = {0};
    for (int level = 0; level < LEVEL; level++)
        refine(plane);
    for (int i = 0; i < N; i++)
        x[i] = -2 + 3.75 / PARTS * i;
    for (int k = 0; k < N * N; k++)
        value[k] = NAN;
    for (int64_t i = 0; i < plane->count; i++) {
        const int64_t k = place(plane->cell[i].y, PARTS) * N + place(plane->cell[i].x, PARTS);
        there[k] = true;
        value[k] = circle(plane->cell[i].x, plane->cell[i].y);
    }
    assert_int_equal(dp_gaps_fill(N, N, x, x, there, value, NULL), DP_OK);
    for (int k = 0; k < N * N; k++)
        assert_true(!isnan(value[k]));
    assert_int_equal(dp_contour_zero(N, N, x, x, value, &contour, NULL), DP_OK);
    assert_int_equal(contour.lines, 1);
    for (int64_t p = 0; p < contour.points; p++)
        assert_near(hypot(contour.x[p], contour.y[p]), 1,
                    0.002); // the square of half a step of 0.047, over 8
    dp_contour_free(&contour);
    free(value);
    free(there);
    free(plane);
}

static void a_linear_function_is_interpolated_exactly_and_a_missing_value_stays(void **state)
{
    (void)state;
    // rows 0 and 2 are base lines, row 1 has two cells; the cell at (1, 2) has no value
    const double x[] = {0, 1, 2, 4}, y[] = {0, 1, 2};
    const bool there[] = {1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1};
    double value[12];
    for (int k = 0; k < 12; k++)
        value[k] = there[k] ? 3 * x[k % 4] - y[k / 4] : NAN;
    value[9] = NAN;
    assert_int_equal(dp_gaps_fill(4, 3, x, y, there, value, NULL), DP_OK);
    assert_near(value[4], -1, 1e-15);
    assert_near(value[7], 11, 1e-15);
    assert_true(value[9] != value[9]);
    // on a full grid every missing value stays
    const bool full[] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    double some[] = {1, 2, 3, 4, NAN, 6, 7, 8, 9};
    assert_int_equal(dp_gaps_fill(3, 3, y, y, full, some, NULL), DP_OK);
    assert_true(some[4] != some[4]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_squares_that_the_contour_crosses_are_found_and_halved),
        cmocka_unit_test(undecided_corners_count_where_the_value_keeps_its_sign),
        cmocka_unit_test(no_more_cells_are_added_than_allowed),
        cmocka_unit_test(gaps_are_filled_so_that_the_contour_shows),
        cmocka_unit_test(a_linear_function_is_interpolated_exactly_and_a_missing_value_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
