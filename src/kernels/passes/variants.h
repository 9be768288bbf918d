// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The variants of the loops over a strip. `dewpoint bench` and the sweeps showed which variants are worth
 * building. Each computes the same as the one for any shape, in the same order, so the choice changes no
 * bit. */

enum { ANY = -1 };

// Lanes are neurons, or networks whose points are shared, or networks whose points may be each one's own.
enum layout { SPREAD, SHARED, STACKED };

// What is constant in a variant, or ANY.
struct constants {
    int activation, power, scaled, d, o, layout, n;
};

// Those of an activation, with any shape.
INLINE struct constants constants_of(const int activation, const int power, const int scaled)
{
    return (struct constants){activation, power, scaled, ANY, ANY, ANY, ANY};
}

INLINE struct constants with(struct constants c, const int d, const int o, const int layout)
{
    c.d = d;
    c.o = o;
    c.layout = layout;
    return c;
}

INLINE int constant_or(int constant, int value)
{
    return constant == ANY ? value : constant;
}

INLINE struct shape constant_shape(const struct shape *of, const struct constants c)
{
    const int activation = constant_or(c.activation, of->activation);
    const int plain = c.layout == SHARED || c.n != ANY; // with a bias and no pace, see steps.h
    return (struct shape){
        .n = c.n == ANY ? of->n : c.n,
        .d = constant_or(c.d, of->d),
        .o = constant_or(c.o, of->o),
        .activation = activation,
        .power = constant_or(c.power, of->power),
        .stacked = c.layout == ANY ? of->stacked : c.layout != SPREAD,
        .tanh = c.activation == ANY ? of->tanh : activation == DP_TANH && c.power == 1,
        .scaled = constant_or(c.scaled, of->scaled),
        .own = c.layout != SPREAD && c.layout != SHARED && of->own,
        .biasless = !plain && of->biasless,
        .paced = !plain && of->paced,
        .tile = c.n != ANY   ? c.n
                : !VECTORS   ? 1
                : c.d == ANY ? TILE
                             : FEW,
        .small = c.n != ANY,
        .reaches = c.layout == SHARED && c.scaled == 1 && c.n == ANY,
    };
}

INLINE void strip_shaped(enum strip_job job, const struct strip *strip, const struct shape *of,
                         sigma_function *const function, const struct constants c, vreal *theta, vreal *grad)
{
    const struct shape shape = constant_shape(of, c);
    if (job == OUTPUT)
        strip_outputs(strip, theta, function, shape);
    else
        strip_gradients(strip, theta, grad, job, shape);
}

// d, o and the layout constant: a block is worked on in registers.
INLINE void strip_narrow(enum strip_job job, const struct strip *strip, const struct shape *of,
                         sigma_function *const function, const struct constants c)
{
    vreal theta[MOST_INPUTS + 2], grad[MOST_INPUTS + 2];
    strip_shaped(job, strip, of, function, c, theta, grad);
}

// Any d: it is worked on in memory.
INLINE void strip_wide(enum strip_job job, const struct strip *strip, const struct shape *of,
                       sigma_function *const function, const struct constants c)
{
    strip_shaped(job, strip, of, function, c, strip->theta, strip->theta + rows_of(*of));
}

/* Curvature has one variant per activation: it is rare beside steps, and was a third of the time that this
 * source takes to compile. */
INLINE void strip_curved(const struct strip *strip, const struct shape *of, sigma_function *const function,
                         const struct constants c)
{
    const struct shape shape = constant_shape(of, c);
    strip_curvature(strip, strip->theta, strip->theta + rows_of(shape), strip->curve.q, function, shape);
}

#if VECTORS

/* The variants: those of one output and some d, those of any d, and all the others. Of an activation that is
 * rare beside relu and tanh, wide networks of several inputs have none of their own. tanh without scales has
 * none for one or two inputs. */
