// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/core/activations.h"
#include "dewpoint/core/run.h"
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

#define NAME(tag, name, ...) #name,
const char *const dp_activation_names[] = {DP_ACTIVATION_ROWS(NAME) NULL};

#define ROW(tag, name, function, loops, kernel_tag, p, zero, rows, sigma_cost, sigma_flops, multiplies32,    \
            multiplies64, sums, quotients)                                                                   \
    [tag] = {.multiplicity = p,                                                                              \
             .at_zero = zero,                                                                                \
             .cost = sigma_cost,                                                                             \
             .flops = sigma_flops,                                                                           \
             .multiplies = {multiplies32, multiplies64},                                                     \
             .additions = sums,                                                                              \
             .divisions = quotients,                                                                         \
             .kept = rows,                                                                                   \
             .kernel = kernel_tag,                                                                           \
             .sigma = function##_sigma,                                                                      \
             .slope = function##_slope,                                                                      \
             .bend = function##_bend},
const struct dp_activation_row dp_activations[DP_ACTIVATIONS] = {DP_ACTIVATION_ROWS(ROW)};

int64_t dp_run_multiplicity(const struct dp_run *run)
{
    return run->multiplicity > 0 ? run->multiplicity : dp_activations[run->activation].multiplicity;
}
