// SPDX-License-Identifier: BSD-3-Clause
#include "bench/cases/steps.h"
#include "bench/cases/hash.h"
#include "core/network/start.h"
#include <stdlib.h>
#include <string.h>

static enum dp_status acquire_update(struct dp_steps *s, struct dp_error *error)
{
    const size_t array = dp_network_block_bytes(&s->net);
    const int arrays = dp_rules[s->update.rule].arrays;
    if (arrays == 0)
        return DP_OK;
    s->memory = aligned_alloc(64, (size_t)arrays * array);
    if (!s->memory)
        return dp_fail(error, DP_NO_MEMORY, "no memory for steps (%zu bytes)", (size_t)arrays * array);
    for (int k = 0; k < arrays; k++)
        s->update.kept[k] = memset((char *)s->memory + (size_t)k * array, 0, array);
    return DP_OK;
}

enum dp_status dp_steps_acquire(const struct dp_bench_case *c, const char *isa, int bits, struct dp_steps *s,
                                struct dp_error *error)
{
    struct dp_run run = dp_case_run(c, bits, 0);
    struct dp_samples samples;
    *s = (struct dp_steps){.of = c, .run = run, .update.rule = dp_run_rule(&run), .powers = {1, 1}};
    const struct dp_shape shape = dp_run_shape(&run, NULL);
    DP_TRY(dp_network_acquire(&shape, false, dp_kernels_select(isa, bits), &s->net, error));
    DP_TRY(acquire_update(s, error));
    DP_TRY(dp_case_samples(c, &samples, error));
    for (int lane = 0; lane < s->net.lanes; lane++) {
        run = dp_case_run(c, bits, lane);
        dp_network_place(&s->net, lane, &run);
        DP_TRY(dp_start_draw(&s->net, lane, &run, &samples, NULL, error));
        dp_network_fill(&s->net, lane, &s->net.now, &samples, NULL, samples.count);
    }
    dp_samples_free(&samples);
    s->net.kernels->output(&s->net.layer, &s->net.now.batch, s->net.f);
    return DP_OK;
}

void dp_steps_release(struct dp_steps *s)
{
    free(s->memory);
    dp_network_release(&s->net);
}

// residual_i = factor (f_i - y_i), and the losses; alpha is 1
static void measure(struct dp_steps *s, const double factor)
{
    const int lanes = s->net.lanes;
    const int64_t n = s->net.now.batch.count;
    double sum[DP_LANES] = {0};
    for (int64_t i = 0; i < n; i++)
        for (int l = 0; l < lanes; l++) {
            const double e = s->net.f[i * lanes + l] - s->net.now.y[i * lanes + l];
            s->net.residual[i * lanes + l] = factor * e;
            sum[l] += e * e;
        }
    for (int l = 0; l < lanes; l++)
        s->loss[l] = sum[l] / (double)n;
}

// The numbers of the next step, in all places the same.
static void set_numbers(struct dp_steps *s)
{
    double numbers[DP_RULE_NUMBERS] = {0};
    dp_rules[s->update.rule].numbers(&s->run, s->of->rate, s->powers, numbers);
    for (int k = 0; k < DP_RULE_NUMBERS; k++)
        for (int l = 0; l < s->net.lanes; l++)
            s->update.number[k][l] = numbers[k];
}

void dp_steps_take(void *context, int64_t times)
{
    struct dp_steps *s = context;
    const struct dp_network *net = &s->net;
    const bool descends = s->update.rule == DP_RULE_DESCENT; // its residuals come with the rate in them
    const double slope = (descends ? s->of->rate : 1) * (2 / (double)net->now.batch.count); // of L = mean e^2
    for (int64_t t = 0; t < times; t++) {
        measure(s, slope);
        if (!descends)
            set_numbers(s);
        net->kernels->step(&net->layer, &net->now.batch, &net->now.batch, net->residual, &s->update, net->f);
    }
}

uint64_t dp_steps_hash(const struct dp_steps *s)
{
    uint64_t hash = DP_HASH_START;
    for (int lane = 0; lane < s->net.lanes; lane++)
        for (int64_t k = 0; k < s->of->width; k++)
            for (int component = 0; component < s->of->inputs + 2; component++) {
                const double value = dp_network_get(&s->net, lane, k, component, true);
                hash = dp_hash(hash, &value, sizeof value);
            }
    return hash;
}