INLINE void strip_inputs(enum strip_job job, const struct strip *strip, const struct shape *of,
                         sigma_function *const function, const struct constants c, const int rare)
{
    const int one = of->o == 1, few = !(c.activation == DP_TANH && c.power == 1 && !c.scaled);
    if (job == CURVATURE)
        strip_curved(strip, of, function, c);
    else if (one && of->d == 1 && few && of->stacked)
        strip_narrow(job, strip, of, function, with(c, 1, 1, STACKED));
    else if (one && of->d == 1 && few)
        strip_narrow(job, strip, of, function, with(c, 1, 1, SPREAD));
    else if (one && of->d == 2 && few && !rare && !of->stacked)
        strip_narrow(job, strip, of, function, with(c, 2, 1, SPREAD));
    else if (one && of->d == 5 && of->stacked)
        strip_narrow(job, strip, of, function, with(c, 5, 1, STACKED));
    else if (one && of->d == 5 && !rare)
        strip_narrow(job, strip, of, function, with(c, 5, 1, SPREAD));
    else if (one && !of->stacked)
        strip_wide(job, strip, of, function, with(c, ANY, 1, SPREAD));
    else
        strip_wide(job, strip, of, function, with(c, ANY, ANY, ANY));
}

// Those of a row that asks for no others.
#    define RARE(tag, function) USUAL(tag, function, 1)
#    define PLAIN(tag, function) USUAL(tag, function, 0)
#    define USUAL(tag, function, rare)                                                                       \
        static void strip_##function(enum strip_job job, const struct strip *strip,                          \
                                     const struct shape *shape)                                              \
        {                                                                                                    \
            strip_inputs(job, strip, shape, function, constants_of(tag, 1, 0), rare);                        \
        }
#    define OWN(tag, function)
#    define SAME(tag, function)
#    define STRIP(tag, name, function, loops, ...) loops(tag, function)
DP_ACTIVATION_ROWS(STRIP)
#    undef STRIP
#    undef SAME
#    undef OWN
#    undef USUAL
#    undef PLAIN
#    undef RARE

static void strip_tanh(enum strip_job job, const struct strip *strip, const struct shape *shape)
{
    strip_inputs(job, strip, shape, power_tanh, constants_of(DP_TANH, 1, 1), 0);
}

static void strip_tanh_unscaled(enum strip_job job, const struct strip *strip, const struct shape *shape)
{
    strip_inputs(job, strip, shape, power_tanh, constants_of(DP_TANH, 1, 0), 0);
}

static void strip_any_power(enum strip_job job, const struct strip *strip, const struct shape *shape)
{
    strip_inputs(job, strip, shape, power_tanh, constants_of(DP_TANH, ANY, 0), 0);
}

static void strip_power_tanh(enum strip_job job, const struct strip *strip, const struct shape *shape)
{
    if (!shape->tanh)
        strip_any_power(job, strip, shape);
    else if (shape->scaled)
        strip_tanh(job, strip, shape);
    else
        strip_tanh_unscaled(job, strip, shape);
}

// Linear networks are studied with two inputs and outputs, the smallest with modes, and few neurons.
static void strip_linear(enum strip_job job, const struct strip *strip, const struct shape *shape)
{
    const struct constants c = constants_of(DP_LINEAR, 1, 0);
    if (job == CURVATURE)
        strip_curved(strip, shape, linear, c);
    else if (shape->d == 2 && shape->o == 2 && shape->stacked)
        strip_narrow(job, strip, shape, linear, with(c, 2, 2, STACKED));
    else
        strip_wide(job, strip, shape, linear, with(c, ANY, ANY, ANY));
}

typedef void strip_loops(enum strip_job job, const struct strip *strip, const struct shape *shape);

static strip_loops *loops_of(const struct shape *shape)
{
#    define LOOPS(tag, name, function, ...) [tag] = strip_##function,
    static strip_loops *const loops[] = {DP_ACTIVATION_ROWS(LOOPS)};
#    undef LOOPS
    return loops[shape->activation];
}

#else

// The reference is not for speed, and quicker to build.
static void strip_reference(enum strip_job job, const struct strip *strip, const struct shape *shape)
{
    const struct constants c = constants_of(ANY, ANY, ANY);
    if (job == CURVATURE)
        strip_curved(strip, shape, function_of(shape->activation), c);
    else
        strip_wide(job, strip, shape, function_of(shape->activation), with(c, ANY, ANY, ANY));
}

typedef void strip_loops(enum strip_job job, const struct strip *strip, const struct shape *shape);

static strip_loops *loops_of(const struct shape *shape)
{
    (void)shape;
    return strip_reference;
}

#endif
