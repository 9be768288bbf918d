// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The output of one part of one block: it adds to the running sum of each sample, and keeps the data that the
 * gradient needs. */

// A weight or the bias, in the units of tanh_begin where they come without.
INLINE vreal weight_of(const vreal *theta, int j, const int scale)
{
    return scale ? v_mul(theta[j], v_set((real)DP_TANH_UNIT)) : theta[j];
}

// h_t = w . x_(i+t) + bias for `tile` samples from i on
INLINE void preactivations(const vreal *theta, const real *x, int64_t i, vreal *h, const int tile,
                           const int scale, const struct shape shape)
{
    for (int t = 0; t < tile; t++)
        h[t] = weight_of(theta, shape.d, scale);
    for (int j = 0; j < shape.d; j++)
        for (int t = 0; t < tile; t++)
            h[t] = v_fma(weight_of(theta, j, scale), input_of(x, i + t, j, shape), h[t]);
}

// A sample's sigma to its rows of `kept`, and from there.
INLINE void keep(real *kept, int64_t i, struct sigma sigma, const struct shape shape)
{
    const int rows = sigma_rows(shape);
    if (rows == 0)
        return;
    v_store(kept + i * rows * DP_LANES, sigma.s);
    if (rows > 1)
        v_store(kept + (i * rows + 1) * DP_LANES, sigma.ds);
}

INLINE struct sigma recall(const real *kept, int64_t i, const struct shape shape)
{
    const int rows = sigma_rows(shape);
    const vreal s = v_load(kept + i * rows * DP_LANES);
    if (rows == 1) // tanh' = 1 - tanh^2
        return (struct sigma){s, v_fnma(s, s, v_set(1)), v_set(0)};
    return (struct sigma){s, v_load(kept + (i * rows + 1) * DP_LANES), v_set(0)};
}

/* sum + a sigma. In a stacked layer, antisymmetric partners follow each other; without a fused product, the
 * second removes exactly what the first has added. (In a spread layer they are in neighbouring lanes and
 * cancel there.) */
INLINE vreal add_output(vreal sum, vreal amplitude, vreal s, const struct shape shape)
{
    return shape.stacked ? v_add(sum, v_mul(amplitude, s)) : v_fma(amplitude, s, sum);
}

// What outputs take: for tanh the weights and the bias in the units of tanh_begin.
INLINE void load_scaled(const real *start, const real *moved, vreal *theta, const struct shape shape)
{
    load_block(start, moved, theta, shape);
    for (int j = 0; shape.scaled && j <= shape.d; j++)
        theta[j] = weight_of(theta, j, 1);
}

// Of a preactivation from such weights.
INLINE struct sigma sigma_scaled(vreal h, sigma_function *const function, const struct shape shape)
{
    if (!shape.scaled)
        return function(h, shape.power);
    const vreal t = tanh_end(tanh_begin(h, 0));
    return (struct sigma){t, v_fnma(t, t, v_set(1)), v_set(0)};
}

// sums_ic += a_c sigma(w . x_i) for `tile` samples from i on
INLINE void output_tile(const vreal *theta, const real *x, real *kept, int64_t i, vreal *sums, const int tile,
                        sigma_function *const function, const struct shape shape)
{
    vreal h[TILE];
    preactivations(theta, x, i, h, tile, 0, shape);
    for (int t = 0; t < tile; t++) {
        const struct sigma sigma = sigma_scaled(h[t], function, shape);
        keep(kept, i + t, sigma, shape);
        for (int c = 0; c < shape.o; c++)
            sums[(i + t) * shape.o + c] =
                add_output(sums[(i + t) * shape.o + c], theta[shape.d + 1 + c], sigma.s, shape);
    }
}

INLINE void begin_halves(const vreal *theta, const real *x, int64_t i, struct tanh_half *halves,
                         const int tile, const struct shape shape)
{
    vreal v[TILE];
    preactivations(theta, x, i, v, tile, 0, shape);
    for (int t = 0; t < tile; t++)
        halves[t] = tanh_begin(v[t], shape.within);
}

INLINE void end_halves(const vreal *amplitudes, const struct tanh_half *halves, real *kept, int64_t i,
                       vreal *sums, const int tile, const struct shape shape)
{
    for (int t = 0; t < tile; t++) {
        const vreal s = tanh_end(halves[t]);
        keep(kept, i + t, (struct sigma){.s = s}, shape);
        for (int c = 0; c < shape.o; c++)
            sums[(i + t) * shape.o + c] = add_output(sums[(i + t) * shape.o + c], amplitudes[c], s, shape);
    }
}

INLINE int is_chain(const struct shape shape)
{
    return shape.scaled && shape.o == 1 && shape.small;
}

/* output_tile for tanh, on all tiles of `tile` samples from i on: each tile is begun before the previous one
 * is ended. Returns the first remaining sample. */
INLINE int64_t output_halves(const vreal *theta, const real *x, real *kept, int64_t i, vreal *sums,
                             const int tile, const struct shape shape)
{
    struct tanh_half now[HALVES], next[HALVES];
    if (i + tile > shape.n)
        return i;
    begin_halves(theta, x, i, now, tile, shape);
    for (; i + 2 * tile <= shape.n; i += tile) {
        begin_halves(theta, x, i + tile, next, tile, shape);
        end_halves(theta + shape.d + 1, now, kept, i, sums, tile, shape);
        for (int t = 0; t < tile; t++)
            now[t] = next[t];
    }
    end_halves(theta + shape.d + 1, now, kept, i, sums, tile, shape);
    return i + tile;
}

INLINE void output_block(const vreal *theta, const real *x, real *kept, int64_t i, vreal *sums,
                         sigma_function *const function, const struct shape shape)
{
    if (shape.scaled)
        i = output_halves(theta, x, kept, i, sums, HALVES, shape);
    for (; i + shape.tile <= shape.n && !shape.scaled; i += shape.tile)
        output_tile(theta, x, kept, i, sums, shape.tile, function, shape);
    for (; i < shape.n; i++)
        output_tile(theta, x, kept, i, sums, 1, function, shape);
}
