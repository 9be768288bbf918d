// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The instances of the passes. A shape with constants lets the compiler keep a block in registers and unroll; which
 * ones are worth an instance was measured with `dewpoint bench`. Every instance computes what the generic one does,
 * in the same order: the choice changes no bit. */

enum { ANY = -1, MOST_INPUTS = 5, MOST_SAMPLES = 4 };

// The layer's own shape, with what is constant in the instance put in its place.
INLINE struct shape fixed(struct shape shape, const int activation, const int d, const int n,
                          const int stacked)
{
    shape.activation = activation;
    shape.power = 1;
    shape.d = d;
    shape.o = 1;
    shape.stacked = stacked;
    if (n != ANY)
        shape.n = n;
    return shape;
}

INLINE void descend_fixed(const struct dp_layer *layer, const struct dp_batch *now,
                          const struct dp_batch *next, const double *r, double *f, const int activation,
                          const int d, const int n, const int stacked)
{
    vreal theta[MOST_INPUTS + 2], grad[MOST_INPUTS + 2], sums[MOST_SAMPLES];
    struct bench at = bench_of(layer, now->count > next->count ? now->count : next->count);
    at.theta = theta;
    at.grad = grad;
    if (n != ANY)
        at.sums = sums;
    descend_body(layer, now, next, r, f, at, fixed(shape_of(layer, now), activation, d, n, stacked),
                 fixed(shape_of(layer, next), activation, d, n, stacked));
}

INLINE void adam_fixed(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                       const double *r, const struct dp_adam_state *state, double *f, const int activation,
                       const int d, const int n, const int stacked)
{
    vreal theta[MOST_INPUTS + 2], grad[MOST_INPUTS + 2], sums[MOST_SAMPLES];
    struct bench at = bench_of(layer, now->count > next->count ? now->count : next->count);
    at.theta = theta;
    at.grad = grad;
    if (n != ANY)
        at.sums = sums;
    adam_body(layer, now, next, r, state, f, at, fixed(shape_of(layer, now), activation, d, n, stacked),
              fixed(shape_of(layer, next), activation, d, n, stacked));
}

typedef void descend_pass(const struct dp_layer *, const struct dp_batch *, const struct dp_batch *,
                          const double *, double *);
typedef void adam_pass(const struct dp_layer *, const struct dp_batch *, const struct dp_batch *,
                       const double *, const struct dp_adam_state *, double *);

static void descend_relu_d1_n4(const struct dp_layer *layer, const struct dp_batch *now,
                               const struct dp_batch *next, const double *r, double *f)
{
    descend_fixed(layer, now, next, r, f, DP_RELU, 1, 4, 0);
}

static void descend_relu_d1_n2_stacked(const struct dp_layer *layer, const struct dp_batch *now,
                                       const struct dp_batch *next, const double *r, double *f)
{
    descend_fixed(layer, now, next, r, f, DP_RELU, 1, 2, 1);
}

static void descend_tanh_d1_n4(const struct dp_layer *layer, const struct dp_batch *now,
                               const struct dp_batch *next, const double *r, double *f)
{
    descend_fixed(layer, now, next, r, f, DP_TANH, 1, 4, 0);
}

static void descend_tanh_d5_stacked(const struct dp_layer *layer, const struct dp_batch *now,
                                    const struct dp_batch *next, const double *r, double *f)
{
    descend_fixed(layer, now, next, r, f, DP_TANH, 5, ANY, 1);
}

static void descend_tanh_d1_stacked(const struct dp_layer *layer, const struct dp_batch *now,
                                    const struct dp_batch *next, const double *r, double *f)
{
    descend_fixed(layer, now, next, r, f, DP_TANH, 1, ANY, 1);
}

// Any shape, but the activation constant: it stands in the innermost loop.
INLINE void descend_any(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                        const double *r, double *f, const int activation, const int power)
{
    struct shape shape = shape_of(layer, now), after = shape_of(layer, next);
    shape.activation = after.activation = activation;
    shape.power = after.power = power;
    descend_body(layer, now, next, r, f, bench_of(layer, shape.n > after.n ? shape.n : after.n), shape,
                 after);
}

static void descend_generic(const struct dp_layer *layer, const struct dp_batch *now,
                            const struct dp_batch *next, const double *r, double *f)
{
    switch (layer->activation) {
    case DP_RELU:
        descend_any(layer, now, next, r, f, DP_RELU, 1);
        break;
    case DP_LINEAR:
        descend_any(layer, now, next, r, f, DP_LINEAR, 1);
        break;
    case DP_SIGMOID:
        descend_any(layer, now, next, r, f, DP_SIGMOID, 1);
        break;
    case DP_SOFTPLUS:
        descend_any(layer, now, next, r, f, DP_SOFTPLUS, 1);
        break;
    default:
        if (layer->power == 1)
            descend_any(layer, now, next, r, f, DP_TANH, 1);
        else
            descend_any(layer, now, next, r, f, DP_TANH, layer->power);
    }
}

