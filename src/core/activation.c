// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/activations.h"
#include "dewpoint/run.h"
#include <math.h>
#include <stddef.h>

static double relu_sigma(double h, int64_t power)
{
    (void)power;
    return h > 0 ? h : 0;
}

static double relu_slope(double h, int64_t power)
{
    (void)power;
    return h > 0;
}

static double relu_bend(double h, int64_t power)
{
    (void)h, (void)power;
    return 0;
}

static double linear_sigma(double h, int64_t power)
{
    (void)power;
    return h;
}

static double linear_slope(double h, int64_t power)
{
    (void)h, (void)power;
    return 1;
}

static double linear_bend(double h, int64_t power)
{
    (void)h, (void)power;
    return 0;
}

static double sigmoid_sigma(double h, int64_t power)
{
    (void)power;
    return 1 / (1 + exp(-h));
}

static double sigmoid_slope(double h, int64_t power)
{
    return sigmoid_sigma(h, power) * sigmoid_sigma(-h, power);
}

static double sigmoid_bend(double h, int64_t power)
{
    return sigmoid_slope(h, power) * (sigmoid_sigma(-h, power) - sigmoid_sigma(h, power));
}

static double softplus_sigma(double h, int64_t power)
{
    (void)power;
    return h > 0 ? h + log1p(exp(-h)) : log1p(exp(h));
}

static double softplus_slope(double h, int64_t power)
{
    return sigmoid_sigma(h, power);
}

static double softplus_bend(double h, int64_t power)
{
    return sigmoid_slope(h, power);
}

// The family x^q tanh x with q = p - 1.
static double power_tanh_sigma(double h, int64_t power)
{
    return pow(h, (double)power - 1) * tanh(h);
}

// q x^(q-1), the derivative of x^q.
static double power_slope(double h, double q)
{
    return q == 0 ? 0 : q * pow(h, q - 1);
}

static double power_tanh_slope(double h, int64_t power)
{
    const double q = (double)power - 1, t = tanh(h);
    return power_slope(h, q) * t + pow(h, q) * (1 - t * t);
}

static double power_tanh_bend(double h, int64_t power)
{
    const double q = (double)power - 1, t = tanh(h), dt = 1 - t * t;
    const double bend = q == 0 ? 0 : q * power_slope(h, q - 1);
    return bend * t + 2 * power_slope(h, q) * dt - 2 * pow(h, q) * t * dt;
}

const char *const dp_activation_names[] = {"relu",   "tanh",  "sigmoid", "softplus",
                                           "linear", "xtanh", "x2tanh",  NULL};
_Static_assert(sizeof dp_activation_names / sizeof *dp_activation_names == DP_ACTIVATIONS + 1,
               "an activation has no name");

const struct dp_activation_row dp_activations[] = {
    // multiplicity, at_zero, cost, flops, multiplies, additions, divisions, kept, kernel, functions
    [DP_RELU] = {0, 0, 1, 0, {0, 0}, 1, 0, 0, DP_RELU, relu_sigma, relu_slope, relu_bend},
    [DP_TANH] = {1, 0, 8, 16, {6, 10}, 7, 1, 1, DP_TANH, power_tanh_sigma, power_tanh_slope, power_tanh_bend},
    [DP_SIGMOID] = {1, 0.5, 8, 16, {12, 18}, 4, 1, 2, DP_SIGMOID, sigmoid_sigma, sigmoid_slope, sigmoid_bend},
    [DP_SOFTPLUS] = {1,
                     0x1.62e42fefa39efp-1,
                     12,
                     32,
                     {21, 39},
                     9,
                     1,
                     2,
                     DP_SOFTPLUS,
                     softplus_sigma,
                     softplus_slope,
                     softplus_bend},
    [DP_LINEAR] = {1, 0, 1, 0, {0, 0}, 0, 0, 0, DP_LINEAR, linear_sigma, linear_slope, linear_bend},
    [DP_XTANH] =
        {2, 0, 9, 18, {13, 17}, 5, 1, 2, DP_TANH, power_tanh_sigma, power_tanh_slope, power_tanh_bend},
    [DP_X2TANH] =
        {3, 0, 9, 18, {14, 18}, 5, 1, 2, DP_TANH, power_tanh_sigma, power_tanh_slope, power_tanh_bend},
};

_Static_assert(sizeof dp_activations / sizeof *dp_activations == DP_ACTIVATIONS, "an activation has no row");

int64_t dp_run_multiplicity(const struct dp_run *run)
{
    return run->multiplicity > 0 ? run->multiplicity : dp_activations[run->activation].multiplicity;
}
