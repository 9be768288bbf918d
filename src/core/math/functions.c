// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/core/functions.h"
#include "core/math/elementary.h"
#include <float.h>
#include <math.h>
#include <stddef.h>

static double exponential(double x)
{
    if (isnan(x) || x > 700)
        return x + INFINITY;
    return x < -700 ? 0 : dp_exp(x);
}

static double logarithm(double x)
{
    return x >= DBL_MIN && x <= DBL_MAX ? dp_log(x) : NAN;
}

static double sine(double x)
{
    return fabs(x) <= 1e6 ? dp_sin(x) : NAN;
}

// cos x = 1 - 2 sin^2(x / 2)
static double cosine(double x)
{
    const double half = sine(x / 2);
    return 1 - 2 * half * half;
}

/* Near 0 by the continued fraction x / (1 + x^2 / (3 + x^2 / (5 + ...))), because 1 - 2 / (e^2x + 1) would
 * lose digits. */
static double hyperbolic_tangent(double x)
{
    if (fabs(x) >= 0.5)
        return 1 - 2 / (exponential(2 * x) + 1);
    double below = 17;
    for (int odd = 15; odd >= 1; odd -= 2)
        below = odd + x * x / below;
    return x / below;
}

static double rectifier(double x)
{
    return isnan(x) || x > 0 ? x : 0;
}

static double root(double x)
{
    return sqrt(x);
}

static double size(double x)
{
    return fabs(x);
}

const struct dp_function_of_one dp_functions[] = {
    {"abs", size},     {"cos", cosine},    {"exp", exponential},
    {"ln", logarithm}, {"log", logarithm}, {"relu", rectifier},
    {"sin", sine},     {"sqrt", root},     {"tanh", hyperbolic_tangent},
    {NULL, NULL},
};

static double whole_power(double x, int exponent)
{
    double power = 1;
    for (int left = exponent < 0 ? -exponent : exponent; left > 0; left /= 2, x *= x)
        if (left % 2)
            power *= x;
    return exponent < 0 ? 1 / power : power;
}

double dp_power(double x, double y)
{
    if (fabs(y) <= 1024 && y == floor(y))
        return whole_power(x, (int)y);
    if (x == 0)
        return y > 0 ? 0 : y < 0 ? INFINITY : NAN;
    return exponential(y * logarithm(x));
}
