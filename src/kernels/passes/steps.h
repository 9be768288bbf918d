// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* Special steps, without a call for each strip, for the most common networks: with a bias, no pace, and
 * points that all lanes share. If n is constant, too, sums and samples stay in registers. */

#if VECTORS

INLINE void step_constant(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                          const struct dp_update *update, double *f, const struct constants c,
                          strip_loops *const loops, const enum dp_rule rule)
{
    const struct shape any = shape_of(layer, batch), shape = constant_shape(&any, c);
    struct bench at = bench_of(layer, shape.n);
    struct dp_batch points = *batch;
    vreal sums[MOST_SAMPLES * PARTS];
    real rates[MOST_SAMPLES], products[MOST_SAMPLES], x[MOST_SAMPLES];
    if (c.n != ANY)
        at.sums = sums;
    if (c.n != ANY && c.layout == SPREAD) { // stores to the parameters cannot touch these
        for (int i = 0; i < c.n * c.d; i++)
            x[i] = ((const real *)batch->x)[i];
        points.x = x;
        at.rates = rates;
        at.products = products;
    }
    step_body(layer, &points, &points, r, update, f, at, shape, shape, loops, rule, 1);
}

// What is constant in each of them: activation, power, scaled, d, o, layout, n
#    define RELU_N2 ((struct constants){DP_RELU, 1, 0, 1, 1, SHARED, 2})
#    define RELU_N4 ((struct constants){DP_RELU, 1, 0, 1, 1, SPREAD, 4})
#    define TANH_N3 ((struct constants){DP_TANH, 1, 1, 1, 1, SPREAD, 3})
#    define TANH_N4 ((struct constants){DP_TANH, 1, 1, 1, 1, SPREAD, 4})
#    define TANH_D5 ((struct constants){DP_TANH, 1, 1, 5, 1, SHARED, ANY})

INLINE void strip_relu_n2(enum strip_job job, const struct strip *strip, const struct shape *of)
{
    vreal theta[3], grad[3];
    if (job == DESCENT) // and its output
        strip_step(strip, theta, grad, constant_shape(of, RELU_N2));
}

INLINE void strip_tanh_few(enum strip_job job, const struct strip *strip, const struct shape shape)
{
    vreal theta[3], grad[3];
    if (job == OUTPUT)
        output_chain(strip, theta, shape);
    else
        strip_moves(strip, theta, grad, shape);
}

INLINE void strip_tanh_n3(enum strip_job job, const struct strip *strip, const struct shape *of)
{
    strip_tanh_few(job, strip, constant_shape(of, TANH_N3));
}

INLINE void strip_tanh_n4(enum strip_job job, const struct strip *strip, const struct shape *of)
{
    strip_tanh_few(job, strip, constant_shape(of, TANH_N4));
}

INLINE void strip_tanh_d5(enum strip_job job, const struct strip *strip, const struct shape *of)
{
    vreal theta[MOST_INPUTS + 2], grad[MOST_INPUTS + 2];
    if (job == OUTPUT)
        output_within(strip, theta, constant_shape(of, TANH_D5));
    else
        strip_moves(strip, theta, grad, constant_shape(of, TANH_D5));
}

static void relu_n2(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                    const struct dp_update *update, double *f)
{
    step_constant(layer, batch, r, update, f, RELU_N2, strip_relu_n2, DP_RULE_DESCENT);
}

// On three points descent, whose steps have no square root, gains little by this.
static void tanh_n3(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                    const struct dp_update *update, double *f)
{
    step_constant(layer, batch, r, update, f, TANH_N3, strip_tanh_n3, DP_RULE_ADAM);
}

#    if DP_PATTERNS == 0
INLINE void strip_relu_n4(enum strip_job job, const struct strip *strip, const struct shape *of)
{
    vreal theta[3], grad[3];
    if (job == OUTPUT)
        strip_outputs(strip, theta, relu, constant_shape(of, RELU_N4));
    else
        strip_moves(strip, theta, grad, constant_shape(of, RELU_N4));
}

INLINE void step_by_patterns(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                             const struct dp_update *update, double *f, const enum dp_rule rule)
{
    step_constant(layer, batch, r, update, f, RELU_N4, strip_relu_n4, rule);
}
#    endif

// Those that are built for every rule.
static void relu_n4(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                    const struct dp_update *update, double *f)
{
    switch (update->rule) {
#    define CASE(tag, ...)                                                                                   \
    case tag:                                                                                                \
        step_by_patterns(layer, batch, r, update, f, tag);                                                   \
        return;
        DP_RULE_ROWS(CASE)
#    undef CASE
    }
}

static void tanh_n4(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                    const struct dp_update *update, double *f)
{
    switch (update->rule) {
#    define CASE(tag, ...)                                                                                   \
    case tag:                                                                                                \
        step_constant(layer, batch, r, update, f, TANH_N4, strip_tanh_n4, tag);                              \
        return;
        DP_RULE_ROWS(CASE)
#    undef CASE
    }
}

static void tanh_d5(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                    const struct dp_update *update, double *f)
{
    switch (update->rule) {
#    define CASE(tag, ...)                                                                                   \
    case tag:                                                                                                \
        step_constant(layer, batch, r, update, f, TANH_D5, strip_tanh_d5, tag);                              \
        return;
        DP_RULE_ROWS(CASE)
#    undef CASE
    }
}

typedef void own_step(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                      const struct dp_update *update, double *f);

static own_step *own_step_of(const struct dp_layer *layer, const struct dp_batch *batch, enum dp_rule rule)
{
    static const struct {
        int activation, d, n, stacked;
        unsigned rules; // bits
        own_step *step;
    } steps[] = {
        {DP_RELU, 1, 2, 1, 1u << DP_RULE_DESCENT, relu_n2},
        {DP_RELU, 1, 4, 0, ~0u, relu_n4},
        {DP_TANH, 1, 3, 0, 1u << DP_RULE_ADAM, tanh_n3},
        {DP_TANH, 1, 4, 0, ~0u, tanh_n4},
        {DP_TANH, 5, ANY, 1, ~0u, tanh_d5},
    };
    if (layer->outputs != 1 || layer->power != 1 || batch->own || layer->biasless || layer->pace != 0 ||
        (!batch->kept && dp_kept_rows(layer, batch->count) > 0) ||
        (layer->activation == DP_TANH && !shape_of(layer, batch).scaled))
        return NULL;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i].activation == layer->activation && steps[i].d == layer->inputs &&
            (steps[i].n == ANY || steps[i].n == batch->count) && steps[i].stacked == layer->stacked &&
            (steps[i].rules >> rule & 1))
            return steps[i].step;
    return NULL;
}

static void step(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                 const double *r, const struct dp_update *update, double *f)
{
    own_step *const own = now == next ? own_step_of(layer, now, update->rule) : NULL;
    if (own) {
        own(layer, now, r, update, f);
        return;
    }
    step_any(layer, now, next, r, update, f);
    put_places(layer, next);
}

#else

static void step(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                 const double *r, const struct dp_update *update, double *f)
{
    step_any(layer, now, next, r, update, f);
    put_places(layer, next);
}

#endif

static void put_out(const struct dp_layer *layer, const struct dp_batch *batch, double *f)
{
    output(layer, batch, f);
    put_places(layer, batch);
}
