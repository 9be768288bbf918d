// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* One part of one block: output, gradient, and the step. A part is one register's lanes, so that a block's numbers and
 * the running sums stay in registers on every instruction set; pointers come moved on to the part's first lane, and
 * rows of a block lie DP_LANES apart. */

enum {
    PARTS = DP_LANES / PART,
    STRIP = 32,       // blocks moved, then put out: small enough to stay in the first-level cache
    STRETCH = 64,     // blocks summed in `real` before they are added to a double
    TILE = 8,         // samples taken together, so that their chains overlap and weights are loaded once
    MOST_SAMPLES = 4, // of an instance with constant n, whose sums stay in registers
    HALVES = REGISTERS / 8, // samples of tanh begun together, see output_halves
};

struct shape {
    int64_t n;
    int d, o, activation, power, stacked;
    int tanh; // tanh itself, which has a form of its own in outputs and gradients
    int own;  // stacked, with points of each lane's own
    int biasless, paced;
    int keeps; // whether there is room to keep sigma for the gradient
    int tile;  // samples taken together: TILE, or n where that is a smaller constant
};

/* Rows kept for each block and sample: none for relu and linear, sigma for tanh, sigma and sigma' else. */
INLINE int sigma_rows(const struct shape shape)
{
    return shape.activation == DP_RELU || shape.activation == DP_LINEAR ? 0 : shape.tanh ? 1 : 2;
}

