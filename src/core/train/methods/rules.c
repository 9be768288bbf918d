// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/methods/rules.h"
#include <math.h>

static void descent_numbers(const struct dp_run *run, double rate, double *powers, double *numbers)
{
    (void)run, (void)rate, (void)powers, (void)numbers; // the rate goes to the residuals
}

static void momentum_numbers(const struct dp_run *run, double rate, double *powers, double *numbers)
{
    (void)powers;
    numbers[DP_MOMENTUM_RATE] = rate;
    numbers[DP_MOMENTUM_FACTOR] = run->momentum;
    numbers[DP_MOMENTUM_DIRECT] = run->nesterov ? 1 : 0;
    numbers[DP_MOMENTUM_ALONG] = run->nesterov ? run->momentum : 1;
}

/* Kingma and Ba, arXiv 1412.6980, algorithm 1, with the corrections in PyTorch's order:
 *
 *     m = beta1 m + (1 - beta1) g,   s = beta2 s + (1 - beta2) g^2,
 *     theta -= rate / (1 - beta1^t) m / (sqrt(s) / sqrt(1 - beta2^t) + epsilon)
 *
 * in the units of kernels/rules/adam.h. */
static void adam_numbers(const struct dp_run *run, double rate, double *powers, double *numbers)
{
    powers[0] *= run->adam_beta1;
    powers[1] *= run->adam_beta2;
    const double unit = 1 / sqrt(1 - powers[1]) * sqrt(1 - run->adam_beta2);
    numbers[DP_ADAM_BETA1] = run->adam_beta1;
    numbers[DP_ADAM_BETA2] = run->adam_beta2;
    numbers[DP_ADAM_SIZE] = rate / (1 - powers[0]) * (1 - run->adam_beta1) / unit;
    numbers[DP_ADAM_FLOOR] = run->adam_epsilon / unit;
}

#define ROW(tag, name, arrays) [tag] = {arrays, name##_numbers},
const struct dp_rule_row dp_rules[DP_RULES] = {DP_RULE_ROWS(ROW)};

enum dp_rule dp_run_rule(const struct dp_run *run)
{
    if (run->method == DP_ADAM)
        return DP_RULE_ADAM;
    return run->momentum != 0 || run->weight_decay != 0 ? DP_RULE_MOMENTUM : DP_RULE_DESCENT;
}
