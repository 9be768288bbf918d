// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* exp, tanh, sigmoid, softplus and the activations on blocks of 16 lanes. They use IEEE operations only, so
 * that every instruction set and every libm gives the same bits.
 *
 * Each is within 2.5 units in the last place of the exact value in float and within 3 in double, for every
 * argument (tests/kernels/test_functions.c). Each costs at most one division, because after multiply-adds,
 * divisions are the processor's scarcest resource. Denormals are assumed to be flushed: a result below the
 * smallest normal number is 0. NaN gives NaN. tanh(-0) is +0.
 *
 * The polynomials are minimax fits. Their coefficients were rounded one by one, and the remaining ones were
 * fitted again each time. */

INLINE vreal polynomial(vreal x, const real *c, const int n)
{
    vreal sum = v_set(c[n - 1]);
    for (int k = n - 2; k >= 0; k--)
        sum = v_fma(sum, x, v_set(c[k]));
    return sum;
}

// The same for an even n by even and odd powers, a chain of half the length: for long polynomials.
INLINE vreal polynomial_halves(vreal x, const real *c, const int n)
{
    const vreal square = v_mul(x, x);
    vreal even = v_set(c[n - 2]), odd = v_set(c[n - 1]);
    for (int k = n - 4; k >= 0; k -= 2) {
        even = v_fma(even, square, v_set(c[k]));
        odd = v_fma(odd, square, v_set(c[k + 1]));
    }
    return v_fma(odd, x, even);
}

#if DP_BITS == 32
/* Adding it rounds to a whole number k and leaves k + 127, the biased exponent of 2^k, in the lowest bits:
 * 1.5 * 2^23 + 127. */
#    define DP_SHIFT 12583039.0F
#    define DP_LN2_HIGH 0x1.62e430p-1F
#    define DP_LN2_LOW -0x1.05c610p-29F
#else
#    define DP_SHIFT 6755399441056767.0 // 1.5 * 2^52 + 1023
#    define DP_LN2_HIGH 0x1.62e42fefa39efp-1
#    define DP_LN2_LOW 0x1.abc9e3b39803fp-56
#endif

// Arguments of exp_minus: 2^k stays finite at the one end and is 0 from 126.5 ln 2 (1022.5 ln 2) on at the
// other.
#define DP_EXP_LEAST (DP_BITS == 32 ? -88.37 : -709.4)
#define DP_EXP_MOST (DP_BITS == 32 ? 88.0 : 709.0)

// e^-x between the limits: -x = k ln 2 - r with whole k and |r| <= ln 2 / 2, and e^-r = 1 - r + r^2 P(r).
INLINE vreal exp_minus(vreal x)
{
    // e^-r within 2^-28.2 (2^-56.3)
#if DP_BITS == 32
    static const real c[] = {0x1.fffffcp-2F, -0x1.55548cp-3F, 0x1.555858p-5F, -0x1.123ddep-7F,
                             0x1.6ac71ep-10F};
#else
    static const real c[] = {0x1.000000000000ap-1,  -0x1.55555555554fap-3,  0x1.555555555087ep-5,
                             -0x1.1111111127b94p-7, 0x1.6c16c18429ca3p-10,  -0x1.a01a012a72951p-13,
                             0x1.a0199a0d3b33ap-16, -0x1.71df2517fe6e3p-19, 0x1.28ad71fe0ca08p-22,
                             -0x1.ad7fc7ce23364p-26};
#endif
    const vreal shift = v_set(DP_SHIFT);
    const vreal shifted = v_fnma(x, v_set((real)1.4426950408889634), shift);
    const vreal k = v_sub(shifted, shift), power = v_from_exponent(shifted);
    const vreal r = v_fma(k, v_set((real)DP_LN2_LOW), v_fma(k, v_set((real)DP_LN2_HIGH), x));
    const int n = (int)(sizeof c / sizeof *c);
    const vreal p = n % 2 ? polynomial(r, c, n) : polynomial_halves(r, c, n);
    const vreal fall = v_fnma(v_mul(r, r), p, r); // 1 - e^-r
    return v_fnma(fall, power, power);
}

// e^-|x|; not by v_abs, which would clear the sign of a NaN and so make bits depend on the order of a sum.
INLINE vreal exp_minus_abs(vreal x)
{
    const vreal size = v_max(x, v_sub(v_set(0), x));
    return exp_minus(v_min(v_set((real)DP_EXP_MOST), size));
}

