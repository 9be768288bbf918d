// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* Steps of their own, without a call for each strip, for the networks that need them most, with a bias, no
 * pace and points that all lanes share. Where n is constant too, sums and samples stay in registers. */
INLINE void step_constant(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                          const struct dp_adam_state *state, double *f, const int activation, const int d,
                          const int n, const int layout)
{
    const struct constants c = {activation, 1, activation == DP_TANH, d, 1, layout, n};
    const struct shape any = shape_of(layer, batch), shape = constant_shape(&any, c, 1);
    struct bench at = bench_of(layer, shape.n);
    struct dp_batch points = *batch;
    vreal sums[MOST_SAMPLES * PARTS];
    real rates[MOST_SAMPLES], products[MOST_SAMPLES], x[MOST_SAMPLES];
    if (n != ANY)
        at.sums = sums;
    if (n != ANY && layout == SPREAD) { // stores to the parameters cannot touch these
        for (int i = 0; i < n * d; i++)
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
    step_constant(layer, batch, r, NULL, f, DP_RELU, 1, 2, SHARED);
}

static void relu_n4(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                    const struct dp_adam_state *state, double *f)
{
    (void)state;
#if DP_PATTERNS > 0
    step_by_patterns(layer, batch, r, f);
#else
    step_constant(layer, batch, r, NULL, f, DP_RELU, 1, 4, SPREAD);
#endif
}

static void tanh_n4(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                    const struct dp_adam_state *state, double *f)
{
    (void)state;
    step_constant(layer, batch, r, NULL, f, DP_TANH, 1, 4, SPREAD);
}

static void tanh_n4_adam(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                         const struct dp_adam_state *state, double *f)
{
    step_constant(layer, batch, r, state, f, DP_TANH, 1, 4, SPREAD);
}

static void tanh_d5(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                    const struct dp_adam_state *state, double *f)
{
    (void)state;
    step_constant(layer, batch, r, NULL, f, DP_TANH, 5, ANY, SHARED);
}

static void tanh_d5_adam(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                         const struct dp_adam_state *state, double *f)
{
    step_constant(layer, batch, r, state, f, DP_TANH, 5, ANY, SHARED);
}

typedef void own_step(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                      const struct dp_adam_state *state, double *f);

static own_step *own_step_of(const struct dp_layer *layer, const struct dp_batch *batch, int adam)
{
    static const struct {
        int activation, d, n, stacked, adam;
        own_step *step;
    } steps[] = {
        {DP_RELU, 1, 2, 1, 0, relu_n2},   {DP_RELU, 1, 4, 0, 0, relu_n4},
        {DP_TANH, 1, 4, 0, 0, tanh_n4},   {DP_TANH, 1, 4, 0, 1, tanh_n4_adam},
        {DP_TANH, 5, ANY, 1, 0, tanh_d5}, {DP_TANH, 5, ANY, 1, 1, tanh_d5_adam},
    };
    if (!VECTORS || layer->outputs != 1 || layer->power != 1 || batch->own || layer->biasless ||
        layer->pace != 0 || (!batch->kept && dp_kept_rows(layer, batch->count) > 0) ||
        (layer->activation == DP_TANH && !shape_of(layer, batch).scaled))
        return NULL;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i].activation == layer->activation && steps[i].d == layer->inputs &&
            (steps[i].n == ANY || steps[i].n == batch->count) && steps[i].stacked == layer->stacked &&
            steps[i].adam == adam)
            return steps[i].step;
    return NULL;
}

static void step(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                 const double *r, const struct dp_adam_state *state, double *f)
{
    own_step *const own = now == next ? own_step_of(layer, now, state != NULL) : NULL;
    if (own) {
        own(layer, now, r, state, f);
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
