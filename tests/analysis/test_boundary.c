// SPDX-License-Identifier: BSD-3-Clause
#include "contours/boundary.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
// after its prerequisites
#include <cmocka.h>

static void near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-15))
        fail_msg("%.17g is not %.17g", value, expected);
}

// Distances worked out by hand; negative on the linear side.
static void distances_from_the_two_half_lines(void **state)
{
    (void)state;
    near(dp_boundary_distance(0.5, -0.5), -0.5);
    near(dp_boundary_distance(1.5, -2), 0.5);
    near(dp_boundary_distance(1, 1), -sqrt(0.5));    // the foot is (1.5, .5)
    near(dp_boundary_distance(2, 0.5), sqrt(0.125)); // the foot is (1.75, .75)
    near(dp_boundary_distance(0.7, 0.2),
         -hypot(0.3, 0.2)); // nearest to the corner: neither half-line goes on
    near(dp_boundary_distance(1, 0), 0);
    near(dp_boundary_distance(1, -1), 0);
    near(dp_boundary_distance(2, 1), 0);
    assert_true(dp_boundary_distance(1.01, -0.5) > 0 && dp_boundary_distance(0.99, -0.5) < 0);
}

// Xavier and mean-field are critical; NTK, LeCun and He linear (the paper's figure).
static void named_initialisations_lie_where_the_paper_has_them(void **state)
{
    (void)state;
    near(dp_boundary_distance(1, 0), 0);
    assert_true(dp_boundary_distance(0.5, 0) < -0.4);
    assert_true(dp_boundary_distance(0.5, 0.5) < -0.4);
}

static void clipped_to_a_window(void **state)
{
    (void)state;
    double line[DP_BOUNDARY_LINES][4];
    assert_int_equal(dp_boundary_clip(0.5, 2, -0.5, 1.5, line), 2);
    const double vertical[] = {1, 0, 1, -0.5}, slanted[] = {1, 0, 2, 1};
    for (int i = 0; i < 4; i++) {
        near(line[0][i], vertical[i]);
        near(line[1][i], slanted[i]);
    }
    assert_int_equal(dp_boundary_clip(1.5, 4, -1, 1, line),
                     1); // only the slanted one, from (1.5, .5) to (2, 1)
    near(line[0][0], 1.5);
    near(line[0][3], 1);
    assert_int_equal(dp_boundary_clip(0, 0.9, -1, 1, line), 0);
    assert_int_equal(dp_boundary_clip(2, 3, -1, 0.5, line), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_from_the_two_half_lines),
        cmocka_unit_test(named_initialisations_lie_where_the_paper_has_them),
        cmocka_unit_test(clipped_to_a_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