INLINE struct shape shape_of(const struct dp_layer *layer, const struct dp_batch *batch)
{
    return (struct shape){
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
        .keeps = batch->kept != NULL,
        .tile = TILE,
    };
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

/* With few inputs relu takes r_i x_i as it is, by masks, from `products` made once a pass: there is nothing to multiply
 * by. r and the products carry no -0, so that leaving a number out and adding 0 are the same. */
enum { PRODUCT_INPUTS = 4 };

INLINE int takes_products(const struct shape shape)
{
    return shape.activation == DP_RELU && shape.o == 1 && shape.d <= PRODUCT_INPUTS && shape.d < shape.n;
}

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
    if (!shape.keeps || rows == 0)
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

/* sum + a sigma. Antisymmetric partners follow each other in a stacked layer, and without the fused product the second
 * takes away exactly what the first has added. (In a spread layer they lie in neighbouring lanes and cancel there.) */
INLINE vreal add_output(vreal sum, vreal amplitude, vreal s, const struct shape shape)
{
    return shape.stacked ? v_add(sum, v_mul(amplitude, s)) : v_fma(amplitude, s, sum);
}

INLINE void load_block(const real *start, const real *moved, vreal *theta, const struct shape shape)
{
    for (int j = 0; j < rows_of(shape); j++)
        theta[j] = v_add(v_load(start + j * DP_LANES), v_load(moved + j * DP_LANES));
}

// What outputs take: for tanh the weights and the bias in the units of tanh_begin.
INLINE void load_scaled(const real *start, const real *moved, vreal *theta, const struct shape shape)
{
    load_block(start, moved, theta, shape);
    for (int j = 0; j <= shape.d; j++)
        theta[j] = weight_of(theta, j, shape.tanh);
}

// Of a preactivation from such weights.
INLINE struct sigma sigma_scaled(vreal h, const struct shape shape)
{
    if (!shape.tanh)
        return sigma_of(h, shape.activation, shape.power);
    const vreal t = tanh_end(tanh_begin(h));
    return (struct sigma){t, v_fnma(t, t, v_set(1)), v_set(0)};
}

// sums_ic += a_c sigma(w . x_i) for `tile` samples from i on
INLINE void output_tile(const vreal *theta, const real *x, real *kept, int64_t i, vreal *sums, const int tile,
                        const struct shape shape)
{
    vreal h[TILE];
    preactivations(theta, x, i, h, tile, 0, shape);
    for (int t = 0; t < tile; t++) {
        const struct sigma sigma = sigma_scaled(h[t], shape);
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
        halves[t] = tanh_begin(v[t]);
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

// A tile smaller than TILE is a constant n.
INLINE int is_chain(const struct shape shape)
{
    return shape.tanh && shape.o == 1 && shape.tile < TILE;
}

/* output_tile for tanh, on all tiles of `tile` samples from i on: each is begun before the one before it is ended.
 * Returns the first sample left. */
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
                         const struct shape shape)
{
    if (shape.tanh)
        i = output_halves(theta, x, kept, i, sums, HALVES, shape);
    for (; i + shape.tile <= shape.n && !shape.tanh; i += shape.tile)
        output_tile(theta, x, kept, i, sums, shape.tile, shape);
    for (; i < shape.n; i++)
        output_tile(theta, x, kept, i, sums, 1, shape);
}

// h, sigma and sigma' of `tile` samples from i on: kept from the output (then without h), or computed again
INLINE void sigmas_again(const vreal *theta, const real *x, const real *kept, int64_t i, vreal *h,
                         struct sigma *sigma, const int tile, const struct shape shape)
{
    if (shape.keeps && sigma_rows(shape) > 0) {
        for (int t = 0; t < tile; t++) {
            h[t] = v_set(0);
            sigma[t] = recall(kept, i + t, shape);
        }
        return;
    }
    preactivations(theta, x, i, h, tile, shape.tanh, shape);
    for (int t = 0; t < tile; t++)
        sigma[t] = sigma_scaled(h[t], shape);
}

/* relu is homogeneous: with one output sum_i r_i sigma(h_i) = w . (sum_i r_i sigma' x_i), which needs no sum over
 * the samples of its own. */
INLINE int is_homogeneous(const struct shape shape)
{
    return shape.activation == DP_RELU && shape.o == 1 && shape.d < shape.n;
}

// sum_c r_ic a_c; with one output r_i alone: the amplitude is a common factor then and comes in at the end
INLINE vreal amplitude_pull(const vreal *theta, const real *r, int64_t i, const struct shape shape)
{
    if (shape.o == 1)
        return number_of(r, i, 0, shape);
    vreal sum = v_set(0);
    for (int c = 0; c < shape.o; c++)
        sum = v_fma(number_of(r, i, c, shape), theta[shape.d + 1 + c], sum);
    return sum;
}

// Lanes of r_i x_ij, shared where r is. Adding 0 turns -0 into 0.
INLINE void make_products(const real *r, const real *x, real *products, const struct shape shape)
{
    for (int64_t i = 0; i < shape.n; i++)
        for (int j = 0; j < shape.d; j++) {
            const int64_t at = i * shape.d + j;
            if (!shape.stacked) {
                products[at] = r[i] * x[at] + 0;
                continue;
            }
            for (int l = 0; l < DP_LANES; l += PART) {
                const vreal input = shape.own ? v_load(x + at * DP_LANES + l) : v_set(x[at]);
                v_store(products + at * DP_LANES + l,
                        v_add(v_mul(v_load(r + i * DP_LANES + l), input), v_set(0)));
            }
        }
}

/* With one output the gradient of tanh needs no sigma': with q_i = r_i sigma_i
 *
 *     sum_i r_i (1 - sigma_i^2) x_i = sum_i r_i x_i - sum_i q_i sigma_i x_i    and    sum_i r_i sigma_i = sum_i q_i
 *
 * take a multiplication less a sample. The first sums, the totals, are the same for all neurons. */
INLINE int takes_totals(const struct shape shape)
{
    return shape.tanh && shape.o == 1;
}

// Lanes of sum_i r_i x_ij and, last, sum_i r_i; sums: [d + 1] to work in.
INLINE void make_totals(const real *r, const real *x, real *totals, vreal *sums, const struct shape shape)
{
    const int d = shape.d;
    for (int j = 0; !shape.stacked && j <= d; j++) {
        real sum = 0;
        for (int64_t i = 0; i < shape.n; i++)
            sum += j < d ? r[i] * x[i * d + j] : r[i];
        totals[j] = sum;
    }
    for (int l = 0; shape.stacked && l < DP_LANES; l += PART) {
        for (int j = 0; j <= d; j++)
            sums[j] = v_set(0);
        for (int64_t i = 0; i < shape.n; i++) {
            const vreal rate = v_load(r + i * DP_LANES + l);
            for (int j = 0; j < d; j++)
                sums[j] = v_fma(rate, input_of(x + (shape.own ? l : 0), i, j, shape), sums[j]);
            sums[d] = v_add(sums[d], rate);
        }
        for (int j = 0; j <= d; j++)
            v_store(totals + j * DP_LANES + l, sums[j]);
    }
}

// sums += (r_i x_i, r_i) in the lanes where sample i is active; the first sample of all sets them
INLINE void add_products(const vreal *theta, const real *x, const real *r, const real *products, int64_t i,
                         vreal *sums, const int first, const struct shape shape)
{
    vreal h;
    preactivations(theta, x, i, &h, 1, 0, shape);
    const vmask on = m_positive(h);
    for (int j = 0; j <= shape.d; j++) {
        const vreal number = j == shape.d ? number_of(r, i, 0, shape)
                                          : shared_or_own(products, i * shape.d + j, shape.stacked);
        sums[j] = first ? v_if(on, number) : v_add_if(sums[j], on, number);
    }
}

/* The gradient of relu by its products: grad = sum over active samples of (r_i x_i, r_i), the even samples and the odd
 * ones apart, which halves the chain of additions. There are two samples at least. */
INLINE void gradient_by_products(const vreal *theta, const real *x, const real *r, const real *products,
                                 vreal *grad, const struct shape shape)
{
    vreal even[PRODUCT_INPUTS + 1], odd[PRODUCT_INPUTS + 1];
    int64_t i = 2;
    add_products(theta, x, r, products, 0, even, 1, shape);
    add_products(theta, x, r, products, 1, odd, 1, shape);
    for (; i + 2 <= shape.n; i += 2) {
        add_products(theta, x, r, products, i, even, 0, shape);
        add_products(theta, x, r, products, i + 1, odd, 0, shape);
    }
    if (i < shape.n)
        add_products(theta, x, r, products, i, even, 0, shape);
    for (int j = 0; j <= shape.d; j++)
        grad[j] = v_add(even[j], odd[j]);
}

/* Sums go through a variable each: kept in `grad` itself they would be stored and loaded at every sample, because the
 * compiler cannot know that the samples do not lie there. */
INLINE void gradient_tile(const vreal *theta, const real *x, const real *r, const real *kept, int64_t i,
                          vreal *grad, const int tile, const struct shape shape)
{
    struct sigma sigma[TILE];
    vreal h[TILE], c[TILE], sum = grad[shape.d];
    sigmas_again(theta, x, kept, i, h, sigma, tile, shape);
    for (int t = 0; t < tile; t++) {
        c[t] = amplitude_pull(theta, r, i + t, shape);
        if (shape.activation == DP_RELU)
            c[t] = v_if(m_positive(h[t]), c[t]);
        else if (shape.activation != DP_LINEAR)
            c[t] = v_mul(c[t], sigma[t].ds);
        sum = v_add(sum, c[t]);
    }
    grad[shape.d] = sum;
    for (int k = 0; k < shape.o && !is_homogeneous(shape); k++) {
        sum = grad[shape.d + 1 + k];
        for (int t = 0; t < tile; t++)
            sum = v_fma(number_of(r, i + t, k, shape), sigma[t].s, sum);
        grad[shape.d + 1 + k] = sum;
    }
    for (int j = 0; j < shape.d; j++) {
        sum = grad[j];
        for (int t = 0; t < tile; t++)
            sum = v_fma(c[t], input_of(x, i + t, j, shape), sum);
        grad[j] = sum;
    }
}

// The same for tanh, taken from the totals.
INLINE void gradient_of_tanh(const vreal *theta, const real *x, const real *r, const real *kept, int64_t i,
                             vreal *grad, const int tile, const struct shape shape)
{
    struct sigma sigma[TILE];
    vreal h[TILE], q[TILE], sum = grad[shape.d], pull = grad[shape.d + 1];
    sigmas_again(theta, x, kept, i, h, sigma, tile, shape);
    for (int t = 0; t < tile; t++) {
        q[t] = v_mul(number_of(r, i + t, 0, shape), sigma[t].s);
        pull = v_add(pull, q[t]);
        q[t] = v_mul(q[t], sigma[t].s);
        sum = v_sub(sum, q[t]);
    }
    grad[shape.d] = sum;
    grad[shape.d + 1] = pull;
    for (int j = 0; j < shape.d; j++) {
        sum = grad[j];
        for (int t = 0; t < tile; t++)
            sum = v_fnma(q[t], input_of(x, i + t, j, shape), sum);
        grad[j] = sum;
    }
}

INLINE void gradient_samples(const vreal *theta, const real *x, const real *r, const real *kept, int64_t i,
                             vreal *grad, const int tile, const struct shape shape)
{
    if (takes_totals(shape))
        gradient_of_tanh(theta, x, r, kept, i, grad, tile, shape);
    else
        gradient_tile(theta, x, r, kept, i, grad, tile, shape);
}

// grad = sum_ic r_ic (a_c sigma'(h_i) x_i, a_c sigma'(h_i), sigma(h_i)); with one output without the a in it
INLINE void gradient_block(const vreal *theta, const real *x, const real *r, const real *products,
                           const real *kept, vreal *grad, const struct shape shape)
{
    const int d = shape.d;
    for (int j = 0; j < rows_of(shape); j++)
        grad[j] = takes_totals(shape) && j <= d ? shared_or_own(products, j, shape.stacked) : v_set(0);
    int64_t i = 0;
    if (takes_products(shape)) {
        gradient_by_products(theta, x, r, products, grad, shape);
        i = shape.n;
    }
    for (; i + shape.tile <= shape.n; i += shape.tile)
        gradient_samples(theta, x, r, kept, i, grad, shape.tile, shape);
    for (; i < shape.n; i++)
        gradient_samples(theta, x, r, kept, i, grad, 1, shape);
    if (shape.biasless)
        grad[d] = v_set(0);
    if (is_homogeneous(shape)) {
        grad[d + 1] = v_mul(theta[d], grad[d]);
        for (int j = 0; j < d; j++)
            grad[d + 1] = v_fma(theta[j], grad[j], grad[d + 1]);
    }
}

// The amplitude, which gradient_block has left out.
INLINE void scale_gradient(const vreal *theta, vreal *grad, const struct shape shape)
{
    for (int j = 0; shape.o == 1 && j < shape.d + 1; j++)
        grad[j] = v_mul(grad[j], theta[shape.d + 1]);
}

/* Lanes beyond the width start at zero. Where sigma(0) = 0 they have no gradient and stay there by themselves; for the
 * other activations they are set back. */
INLINE int tail_moves(const struct shape shape)
{
    return !shape.stacked && (shape.activation == DP_SIGMOID || shape.activation == DP_SOFTPLUS);
}

// Sets the lanes from `live` on to zero in rows of a part.
INLINE void clear_tail(real *values, int64_t live, const int rows)
{
    for (int j = 0; live < PART && j < rows; j++)
        for (int64_t l = live > 0 ? live : 0; l < PART; l++)
            values[j * DP_LANES + l] = 0;
}

// The amplitudes' own pace, where they have one.
INLINE void pace_block(double pace, vreal *step, const struct shape shape)
{
    for (int c = 0; c < shape.o; c++)
        step[shape.d + 1 + c] = v_mul(step[shape.d + 1 + c], v_set((real)pace));
}

/* moved -= step; live: how many lanes from the part's first on have a neuron; unscaled: step is gradient_block's, in
 * which the amplitude still is to come. */
INLINE void move_block(real *moved, int64_t live, const vreal *step, const vreal *theta, const int unscaled,
                       const struct shape shape)
{
    const vreal amplitude = theta[shape.d + 1];
    for (int j = 0; j < rows_of(shape); j++) {
        const vreal from = v_load(moved + j * DP_LANES);
        v_store(moved + j * DP_LANES, unscaled && shape.o == 1 && j <= shape.d
                                          ? v_fnma(step[j], amplitude, from)
                                          : v_sub(from, step[j]));
    }
    if (tail_moves(shape))
        clear_tail(moved, live, rows_of(shape));
}

INLINE void clear(vreal *values, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        values[i] = v_set(0);
}
