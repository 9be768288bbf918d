// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The functions that a formula may call. They have the same bits on every machine, because they use IEEE
 * operations only and no C library (core/math/elementary.h). Errors are at most a few units in the last
 * place. Outside its domain a function is NAN: the logarithm of a number that is not positive, the sine
 * beyond 10^6 in size. */

struct dp_function_of_one {
    const char *name;
    double (*value)(double x);
};

/* Ends with a NULL name. */
extern const struct dp_function_of_one dp_functions[];

/* x^y: by products for whole y up to 1024 in size, else exp(y log x). */
double dp_power(double x, double y);
