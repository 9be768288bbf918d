// SPDX-License-Identifier: BSD-3-Clause
#include "bench/cases/arithmetic.h"
#include "dewpoint/core/activations.h"
#include <math.h>

// The output on one sample: the preactivation, sigma, and its share of the sum.
static void add_output(struct dp_arithmetic *work, const struct dp_bench_case *c, int bits)
{
    const double n = (double)c->samples, d = (double)c->inputs;
    const struct dp_activation_row *sigma = &dp_activations[c->activation];
    work->multiplies += n * (d + sigma->multiplies[bits == 64] + 1);
    work->additions += n * sigma->additions + (dp_case_layer(c).stacked ? n : 0) + d + 2;
    work->divisions += n * sigma->divisions;
}

/* The gradient of relu is looked up, or computed from the preactivations again. In that case the active terms
 * are added, from precomputed products or by d multiply-adds. The gradient of the amplitude follows from that
 * of the weights, unless there are many inputs. */
static void add_relu_gradient(struct dp_arithmetic *work, const struct dp_bench_case *c)
{
    const double n = (double)c->samples, d = (double)c->inputs;
    const struct dp_layer layer = dp_case_layer(c);
    const bool looked_up = dp_keeps_places(&layer, c->samples), ready = c->inputs <= DP_PRODUCT_INPUTS;
    work->multiplies += (looked_up ? 0 : ready ? n * d : 2 * n * d) + (d < n ? d + 1 : n);
    work->additions += looked_up ? 0 : ready ? n * (d + 1) : n;
}

// The others take r sigma (or sigma'), what follows from it, and d multiply-adds.
static void add_gradient(struct dp_arithmetic *work, const struct dp_bench_case *c)
{
    const double n = (double)c->samples, d = (double)c->inputs;
    work->additions += d + 2;
    if (c->activation == DP_RELU) {
        add_relu_gradient(work, c);
        return;
    }
    work->multiplies += n * (2 + d);
    work->additions += (c->activation == DP_TANH ? 2 : 1) * n;
}

static void add_move(struct dp_arithmetic *work, const struct dp_bench_case *c)
{
    const double rows = (double)c->inputs + 2;
    const bool adam = c->method == DP_ADAM, momentum = c->momentum != 0;
    work->multiplies += rows - 1 + (adam || momentum ? 4 * rows : 0);
    work->additions += adam ? 2 * rows : momentum ? 3 * rows : 1;
    work->divisions += adam ? rows : 0;
    work->roots += adam ? rows : 0;
}

struct dp_arithmetic dp_case_arithmetic(const struct dp_bench_case *c, int bits)
{
    const double width = (double)c->width;
    struct dp_arithmetic work = {0};
    add_output(&work, c, bits);
    add_gradient(&work, c);
    add_move(&work, c);
    return (struct dp_arithmetic){width * work.multiplies, width * work.additions, width * work.divisions,
                                  width * work.roots};
}

double dp_arithmetic_bound(const struct dp_arithmetic *work, const struct dp_limit *limit)
{
    const double quotients = work->divisions + work->roots; // a root takes no less than a division
    const double multiplying = 2 * work->multiplies / limit->fma + quotients * limit->among;
    const double all = (work->multiplies + work->additions) / limit->both;
    return fmax(fmax(multiplying, all), quotients / limit->divide);
}
