// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* exp, tanh, sigmoid, softplus and the activations on blocks of 16 lanes, from IEEE operations alone, so that
 * every instruction set and every libm gives the same bits. Polynomials are Chebyshev fits; their errors are
 * below an eighth of a unit in the last place of the result. */

INLINE vreal polynomial(vreal x, const real *c, const int n)
{
    vreal sum = v_set(c[n - 1]);
    for (int k = n - 2; k >= 0; k--)
        sum = v_fma(sum, x, v_set(c[k]));
    return sum;
}

// x = k ln 2 + r with whole k and |r| <= ln 2 / 2; the power 2^k, and p = e^r - 1.
INLINE vreal exp_parts(vreal x, vreal *power)
{
#if DP_BITS == 32
    // (e^r - 1 - r) / r^2 on |r| <= ln 2 / 2
    static const real c[] = {
        0.5F, 0.1666666668F, 0.0416664642F, 0.008333310845F, 0.001393373072F, 0.0001989108046F};
    const vreal shift = v_set(12582912.0F); // 1.5 * 2^23: adding it rounds to a whole number
    const vreal ln2_high = v_set(0x1.62e430p-1F), ln2_low = v_set(-0x1.05c610p-29F);
#else
    static const real c[] = {0x1.0000000000000p-1,  0x1.5555555555557p-3,  0x1.5555555555556p-5,
                             0x1.11111111100bep-7,  0x1.6c16c16c162c3p-10, 0x1.a01a01abf85abp-13,
                             0x1.a01a01a6e1e2ap-16, 0x1.71de01fdbf9cap-19, 0x1.27e4db46cddd1p-22,
                             0x1.af4e554377204p-26, 0x1.1f7340dbc337ep-29};
    const vreal shift = v_set(6755399441055744.0); // 1.5 * 2^52
    const vreal ln2_high = v_set(0x1.62e42fefa39efp-1), ln2_low = v_set(0x1.abc9e3b39803fp-56);
#endif
    const vreal k = v_sub(v_fma(x, v_set((real)1.4426950408889634), shift), shift);
    const vreal r = v_fnma(k, ln2_low, v_fnma(k, ln2_high, x));
    *power = v_pow2(k);
    return v_fma(v_mul(r, r), polynomial(r, c, (int)(sizeof c / sizeof *c)), r);
}

// e^-|x|, zero where that would be denormal.
INLINE vreal exp_minus_abs(vreal x)
{
    const vreal limit = v_set((real)(DP_BITS == 32 ? 87.0 : 708.0));
    const vreal size = v_abs(x);
    vreal power;
    const vreal p = exp_parts(v_sub(v_set(0), v_min(limit, size)), &power);
    return v_select_gt(size, limit, v_set(0), v_fma(power, p, power));
}

// tanh |x| = q / (q + 2) with q = e^(2|x|) - 1, which keeps its relative accuracy down to 0.
INLINE vreal v_tanh(vreal x)
{
    const vreal limit = v_set((real)(DP_BITS == 32 ? 20.0 : 40.0));
    const vreal size = v_abs(x);
    vreal power;
    const vreal p = exp_parts(v_min(limit, v_add(size, size)), &power);
    const vreal q = v_fma(power, p, v_sub(power, v_set(1)));
    return v_copysign(v_div(q, v_add(q, v_set(2))), x);
}

// log(1 + e) for 0 <= e <= 1, as 2 atanh(e / (2 + e)).
INLINE vreal log_one_plus(vreal e)
{
#if DP_BITS == 32
    static const real c[] = {0.6666666732F, 0.3999970633F, 0.2859235799F, 0.217065758F, 0.2322432922F};
#else
    static const real c[] = {0x1.5555555555555p-1, 0x1.9999999999944p-2, 0x1.2492492499d46p-2,
                             0x1.c71c71bedea97p-3, 0x1.745d19937b1fcp-3, 0x1.3b13515f6f9efp-3,
                             0x1.111abdc8abe16p-3, 0x1.e0a2d581ab68fp-4, 0x1.bc37f0140c19ep-4,
                             0x1.32e0d25c9c761p-4, 0x1.401d3e65cdc48p-3};
#endif
    const vreal s = v_div(e, v_add(e, v_set(2)));
    const vreal z = v_mul(s, s);
    return v_fma(v_mul(s, z), polynomial(z, c, (int)(sizeof c / sizeof *c)), v_add(s, s));
}

struct sigma {
    vreal s, ds, dds; // the activation and its first two derivatives
};

// x^(p-1) tanh x
INLINE struct sigma power_tanh(vreal h, const int power)
{
    const vreal t = v_tanh(h), one = v_set(1);
    const vreal dt = v_mul(v_sub(one, t), v_add(one, t)), ddt = v_mul(v_mul(v_set(-2), t), dt);
    if (power == 1)
        return (struct sigma){t, dt, ddt};
    // sigma = x^q t with q = p - 1: d = q x^(q-1) t + x^q t', dd = q (q-1) x^(q-2) t + 2 q x^(q-1) t' + x^q t''
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
        .ds = v_fma(slope, t, v_mul(high, dt)),
        .dds = v_fma(high, ddt, v_fma(v_add(slope, slope), dt, bend)),
    };
}

/* Sigmoid s = 1 / (1 + e^-h), by e^-|h| so that neither tail overflows or cancels, and its integral, softplus. */
INLINE struct sigma sigmoid_family(vreal h, const int softplus)
{
    const vreal zero = v_set(0), one = v_set(1);
    const vreal e = exp_minus_abs(h);
    const vreal inverse = v_div(one, v_add(one, e));
    const vreal small = v_mul(e, inverse);
    const vreal s = v_select_gt(zero, h, small, inverse), ds = v_mul(small, inverse);
    if (softplus)
        return (struct sigma){v_add(v_max(zero, h), log_one_plus(e)), s, ds};
    return (struct sigma){s, ds, v_mul(ds, v_sub(one, v_add(s, s)))};
}

INLINE struct sigma sigma_of(vreal h, const int activation, const int power)
{
    const vreal zero = v_set(0), one = v_set(1);
    switch (activation) {
    case DP_RELU:
        return (struct sigma){v_max(h, zero), v_select_gt(h, zero, one, zero), zero};
    case DP_LINEAR:
        return (struct sigma){h, one, zero};
    case DP_SIGMOID:
        return sigmoid_family(h, 0);
    case DP_SOFTPLUS:
        return sigmoid_family(h, 1);
    default:
        return power_tanh(h, power);
    }
}
