// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The instances of the passes. A shape with constants lets the compiler keep a block in registers and unroll; which
 * ones are worth an instance was measured with `dewpoint bench`. Every instance computes what the generic one does,
 * in the same order: the choice changes no bit. */

enum { ANY = -1, MOST_INPUTS = 5 };

/* Full-batch steps (now and next are one) of one activation with p = 1, constant d and o = 1, on points that all
 * lanes share; n constant or ANY. */
INLINE void step_fixed(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                       const struct dp_adam_state *state, double *f, const int activation, const int d,
                       const int n, const int stacked)
{
    vreal theta[MOST_INPUTS + 2], grad[MOST_INPUTS + 2], sums[MOST_SAMPLES];
    real rates[MOST_SAMPLES], products[MOST_SAMPLES], x[MOST_SAMPLES];
    struct bench at = bench_of(layer, batch->count);
    struct dp_batch points = *batch;
    struct shape shape = {.n = batch->count,
                          .d = d,
                          .o = 1,
                          .activation = activation,
                          .power = 1,
                          .stacked = stacked,
                          .tanh = activation == DP_TANH,
                          .scaled = activation == DP_TANH,
                          .keeps = 1,
                          .tile = TILE};
    at.theta = theta;
    at.grad = grad;
    if (n != ANY) {
        shape.n = n;
        shape.tile = n;
        at.sums = sums;
    }
    if (n != ANY && !stacked) { // in registers: stores to the parameters cannot touch them
        for (int i = 0; i < n * d; i++)
            x[i] = ((const real *)batch->x)[i];
        points.x = x;
        at.rates = rates;
        at.products = products;
    }
    step_body(layer, &points, &points, r, state, f, at, shape, shape);
}

static void relu_d1_n4(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                       const struct dp_adam_state *state, double *f)
{
    (void)state;
#if DP_PATTERNS > 0
    step_by_patterns(layer, batch, r, f);
#else
    step_fixed(layer, batch, r, NULL, f, DP_RELU, 1, 4, 0);
#endif
}

static void relu_d1_n2_stacked(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                               const struct dp_adam_state *state, double *f)
{
    (void)state;
    step_fixed(layer, batch, r, NULL, f, DP_RELU, 1, 2, 1);
}

static void tanh_d1_n4(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                       const struct dp_adam_state *state, double *f)
{
    (void)state;
    step_fixed(layer, batch, r, NULL, f, DP_TANH, 1, 4, 0);
}

static void tanh_d1_n4_adam(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                            const struct dp_adam_state *state, double *f)
{
    step_fixed(layer, batch, r, state, f, DP_TANH, 1, 4, 0);
}

static void tanh_d5_stacked(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                            const struct dp_adam_state *state, double *f)
{
    (void)state;
    step_fixed(layer, batch, r, NULL, f, DP_TANH, 5, ANY, 1);
}

static void tanh_d5_stacked_adam(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                                 const struct dp_adam_state *state, double *f)
{
    step_fixed(layer, batch, r, state, f, DP_TANH, 5, ANY, 1);
}

typedef void step_instance(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                           const struct dp_adam_state *state, double *f);

static const struct instance {
    int activation, d, n, stacked, adam;
    step_instance *step;
} instances[] = {
    {DP_RELU, 1, 4, 0, 0, relu_d1_n4},        {DP_RELU, 1, 2, 1, 0, relu_d1_n2_stacked},
    {DP_TANH, 1, 4, 0, 0, tanh_d1_n4},        {DP_TANH, 1, 4, 0, 1, tanh_d1_n4_adam},
    {DP_TANH, 5, ANY, 1, 0, tanh_d5_stacked}, {DP_TANH, 5, ANY, 1, 1, tanh_d5_stacked_adam},
};

static step_instance *instance_of(const struct dp_layer *layer, const struct dp_batch *batch, int adam)
{
    if (layer->power != 1 || layer->outputs != 1 || batch->own || layer->biasless || layer->pace != 0)
        return NULL;
    if ((!batch->kept && dp_kept_rows(layer, batch->count) > 0) ||
        (layer->activation == DP_TANH && !shape_of(layer, batch).scaled))
        return NULL;
    for (size_t i = 0; i < sizeof instances / sizeof *instances; i++) {
        const struct instance *row = &instances[i];
        if (row->activation == layer->activation && row->d == layer->inputs &&
            row->stacked == layer->stacked && row->adam == adam && (row->n == ANY || row->n == batch->count))
            return row->step;
    }
    return NULL;
}

/* What is constant in an instance: the activation, its power, or ANY beyond 1; d and o, or ANY both; and whether the layer
 * is stacked and scaled, or ANY. */
struct constants {
    int activation, power, d, o, stacked, scaled;
};

INLINE struct shape constant_shape(const struct dp_layer *layer, const struct dp_batch *batch,
                                   const struct constants c)
{
    struct shape shape = shape_of(layer, batch);
    shape.activation = c.activation;
    shape.power = c.power == ANY ? layer->power : c.power;
    shape.tanh = c.activation == DP_TANH && c.power == 1;
    if (c.stacked != ANY) {
        shape.stacked = c.stacked;
        shape.own = c.stacked ? shape.own : 0;
    }
    if (c.d != ANY) {
        shape.d = c.d;
        shape.o = c.o;
    }
    shape.scaled = c.scaled == ANY ? takes_scaled(shape) : c.scaled;
    return shape;
}

