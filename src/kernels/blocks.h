// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* One part of one block: its shape, and how it is loaded and stored. A part is the lanes of one register, so
 * that the numbers of a block and the running sums stay in registers on every instruction set. Pointers
 * already point to the part's first lane; rows of a block are DP_LANES apart. */

enum {
    PARTS = DP_LANES / PART,
    STRIP = 32,       // blocks moved, then put out: small enough to stay in the first-level cache
    STRETCH = 64,     // blocks summed in `real` before they are added to a double
    TILE = 8,         // samples taken together, so that their chains overlap and weights are loaded once
    FEW = 4,          // the same where weights are in registers
    MOST_SAMPLES = 4, // of a step with constant n, whose sums stay in registers
    MOST_INPUTS = 5,  // of constant d, whose block does
    HALVES = REGISTERS / 8, // samples of tanh begun together, see output_halves
};

struct shape {
    int64_t n;
    int d, o, activation, power, stacked;
    int tanh;   // tanh itself, not a power times it
    int scaled; // tanh in a form of its own, see takes_scaled
    int own;    // stacked, with points of each lane's own
    int biasless, paced;
    int tile;    // samples taken together: TILE, FEW, or n where that is constant
    int small;   // n is constant
    int reaches; // tanh knows how far its inputs reach, see is_within
    int within;  // and that no preactivation comes to DP_TANH_LIMIT
};

/* Rows kept for each block and sample, see dp_kept_rows. */
INLINE int sigma_rows(const struct shape shape)
{
#define KEPT(tag, name, function, loops, kernel, p, zero, kept, ...) kept,
    static const int rows[] = {DP_ACTIVATION_ROWS(KEPT)};
#undef KEPT
    return rows[shape.activation == DP_TANH && !shape.tanh ? DP_XTANH : shape.activation];
}

/* tanh has a special form: weights in the units of tanh_begin, and gradients from totals. It takes d more
 * operations per neuron and fewer per sample. The rule affects results, so it must not depend on the
 * processor. */
INLINE int takes_scaled(const struct shape shape)
{
    return shape.tanh && (shape.d <= 2 || shape.n > shape.d + 2);
}

INLINE struct shape shape_of(const struct dp_layer *layer, const struct dp_batch *batch)
{
    struct shape shape = {
        .n = batch->count,
        .d = layer->inputs,
        .o = layer->outputs,
        .activation = layer->activation,
        .power = layer->power,
        .stacked = layer->stacked,
        .tanh = layer->activation == DP_TANH && layer->power == 1,
        .own = batch->own,
        .biasless = layer->biasless,
        .paced = layer->pace != 0,
    };
    shape.scaled = takes_scaled(shape);
    return shape;
}

INLINE int rows_of(const struct shape shape)
{
    return shape.d + 1 + shape.o;
}

// Doubles, and inputs, that go with one sample's one number: one, or one per lane.
INLINE int lanes_of(const struct shape shape)
{
    return shape.stacked ? DP_LANES : 1;
}

// A number that all lanes share, or that each has for itself.
INLINE vreal shared_or_own(const real *values, int64_t index, const int own)
{
    return own ? v_load(values + index * DP_LANES) : v_set(values[index]);
}

// Component j of sample i.
INLINE vreal input_of(const real *x, int64_t i, int j, const struct shape shape)
{
    return shared_or_own(x, i * shape.d + j, shape.own);
}

// r, or another number of that kind, for output c of sample i.
INLINE vreal number_of(const real *values, int64_t i, int c, const struct shape shape)
{
    return shared_or_own(values, i * shape.o + c, shape.stacked);
}

INLINE void load_block(const real *start, const real *moved, vreal *theta, const struct shape shape)
{
    for (int j = 0; j < rows_of(shape); j++)
        theta[j] = v_add(v_load(start + j * DP_LANES), v_load(moved + j * DP_LANES));
}

/* Lanes beyond the width start at zero. If sigma(0) = 0, they have no gradient and stay at zero; for other
 * activations they are reset. */
INLINE int tail_moves(const struct shape shape)
{
#define AT_ZERO(tag, name, function, loops, kernel, p, zero, ...) (zero) != 0,
    static const int moves[] = {DP_ACTIVATION_ROWS(AT_ZERO)};
#undef AT_ZERO
    return !shape.stacked && moves[shape.activation];
}

// Sets the lanes from `live` on to zero in rows of a part that lie so far apart.
INLINE void clear_tail(real *values, int64_t live, const int rows, const int stride)
{
    for (int j = 0; live < PART && j < rows; j++)
        for (int64_t l = live > 0 ? live : 0; l < PART; l++)
            values[j * stride + l] = 0;
}

// The amplitudes' own pace, where they have one.
INLINE void pace_block(double pace, vreal *step, const struct shape shape)
{
    for (int c = 0; c < shape.o; c++)
        step[shape.d + 1 + c] = v_mul(step[shape.d + 1 + c], v_set((real)pace));
}

/* moved -= step, the result of gradient_block, which with one output still lacks the amplitude. live: the
 * number of lanes with a neuron, from the part's first lane on. */
INLINE void move_block(real *moved, int64_t live, const vreal *step, const vreal *theta,
                       const struct shape shape)
{
    const vreal amplitude = theta[shape.d + 1];
    for (int j = 0; j < rows_of(shape); j++) {
        const vreal from = v_load(moved + j * DP_LANES);
        v_store(moved + j * DP_LANES,
                shape.o == 1 && j <= shape.d ? v_fnma(step[j], amplitude, from) : v_sub(from, step[j]));
    }
    if (tail_moves(shape))
        clear_tail(moved, live, rows_of(shape), DP_LANES);
}

INLINE void clear(vreal *values, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        values[i] = v_set(0);
}

// Where a part of a block begins, in an array with so many rows a block.
INLINE int64_t offset_of(int64_t block, int part, int64_t rows)
{
    return block * rows * DP_LANES + part * PART;
}

// Values that lanes share are the same for every part.
INLINE const real *part_of(const void *values, int part, const int own)
{
    return (const real *)values + (own ? part * PART : 0);
}

// Lanes with a neuron from a part's first lane on; a stacked layer has no others.
INLINE int64_t live_of(const struct dp_layer *layer, int64_t block, int part)
{
    return layer->stacked ? layer->width * DP_LANES : layer->width - block * DP_LANES - part * PART;
}

INLINE int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

INLINE int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}
