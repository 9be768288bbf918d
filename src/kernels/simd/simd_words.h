// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The common part of the vector headers on words of 64 bits. They include it after vword and the macros that
 * spell the names of intrinsics. */

static inline vword w_add(vword a, vword b)
{
    return (vword){WORD(add_epi64)(a.r, b.r)};
}

static inline vword w_and(vword a, vword b)
{
    return (vword){BITS(and)(a.r, b.r)};
}

static inline vword w_or(vword a, vword b)
{
    return (vword){BITS(or)(a.r, b.r)};
}

static inline vword w_xor(vword a, vword b)
{
    return (vword){BITS(xor)(a.r, b.r)};
}

static inline vword w_mul(vword a, vword b)
{
    return (vword){WORD(mul_epu32)(a.r, b.r)};
}

static inline vword w_right(vword a, int bits)
{
    return (vword){WORD(srl_epi64)(a.r, _mm_cvtsi32_si128(bits))};
}

static inline vword w_left(vword a, int bits)
{
    return (vword){WORD(sll_epi64)(a.r, _mm_cvtsi32_si128(bits))};
}

static inline vword w_of(vreal a)
{
    return (vword){OF_REAL(a.r)};
}

static inline vreal v_of(vword a)
{
    return (vreal){TO_REAL(a.r)};
}
