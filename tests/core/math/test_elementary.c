// SPDX-License-Identifier: BSD-3-Clause
// The elementary functions against the C library's long double versions.
#include "check.h"
#include "core/math/elementary.h"

static double units_in_last_place(double actual, long double expected)
{
    const double near = (double)expected;
    const double ulp = nextafter(fabs(near), INFINITY) - fabs(near);
    return (double)(fabsl((long double)actual - expected) / (long double)ulp);
}

static void exp_and_log_are_within_two_units(void **state)
{
    (void)state;
    for (int i = -70000; i <= 70000; i++) {
        const double x = i * 0.00917;
        assert_true(units_in_last_place(dp_exp(x), expl((long double)x)) < 2);
    }
    for (int i = 1; i < 200000; i++) {
        const double x = exp(i * 0.0035 - 340) * (1 + i * 1e-6);
        assert_true(units_in_last_place(dp_log(x), logl((long double)x)) < 2);
    }
    assert_true(dp_log(1) == 0);
    assert_true(dp_exp(0) == 1);
}

static void sine_is_right_over_many_turns(void **state)
{
    (void)state;
    for (int i = -100000; i <= 100000; i++) {
        const double x = i * 0.0123;
        assert_near(dp_sin(x), (double)sinl((long double)x), 3e-16);
        double sine, cosine;
        dp_sincos_turns(i / 1024.0, &sine, &cosine);
        const long double angle = 2 * 3.14159265358979323846264338327950288L * (i % 1024) / 1024;
        assert_near(sine, (double)sinl(angle), 3e-16);
        assert_near(cosine, (double)cosl(angle), 3e-16);
    }
}

static void angles_are_right_in_every_quarter(void **state)
{
    (void)state;
    for (int i = -100000; i <= 100000; i++) {
        const double x = cos(i * 3.1415e-5), y = sin(i * 3.1415e-5) * (1 + i * 1e-7);
        assert_true(units_in_last_place(dp_atan2(y, x), atan2l((long double)y, (long double)x)) < 2);
        const double steep = exp(i * 0.005);
        assert_true(units_in_last_place(dp_atan2(steep, -1), atan2l((long double)steep, -1.0L)) < 2);
        const double far = -1e200 * x, high = 1e200 * y;
        assert_true(units_in_last_place(dp_atan2(far, high), atan2l((long double)far, (long double)high)) <
                    2);
    }
    assert_true(dp_atan2(0, 0) == 0);
    assert_true(dp_atan2(0, 2) == 0);
    assert_true(dp_atan2(-0.0, -1) == atan2(0, -1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_and_log_are_within_two_units),
        cmocka_unit_test(sine_is_right_over_many_turns),
        cmocka_unit_test(angles_are_right_in_every_quarter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
