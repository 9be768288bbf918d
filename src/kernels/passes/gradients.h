// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The gradient of one part of one block, from what its output has kept. relu and tanh with one output have
 * special forms. */

// Gradients have forms for activations that keep less than sigma and sigma': others keep both.
#define KEEPS_ENOUGH(tag, name, function, loops, kernel, p, zero, kept, ...)                                 \
    _Static_assert((kept) == 2 || (tag) == DP_TANH || (tag) == DP_RELU || (tag) == DP_LINEAR,                \
                   #name " keeps too little for its gradient");
DP_ACTIVATION_ROWS(KEEPS_ENOUGH)
#undef KEEPS_ENOUGH

/* sigma and sigma' of `tile` samples from i on, as the output has kept them. relu and linear keep nothing:
 * their h is computed again, which is all that their gradients need. */
INLINE void sigmas_again(const vreal *theta, const real *x, const real *kept, int64_t i, vreal *h,
                         struct sigma *sigma, const int tile, const struct shape shape)
{
    if (sigma_rows(shape) > 0) {
        for (int t = 0; t < tile; t++) {
            h[t] = v_set(0);
            sigma[t] = recall(kept, i + t, shape);
        }
        return;
    }
    preactivations(theta, x, i, h, tile, 0, shape);
    for (int t = 0; t < tile; t++)
        sigma[t] = (struct sigma){.s = shape.activation == DP_RELU ? v_positive(h[t]) : h[t]};
}

/* relu is homogeneous: with one output sum_i r_i sigma(h_i) = w . (sum_i r_i sigma' x_i), so this sum needs
 * no loop over the samples. */
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

/* With few inputs, relu selects r_i x_i by masks from `products`, which are made once per pass, and needs no
 * multiplication. r and the products contain no -0, so omitting a number and adding 0 are the same. */
INLINE int takes_products(const struct shape shape)
{
    return shape.activation == DP_RELU && shape.o == 1 && shape.d <= DP_PRODUCT_INPUTS && shape.d < shape.n;
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
 *    sum_i r_i (1 - sigma_i^2) x_i = sum_i r_i x_i - sum_i q_i sigma_i x_i
 *    sum_i r_i sigma_i = sum_i q_i
 *
 * need one multiplication less per sample. The first sums, the totals, are the same for all neurons. */
INLINE int takes_totals(const struct shape shape)
{
    return shape.scaled && shape.o == 1;
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

/* The gradient of relu by its products: grad = sum over active samples of (r_i x_i, r_i), the even samples
 * and the odd ones apart, which halves the chain of additions. There are two samples at least. */
INLINE void gradient_by_products(const vreal *theta, const real *x, const real *r, const real *products,
                                 vreal *grad, const struct shape shape)
{
    vreal even[DP_PRODUCT_INPUTS + 1], odd[DP_PRODUCT_INPUTS + 1];
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

/* grad_j += sum_t c_t x_tj, or minus this, for `tile` samples from i on. Each sum goes through a variable.
 * Sums kept in `grad` itself would be stored and loaded at every sample, because the compiler cannot know
 * that the samples are stored elsewhere. */
INLINE void add_inputs(vreal *grad, const vreal *c, const real *x, int64_t i, const int minus, const int tile,
                       const struct shape shape)
{
    for (int j = 0; j < shape.d; j++) {
        vreal sum = grad[j];
        for (int t = 0; t < tile; t++)
            sum = minus ? v_fnma(c[t], input_of(x, i + t, j, shape), sum)
                        : v_fma(c[t], input_of(x, i + t, j, shape), sum);
        grad[j] = sum;
    }
}

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
    add_inputs(grad, c, x, i, 0, tile, shape);
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
    add_inputs(grad, q, x, i, 1, tile, shape);
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
INLINE void scale_gradient(vreal *grad, vreal amplitude, const struct shape shape)
{
    for (int j = 0; shape.o == 1 && j < shape.d + 1; j++)
        grad[j] = v_mul(grad[j], amplitude);
}
