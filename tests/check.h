// SPDX-License-Identifier: BSD-3-Clause
#pragma once
/* cmocka with its prerequisites, and comparisons of numbers that tell both sides when they fail. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define assert_near(actual, expected, tolerance)                                                             \
    check_near(actual, expected, tolerance, #actual, __FILE__, __LINE__)

static inline void check_near(double actual, double expected, double tolerance, const char *what,
                              const char *file, int line)
{
    if (fabs(actual - expected) <= tolerance || (isnan(actual) && isnan(expected)))
        return;
    print_error("%s:%d: %s is %.17g, not %.17g +- %g\n", file, line, what, actual, expected, tolerance);
    fail();
}