static void adam_tanh_d1_n4(const struct dp_layer *layer, const struct dp_batch *now,
                            const struct dp_batch *next, const double *r, const struct dp_adam_state *state,
                            double *f)
{
    adam_fixed(layer, now, next, r, state, f, DP_TANH, 1, 4, 0);
}

static void adam_tanh_d5(const struct dp_layer *layer, const struct dp_batch *now,
                         const struct dp_batch *next, const double *r, const struct dp_adam_state *state,
                         double *f)
{
    adam_fixed(layer, now, next, r, state, f, DP_TANH, 5, ANY, 0);
}

static void adam_tanh_d5_stacked(const struct dp_layer *layer, const struct dp_batch *now,
                                 const struct dp_batch *next, const double *r,
                                 const struct dp_adam_state *state, double *f)
{
    adam_fixed(layer, now, next, r, state, f, DP_TANH, 5, ANY, 1);
}

INLINE void adam_any(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                     const double *r, const struct dp_adam_state *state, double *f, const int activation,
                     const int power)
{
    struct shape shape = shape_of(layer, now), after = shape_of(layer, next);
    shape.activation = after.activation = activation;
    shape.power = after.power = power;
    adam_body(layer, now, next, r, state, f, bench_of(layer, shape.n > after.n ? shape.n : after.n), shape,
              after);
}

static void adam_generic(const struct dp_layer *layer, const struct dp_batch *now,
                         const struct dp_batch *next, const double *r, const struct dp_adam_state *state,
                         double *f)
{
    switch (layer->activation) {
    case DP_RELU:
        adam_any(layer, now, next, r, state, f, DP_RELU, 1);
        break;
    case DP_LINEAR:
        adam_any(layer, now, next, r, state, f, DP_LINEAR, 1);
        break;
    case DP_SIGMOID:
        adam_any(layer, now, next, r, state, f, DP_SIGMOID, 1);
        break;
    case DP_SOFTPLUS:
        adam_any(layer, now, next, r, state, f, DP_SOFTPLUS, 1);
        break;
    default:
        if (layer->power == 1)
            adam_any(layer, now, next, r, state, f, DP_TANH, 1);
        else
            adam_any(layer, now, next, r, state, f, DP_TANH, layer->power);
    }
}

// The first row that fits is taken; ANY fits all.
static const struct instance {
    int activation, d, n, stacked;
    descend_pass *descend; // NULL: the generic one
    adam_pass *adam;
} instances[] = {
    {DP_RELU, 1, 4, 0, descend_relu_d1_n4, NULL},
    {DP_TANH, 1, 4, 0, descend_tanh_d1_n4, adam_tanh_d1_n4},
    {DP_RELU, 1, 2, 1, descend_relu_d1_n2_stacked, NULL},
    {DP_TANH, 5, ANY, 1, descend_tanh_d5_stacked, adam_tanh_d5_stacked},
    {DP_TANH, 1, ANY, 1, descend_tanh_d1_stacked, NULL},
    {DP_TANH, 5, ANY, 0, NULL, adam_tanh_d5},
};

static const struct instance *instance_of(const struct dp_layer *layer, const struct dp_batch *now,
                                          const struct dp_batch *next)
{
    for (size_t i = 0; i < sizeof instances / sizeof *instances; i++) {
        const struct instance *row = &instances[i];
        if (layer->power == 1 && layer->outputs == 1 && row->activation == layer->activation &&
            row->d == layer->inputs && row->stacked == layer->stacked &&
            (row->n == ANY || (row->n == now->count && row->n == next->count)))
            return row;
    }
    return NULL;
}

static void descend(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                    const double *r, double *f)
{
    const struct instance *row = instance_of(layer, now, next);
    (row && row->descend ? row->descend : descend_generic)(layer, now, next, r, f);
}

static void adam(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                 const double *r, const struct dp_adam_state *state, double *f)
{
    const struct instance *row = instance_of(layer, now, next);
    (row && row->adam ? row->adam : adam_generic)(layer, now, next, r, state, f);
}

static void output(const struct dp_layer *layer, const struct dp_batch *batch, double *f)
{
    output_body(layer, batch, f, bench_of(layer, batch->count), shape_of(layer, batch));
}
