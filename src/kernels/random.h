// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* Standard normals for 16 neighbouring indices at once, in double: Philox4x32-10 on the counters of
 * core/math/rng.c, the same uniform numbers bit for bit, then Box and Muller on a logarithm, sine and cosine
 * from IEEE operations alone. */

struct philox {
    vword word[4]; // in the lower halves; the upper halves are undefined
};

INLINE struct philox philox_block(uint64_t seed, struct philox c)
{
    const vword m0 = w_set(0xD2511F53U), m1 = w_set(0xCD9E8D57U);
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
        const vword p0 = w_mul(c.word[0], m0), p1 = w_mul(c.word[2], m1);
        const vword x = w_xor(c.word[1], w_set(k0)), y = w_xor(c.word[3], w_set(k1));
        c = (struct philox){{w_xor(w_right(p1, 32), x), p1, w_xor(w_right(p0, 32), y), p0}};
        k0 += 0x9E3779B9U;
        k1 += 0xBB67AE85U;
    }
    return c;
}

/* (bits + 1/2) 2^-53 for the 53 bits of which `high` has the upper 32. Both parts are placed in a mantissa by
 * their bits, so that only the sum is rounded. */
INLINE vreal uniform_of(vword high, vword low)
{
    const vword upper = w_and(high, w_set(0xFFFFFFFFU)), lower = w_right(w_and(low, w_set(0xFFFFF800U)), 11);
    const vreal top = v_sub(v_of(w_or(upper, w_of(v_set(0x1p20)))), v_set(0x1p20));
    const vreal rest = v_sub(v_of(w_or(lower, w_of(v_set(0.5)))), v_set(0.5 - 0x1p-54));
    return v_add(top, rest);
}

// Natural logarithm of a normal number u, 0 < u <= 1.
INLINE vreal v_log(vreal u)
{
    // (2 atanh s - 2 s) / s^3 as a polynomial in s^2, |s| <= .1716: log m within 2^-59 of 2 s
    static const real c[] = {0x1.5555555555592p-1, 0x1.999999997ff18p-2, 0x1.24924941e162fp-2,
                             0x1.c71c5214490cdp-3, 0x1.74663cee62308p-3, 0x1.39a1e8c1dffb7p-3,
                             0x1.2f03b9cc6202bp-3};
    const uint64_t root = 0x3FE6A09E667F3BCDU, one = 0x3FF0000000000000U; // the bits of sqrt(1/2) and 1
    // u = 2^k m with sqrt(1/2) <= m < sqrt(2)
    const vword moved = w_add(w_of(u), w_set(one - root));
    const vreal m = v_of(w_add(w_and(moved, w_set(0xFFFFFFFFFFFFFU)), w_set(root)));
    const vreal k = v_sub(v_of(w_or(w_right(moved, 52), w_of(v_set(0x1p52)))), v_set(0x1p52 + 1023));
    // log(1 + f) = f - (f^2/2 - s (f^2/2 + s^2 L)) with s = f / (2 + f)
    const vreal f = v_sub(m, v_set(1)), s = v_div(f, v_add(v_set(2), f)), z = v_mul(s, s);
    const vreal half = v_mul(v_mul(v_set(0.5), f), f);
    const vreal bend = v_fma(z, polynomial(z, c, (int)(sizeof c / sizeof *c)), half);
    const vreal low = v_fma(k, v_set(0x1.abc9e3b39803fp-56), v_mul(s, bend));
    return v_fma(k, v_set(0x1.62e42fefa39efp-1), v_sub(f, v_sub(half, low)));
}

// sin and cos of 2 pi t, 0 <= t <= 1.
INLINE void v_sincos_turns(vreal t, vreal *sine, vreal *cosine)
{
    // sin(2 pi r) / r and (cos(2 pi r) - 1) / r^2 as polynomials in r^2, |r| <= 1/8: within 2^-54.5 and 2^-61
    static const real s[] = {0x1.921fb54442d18p+2,  -0x1.4abbce625bdaep+5, 0x1.466bc6774afcep+6,
                             -0x1.32d2ccd46a432p+6, 0x1.507821d4e32e0p+5,  -0x1.e2f3f0f61448bp+3,
                             0x1.dfc5ba585764ep+1};
    static const real c[] = {-0x1.3bd3cc9be45dep+4, 0x1.03c1f081b5a52p+6,  -0x1.55d3c7e3bfe56p+6,
                             0x1.e1f50675b20d1p+5,  -0x1.a6d1e238ef001p+4, 0x1.f9c4adc0bfcd7p+2,
                             -0x1.b0345e9f181edp+0};
    const vreal shift = v_set(0x1.8p52), shifted = v_fma(v_set(4), t, shift);
    const vreal r = v_fnma(v_set(0.25), v_sub(shifted, shift), t), z = v_mul(r, r);
    const vreal small = v_mul(r, polynomial(z, s, (int)(sizeof s / sizeof *s)));
    const vreal large = v_fma(z, polynomial(z, c, (int)(sizeof c / sizeof *c)), v_set(1));
    // the quadrant stands in the lowest two bits: its last swaps the two, the signs follow the circle
    const vword quarter = w_of(shifted), sign = w_of(v_set(-0.0));
    const vreal odd = v_of(w_or(w_left(quarter, 63), w_of(v_set(1)))), zero = v_set(0);
    const vword down = w_and(w_left(quarter, 62), sign);
    const vword left = w_and(w_left(w_add(quarter, w_set(1)), 62), sign);
    *sine = v_of(w_xor(w_of(v_select_gt(zero, odd, large, small)), down));
    *cosine = v_of(w_xor(w_of(v_select_gt(zero, odd, small, large)), left));
}

/* The components 2 pair and 2 pair + 1 of the indices first .. first + 15, to z0 and z1 [16], aligned as
 * blocks. */
INLINE void normal_pairs(uint64_t seed, uint32_t stream, uint64_t first, uint32_t pair, double *z0,
                         double *z1)
{
    for (int l = 0; l < DP_LANES; l += PART) {
        const vword index = w_count(first + (uint64_t)l);
        const struct philox random =
            philox_block(seed, (struct philox){{index, w_right(index, 32), w_set(pair), w_set(stream)}});
        const vreal u = uniform_of(random.word[0], random.word[1]),
                    t = uniform_of(random.word[2], random.word[3]);
        const vreal radius = v_sqrt(v_mul(v_set(-2), v_log(u)));
        vreal sine, cosine;
        v_sincos_turns(t, &sine, &cosine);
        v_store(z0 + l, v_mul(radius, cosine));
        v_store(z1 + l, v_mul(radius, sine));
    }
}