/* With x = k ln 2 / 2 + r and t = tanh r, both numerator and denominator of
 *
 *    tanh x = ((2^k + 1) t + (2^k - 1)) / ((2^k - 1) t + (2^k + 1))
 *
 * are one multiply-add of exact numbers and a small t. Rounding errors do not add up as in a quotient of long
 * polynomials, and because rounding is monotone, the result is never beyond 1. */
INLINE vreal tanh_quotient(vreal t, vreal power)
{
    const vreal one = v_set(1), up = v_add(power, one), down = v_sub(power, one);
    return v_div(v_fma(up, t, down), v_fma(down, t, up));
}

// Here ln 2 / 2 can be one number: where k is large, tanh is flat.
INLINE vreal v_tanh(vreal x)
{
    /* (tanh r / r - 1) / r^2 as a polynomial in r^2 on |r| <= ln 2 / 4: tanh r within 2^-23.8, the two
     * coefficients searched for the smallest error of the rounded result (2^-57.7). */
#if DP_BITS == 32
    static const real c[] = {-0.333307326F, 0.130901203F};
#else
    static const real c[] = {-0x1.55555555554bdp-2, 0x1.11111110e0cf6p-3,  -0x1.ba1ba1173edc7p-5,
                             0x1.664eca14de106p-6,  -0x1.223c823db5f54p-7, 0x1.c3865151165e2p-9};
#endif
    const real limit = DP_BITS == 32 ? 10 : 20; // tanh is 1 from 9.02 (19.07) on
    const vreal shift = v_set(DP_SHIFT);
    const vreal y = v_max(v_set(-limit), v_min(v_set(limit), x));
    const vreal shifted = v_fma(y, v_set((real)2.8853900817779268), shift);
    const vreal k = v_sub(shifted, shift), power = v_from_exponent(shifted);
    const vreal r = v_fnma(k, v_set((real)(DP_LN2_HIGH / 2)), y), z = v_mul(r, r);
    const vreal t = v_fma(v_mul(r, z), polynomial(z, c, (int)(sizeof c / sizeof *c)), r);
    return tanh_quotient(t, power);
}

/* tanh(2 ln 2 v), for weights and biases that are divided by 2 ln 2 (multiplied by DP_TANH_UNIT). The
 * reduction with k = 4 v rounded, r = v - k / 4 is then exact and needs no multiplication. It is in two
 * halves, for loops that begin on the next numbers before they end the present ones: the whole chain is
 * longer than a processor can look ahead. */
#define DP_TANH_UNIT 0.72134752044448170368

struct tanh_half {
    vreal rest, power; // r, 2^k
};

#define DP_TANH_LIMIT (DP_BITS == 32 ? (real)7.25 : (real)14.5) // tanh is 1 from 6.5 (13.8) on

// within: v is known to be smaller than the limit
INLINE struct tanh_half tanh_begin(vreal v, const int within)
{
    const real limit = DP_TANH_LIMIT;
    const vreal shift = v_set((real)(DP_SHIFT / 4));
    const vreal y = within ? v : v_max(v_set(-limit), v_min(v_set(limit), v)), shifted = v_add(y, shift);
    return (struct tanh_half){v_sub(y, v_sub(shifted, shift)), v_from_exponent(shifted)};
}

INLINE vreal tanh_end(struct tanh_half half)
{
    /* tanh(2 ln 2 r) / r - 1 as a polynomial in r^2 on |r| <= 1/8, found like the one above; 2^-57.1 in
     * double. */
#if DP_BITS == 32
    static const real c[] = {0.386294361F, -0.887994051F, 0.669980347F};
#else
    static const real c[] = {0x1.8b90bfbe8e7bdp-2,  -0x1.c6b08d704a11cp-1, 0x1.5d87fe7896ebfp-1,
                             -0x1.0fe45dd767513p-1, 0x1.a77ba5c11718fp-2,  -0x1.49a6c4817235ap-2,
                             0x1.ee14ac48e7a95p-3};
#endif
    const vreal r = half.rest;
    const vreal t = v_fma(r, polynomial(v_mul(r, r), c, (int)(sizeof c / sizeof *c)), r);
    return tanh_quotient(t, half.power);
}

/* log(1 + e) for 0 <= e <= 1 as e + e^2 P(e - 1/2): around the middle, the terms of P decrease fast enough to
 * sum its halves separately. */
