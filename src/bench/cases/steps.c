// SPDX-License-Identifier: BSD-3-Clause
#include "bench/cases/steps.h"
#include "bench/cases/hash.h"
#include "core/network/start.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum dp_status acquire_moments(struct dp_steps *s, const struct dp_run *run, struct dp_error *error)
{
    const size_t bytes = (dp_network_block_bytes(&s->net) + 63) / 64 * 64;
    char *memory = aligned_alloc(64, 2 * bytes);
    if (!memory)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the moments of adam (%zu bytes)", 2 * bytes);
    memset(memory, 0, 2 * bytes);
    s->adam.mean = memory;
    s->adam.square = memory + bytes;
    for (int l = 0; l < DP_LANES; l++) {
        s->adam.beta1[l] = run->adam_beta1;
        s->adam.beta2[l] = run->adam_beta2;
        s->adam.epsilon[l] = run->adam_epsilon;
    }
    return DP_OK;
}

enum dp_status dp_steps_acquire(const struct dp_bench_case *c, const char *isa, int bits, struct dp_steps *s,
                                struct dp_error *error)
{
    struct dp_run run = dp_case_run(c, bits, 0);
    struct dp_samples samples;
    *s = (struct dp_steps){.of = c, .power1 = 1, .power2 = 1};
    const struct dp_shape shape = dp_run_shape(&run, NULL);
    DP_TRY(dp_network_acquire(&shape, false, dp_kernels_select(isa, bits), &s->net, error));
    if (c->method == DP_ADAM)
        DP_TRY(acquire_moments(s, &run, error));
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
    free(s->adam.mean);
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

static void adam_rates(struct dp_steps *s)
{
    s->power1 *= s->adam.beta1[0];
    s->power2 *= s->adam.beta2[0];
    const double rate = s->of->rate / (1 - s->power1), root = 1 / sqrt(1 - s->power2);
    for (int l = 0; l < DP_LANES; l++) {
        s->adam.rate[l] = rate;
        s->adam.root[l] = root;
    }
}

void dp_steps_take(void *context, int64_t times)
{
    struct dp_steps *s = context;
    const struct dp_network *net = &s->net;
    const double slope = 2 / (double)net->now.batch.count; // of L = mean e^2
    for (int64_t t = 0; t < times; t++)
        if (s->of->method == DP_ADAM) {
            measure(s, slope);
            adam_rates(s);
            net->kernels->adam(&net->layer, &net->now.batch, &net->now.batch, net->residual, &s->adam,
                               net->f);
        } else {
            measure(s, s->of->rate * slope);
            net->kernels->descend(&net->layer, &net->now.batch, &net->now.batch, net->residual, net->f);
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
