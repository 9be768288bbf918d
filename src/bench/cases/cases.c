// SPDX-License-Identifier: BSD-3-Clause
#include "bench/cases/cases.h"
#include "core/math/rng.h"
#include "core/network/network.h"
#include "core/train/methods/rules.h"
#include "dewpoint/core/activations.h"
#include "dewpoint/sweep/keys.h"
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>

const struct dp_bench_case dp_bench_cases[] = {
    // name, activation, method, d, n, m, rate, momentum, steps
    {"relu-d1-n4-m1000-gd", DP_RELU, DP_GD, 1, 4, 1000, 0.05, 0, 100},
    {"relu-d1-n4-m1000-momentum", DP_RELU, DP_GD, 1, 4, 1000, 0.005, 0.9, 100},
    {"relu-d1-n4-m100000-gd", DP_RELU, DP_GD, 1, 4, 100000, 0.05, 0, 10},
    {"relu-d1-n2-m60-gd", DP_RELU, DP_GD, 1, 2, 60, 0.05, 0, 100},
    {"tanh-d1-n4-m1000-gd", DP_TANH, DP_GD, 1, 4, 1000, 0.05, 0, 100},
    {"tanh-d1-n4-m1000-momentum", DP_TANH, DP_GD, 1, 4, 1000, 0.005, 0.9, 100},
    {"tanh-d1-n4-m1000-adam", DP_TANH, DP_ADAM, 1, 4, 1000, 1e-3, 0, 100},
    {"tanh-d5-n80-m50-gd", DP_TANH, DP_GD, 5, 80, 50, 0.02, 0, 50},
    {"tanh-d5-n80-m50-momentum", DP_TANH, DP_GD, 5, 80, 50, 0.002, 0.9, 50},
    {"tanh-d5-n80-m50-adam", DP_TANH, DP_ADAM, 5, 80, 50, 1e-3, 0, 50},
    {"sigmoid-d1-n4-m1000-gd", DP_SIGMOID, DP_GD, 1, 4, 1000, 1e-3, 0, 100},
    {"softplus-d1-n4-m1000-gd", DP_SOFTPLUS, DP_GD, 1, 4, 1000, 3e-4, 0, 100},
    {"xtanh-d1-n4-m1000-gd", DP_XTANH, DP_GD, 1, 4, 1000, 0.02, 0, 100},
    {"relu-d5-n8-m1000-gd", DP_RELU, DP_GD, 5, 8, 1000, 0.02, 0, 50},
    {"sigmoid-d5-n80-m50-gd", DP_SIGMOID, DP_GD, 5, 80, 50, 1e-3, 0, 50},
    {"relu-d2-n40-m100-gd", DP_RELU, DP_GD, 2, 40, 100, 0.02, 0, 50},
    {"tanh-d2-n40-m100-gd", DP_TANH, DP_GD, 2, 40, 100, 0.02, 0, 50},
    {"relu-d784-n256-m100-gd", DP_RELU, DP_GD, 784, 256, 100, 1e-4, 0, 2},
    {NULL, DP_RELU, DP_GD, 0, 0, 0, 0, 0, 0},
};

const char *dp_case_name(const struct dp_bench_case *c, int bits, char *text)
{
    snprintf(text, 64, "%s-f%d", c->name, bits);
    return text;
}

bool dp_bench_wanted(const char *name, const char *pattern)
{
    char within[256];
    if (!pattern)
        return true;
    snprintf(within, sizeof within, "*%s*", pattern);
    return fnmatch(within, name, 0) == 0;
}

struct dp_run dp_case_run(const struct dp_bench_case *c, int bits, int64_t seed)
{
    const double beta = 1 / sqrt((double)c->width);
    struct dp_run run = dp_run_defaults();
    run.activation = c->activation;
    run.width = c->width;
    run.scheme = DP_SCHEME_DIRECT;
    run.alpha = 1;
    run.beta1 = run.beta2 = beta;
    run.seed = seed;
    run.method = c->method;
    run.precision = bits == 32 ? DP_FLOAT32 : DP_FLOAT64;
    run.learning_rate = c->rate;
    run.momentum = c->momentum;
    run.target = DP_RANDOM;
    run.samples = c->samples;
    run.inputs = c->inputs;
    return run;
}

enum dp_status dp_case_samples(const struct dp_bench_case *c, struct dp_samples *samples,
                               struct dp_error *error)
{
    DP_TRY(dp_samples_alloc(samples, c->samples, c->inputs, 1, error));
    for (int64_t i = 0; i < c->samples; i++) {
        samples->y[i] = dp_normal(0, DP_STREAM_TARGETS, i, 0);
        for (int64_t j = 0; j < c->inputs; j++)
            samples->x[i * c->inputs + j] = dp_normal(0, DP_STREAM_INPUTS, i, j);
    }
    return DP_OK;
}

double dp_case_flops(const struct dp_bench_case *c)
{
    const double n = (double)c->samples, d = (double)c->inputs;
    return (double)c->width *
           (n * (2 * d + 2) + n * (d + 1) + 4 * d + 7 + n * dp_activations[c->activation].flops);
}

struct dp_layer dp_case_layer(const struct dp_bench_case *c)
{
    const struct dp_run run = dp_case_run(c, 64, 0);
    const struct dp_shape shape = dp_run_shape(&run, NULL);
    return dp_network_layer(&shape);
}

struct dp_traffic dp_case_traffic(const struct dp_bench_case *c, int bits)
{
    const struct dp_layer layer = dp_case_layer(c);
    const double real = bits / 8.0, neurons = (double)c->width * real;
    const double parameters = (double)(c->inputs + 2) * neurons;
    const double kept = (double)dp_kept_rows(&layer, c->samples) * neurons;
    const struct dp_run run = dp_case_run(c, bits, 0);
    const double arrays = dp_rules[dp_run_rule(&run)].arrays * parameters; // of the rule
    const double update = parameters + kept + arrays; // `moved` and these go back, `start` stays
    return (struct dp_traffic){.read = parameters, .update = update, .resident = parameters + update};
}
