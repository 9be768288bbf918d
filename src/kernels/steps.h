// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* Steps with everything constant, on points that all lanes share: the smallest networks, for which a call for each strip
 * and sums in memory are too much. */
INLINE void step_small(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                       const struct dp_adam_state *state, double *f, const int activation, const int n,
                       const int stacked)
{
    const struct constants c = {activation, 1, activation == DP_TANH, 1, 1, stacked, n};
    const struct shape any = shape_of(layer, batch), shape = constant_shape(&any, c, 1);
    struct bench at = bench_of(layer, n);
    struct dp_batch points = *batch;
    vreal sums[MOST_SAMPLES];
    real rates[MOST_SAMPLES], products[MOST_SAMPLES], x[MOST_SAMPLES];
    at.sums = sums;
    if (!stacked) { // in registers: stores to the parameters cannot touch them
        for (int i = 0; i < n; i++)
            x[i] = ((const real *)batch->x)[i];
        points.x = x;
        at.rates = rates;
        at.products = products;
    }
    step_body(layer, &points, &points, r, state, f, at, shape, shape, c);
}

static void relu_n2(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                    const struct dp_adam_state *state, double *f)
{
    (void)state;
    step_small(layer, batch, r, NULL, f, DP_RELU, 2, 1);
}

static void relu_n4(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                    const struct dp_adam_state *state, double *f)
{
    (void)state;
#if DP_PATTERNS > 0
    step_by_patterns(layer, batch, r, f);
#else
    step_small(layer, batch, r, NULL, f, DP_RELU, 4, 0);
#endif
}

static void tanh_n4(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                    const struct dp_adam_state *state, double *f)
{
    (void)state;
    step_small(layer, batch, r, NULL, f, DP_TANH, 4, 0);
}

static void tanh_n4_adam(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                         const struct dp_adam_state *state, double *f)
{
    step_small(layer, batch, r, state, f, DP_TANH, 4, 0);
}

typedef void small_step(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                        const struct dp_adam_state *state, double *f);

static small_step *small_step_of(const struct dp_layer *layer, const struct dp_batch *batch, int adam)
{
    static const struct {
        int activation, n, stacked, adam;
        small_step *step;
    } steps[] = {
        {DP_RELU, 2, 1, 0, relu_n2},
        {DP_RELU, 4, 0, 0, relu_n4},
        {DP_TANH, 4, 0, 0, tanh_n4},
        {DP_TANH, 4, 0, 1, tanh_n4_adam},
    };
    if (!VECTORS || layer->inputs != 1 || layer->outputs != 1 || layer->power != 1 || batch->own ||
        layer->biasless || layer->pace != 0 || (!batch->kept && dp_kept_rows(layer, batch->count) > 0))
        return NULL;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i].activation == layer->activation && steps[i].n == batch->count &&
            steps[i].stacked == layer->stacked && steps[i].adam == adam)
            return steps[i].step;
    return NULL;
}

static void step(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                 const double *r, const struct dp_adam_state *state, double *f)
{
    small_step *const small = now == next ? small_step_of(layer, now, state != NULL) : NULL;
    if (small) {
        small(layer, now, r, state, f);
        return;
    }
    step_any(layer, now, next, r, state, f);
    put_places(layer, next);
}

static void descend(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                    const double *r, double *f)
{
    step(layer, now, next, r, NULL, f);
}

static void adam(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                 const double *r, const struct dp_adam_state *state, double *f)
{
    step(layer, now, next, r, state, f);
}

static void put_out(const struct dp_layer *layer, const struct dp_batch *batch, double *f)
{
    output(layer, batch, f);
    put_places(layer, batch);
}