INLINE vreal log_one_plus(vreal e)
{
    // within 2^-24.7 (2^-54.9) of the result
#if DP_BITS == 32
    static const real c[] = {-0x1.833704p-2F, 0x1.6f0df6p-3F, -0x1.7de322p-4F, 0x1.a224c2p-5F,
                             -0x1.d7e5a0p-6F, 0x1.195a80p-6F, -0x1.71ea20p-7F, 0x1.5f9814p-8F};
#else
    static const real c[] = {
        -0x1.833704d019ed0p-2,  0x1.6f0d7bd624beep-3,  -0x1.7ddf1fe86ababp-4,  0x1.a279c04c78338p-5,
        -0x1.da348248882fbp-6,  0x1.131116fc392eep-6,  -0x1.44ba45d9adc08p-7,  0x1.84904ec07ff86p-8,
        -0x1.d5faf1e19a881p-9,  0x1.1ebd4598b7ccdp-9,  -0x1.6075f58e17d0fp-10, 0x1.b3dcf8c60139ap-11,
        -0x1.0ed0b659a6747p-11, 0x1.532dbc7f5999ep-12, -0x1.ada99d2e37e7ep-13, 0x1.0715e53528d8fp-13,
        -0x1.2a29d3af03495p-14, 0x1.ba7633db8b945p-15, -0x1.ace1091ca3e2fp-15, 0x1.a8f536f47ec7ap-16};
#endif
    const vreal y = v_sub(e, v_set((real)0.5));
    return v_fma(v_mul(e, e), polynomial_halves(y, c, (int)(sizeof c / sizeof *c)), e);
}

struct sigma {
    vreal s, ds, dds; // the activation and its first two derivatives
};

// x^(p-1) tanh x
INLINE struct sigma power_tanh(vreal h, const int power)
{
    const vreal t = v_tanh(h), one = v_set(1);
    const vreal dt = v_fnma(t, t, one), ddt = v_mul(v_mul(v_set(-2), t), dt);
    if (power == 1)
        return (struct sigma){t, dt, ddt};
    // sigma = x^q t with q = p - 1: d = q x^(q-1) t + x^q t', dd = q (q-1) x^(q-2) t + 2 q x^(q-1) t' + x^q
    // t''
    const int q = power - 1;
    vreal low = v_set(0), mid = one, high = h; // x^(q-2), x^(q-1), x^q
    for (int k = 1; k < q; k++) {
        low = mid;
        mid = high;
        high = v_mul(high, h);
    }
    const vreal slope = v_mul(v_set((real)q), mid);
    const vreal bend = v_mul(v_mul(v_set((real)(q * (q - 1))), low), t);
    return (struct sigma){
        .s = v_mul(high, t),
        .ds = v_mul(mid, v_fma(v_set((real)q), t, v_mul(h, dt))),
        .dds = v_fma(high, ddt, v_fma(v_add(slope, slope), dt, bend)),
    };
}

// s = 1 / (1 + e^-h) keeps its relative accuracy in both tails, and so does 1 - s = e^-h s.
INLINE struct sigma sigmoid(vreal h, const int power)
{
    (void)power;
    const vreal y = v_max(v_set((real)DP_EXP_LEAST), v_min(v_set((real)DP_EXP_MOST), h));
    const vreal one = v_set(1), e = exp_minus(y);
    const vreal s = v_div(one, v_add(one, e)), rest = v_mul(e, s), ds = v_mul(s, rest);
    return (struct sigma){s, ds, v_mul(ds, v_sub(rest, s))};
}

// The integral of the sigmoid, log(1 + e^h), by e^-|h| so that neither tail overflows or cancels.
INLINE struct sigma softplus(vreal h, const int power)
{
    (void)power;
    const vreal zero = v_set(0), one = v_set(1);
    const vreal e = exp_minus_abs(h);
    const vreal inverse = v_div(one, v_add(one, e)), small = v_mul(e, inverse);
    return (struct sigma){v_add(v_max(zero, h), log_one_plus(e)), v_select_gt(h, zero, inverse, small),
                          v_mul(small, inverse)};
}

INLINE struct sigma relu(vreal h, const int power)
{
    (void)power;
    return (struct sigma){v_positive(h), v_if(m_positive(h), v_set(1)), v_set(0)};
}

INLINE struct sigma linear(vreal h, const int power)
{
    (void)power;
    return (struct sigma){h, v_set(1), v_set(0)};
}

/* The function of an activation; loops take it as an argument that is constant where they are built. */
typedef struct sigma sigma_function(vreal h, const int power);

INLINE sigma_function *function_of(const int activation)
{
#define FUNCTION(tag, name, function, ...) [tag] = function,
    static sigma_function *const functions[] = {DP_ACTIVATION_ROWS(FUNCTION)};
#undef FUNCTION
    return functions[activation];
}