INLINE void step_shaped(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                        const double *r, const struct dp_adam_state *state, double *f,
                        const struct constants c)
{
    struct shape shape = constant_shape(layer, now, c), after = constant_shape(layer, next, c);
    shape.scaled = after.scaled = shape.scaled && after.scaled;
    shape.keeps = after.keeps = 1;
    vreal theta[MOST_INPUTS + 2], grad[MOST_INPUTS + 2];
    struct bench at = bench_of(layer, larger(shape.n, after.n));
    if (c.d != ANY) {
        at.theta = theta;
        at.grad = grad;
    }
    step_body(layer, now, next, r, state, f, at, shape, after);
}

// Whether tanh goes scaled on all points of a step, in a layer with so many inputs that it does not always.
INLINE int scales(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                  const int tanh)
{
    return tanh && shape_of(layer, now).scaled && shape_of(layer, next).scaled;
}

/* Any shape, but the activation constant, because it stands in the innermost loop; so do few inputs of one output. */
INLINE void step_any(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                     const double *r, const struct dp_adam_state *state, double *f, const int activation,
                     const int power)
{
    const int d = layer->outputs == 1 ? layer->inputs : ANY, tanh = activation == DP_TANH && power == 1;
    if (d == 1 && layer->stacked)
        step_shaped(layer, now, next, r, state, f, (struct constants){activation, power, 1, 1, 1, tanh});
    else if (d == 1)
        step_shaped(layer, now, next, r, state, f, (struct constants){activation, power, 1, 1, 0, tanh});
    else if (d == 2 && !layer->stacked)
        step_shaped(layer, now, next, r, state, f, (struct constants){activation, power, 2, 1, 0, tanh});
    else if (scales(layer, now, next, tanh))
        step_shaped(layer, now, next, r, state, f, (struct constants){activation, power, ANY, ANY, ANY, 1});
    else
        step_shaped(layer, now, next, r, state, f, (struct constants){activation, power, ANY, ANY, ANY, 0});
}

// Linear networks are studied with two inputs and outputs, the smallest with modes, and few neurons.
INLINE void step_linear(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                        const double *r, const struct dp_adam_state *state, double *f)
{
    if (layer->inputs == 2 && layer->outputs == 2 && layer->stacked)
        step_shaped(layer, now, next, r, state, f, (struct constants){DP_LINEAR, 1, 2, 2, 1, 0});
    else
        step_shaped(layer, now, next, r, state, f, (struct constants){DP_LINEAR, 1, ANY, ANY, ANY, 0});
}

static void step(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                 const double *r, const struct dp_adam_state *state, double *f)
{
    step_instance *instance = VECTORS && now == next ? instance_of(layer, now, state != NULL) : NULL;
    if (!VECTORS) // the reference is not for speed, and quicker to build
        step_shaped(layer, now, next, r, state, f,
                    (struct constants){layer->activation, layer->power, ANY, ANY, ANY, ANY});
    else if (instance)
        instance(layer, now, r, state, f);
    else if (layer->activation == DP_RELU)
        step_any(layer, now, next, r, state, f, DP_RELU, 1);
    else if (layer->activation == DP_LINEAR)
        step_linear(layer, now, next, r, state, f);
    else if (layer->activation == DP_SIGMOID)
        step_any(layer, now, next, r, state, f, DP_SIGMOID, 1);
    else if (layer->activation == DP_SOFTPLUS)
        step_any(layer, now, next, r, state, f, DP_SOFTPLUS, 1);
    else if (layer->power == 1)
        step_any(layer, now, next, r, state, f, DP_TANH, 1);
    else
        step_any(layer, now, next, r, state, f, DP_TANH, ANY);
    if (!instance)
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

INLINE void output_shaped(const struct dp_layer *layer, const struct dp_batch *batch, double *f,
                          const struct constants c)
{
    const struct shape shape = constant_shape(layer, batch, c);
    vreal theta[MOST_INPUTS + 2];
    struct bench at = bench_of(layer, shape.n);
    if (c.d != ANY)
        at.theta = theta;
    output_body(layer, batch, f, at, shape);
}

INLINE void output_any(const struct dp_layer *layer, const struct dp_batch *batch, double *f,
                       const int activation, const int power)
{
    if (VECTORS && layer->inputs == 1 && layer->outputs == 1 && !layer->stacked)
        output_shaped(layer, batch, f, (struct constants){activation, power, 1, 1, 0, ANY});
    else
        output_shaped(layer, batch, f, (struct constants){activation, power, ANY, ANY, ANY, ANY});
}

// Constant where test points are many; the other activations cost more than finding out which they are.
static void output(const struct dp_layer *layer, const struct dp_batch *batch, double *f)
{
    if (VECTORS && layer->activation == DP_RELU)
        output_any(layer, batch, f, DP_RELU, 1);
    else if (VECTORS && layer->activation == DP_TANH && layer->power == 1)
        output_any(layer, batch, f, DP_TANH, 1);
    else
        output_any(layer, batch, f, layer->activation, layer->power);
    put_places(layer, batch);
}
