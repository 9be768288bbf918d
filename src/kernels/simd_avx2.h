// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <immintrin.h>

/* The block of 16 lanes as two (float) or four (double) AVX2 registers. See simd_scalar.h for the meanings. */

#if DP_BITS == 32
typedef __m256 reg;
enum { REGS = 2, REG_LANES = 8 };
#    define OP(name) _mm256_##name##_ps
#else
typedef __m256d reg;
enum { REGS = 4, REG_LANES = 4 };
#    define OP(name) _mm256_##name##_pd
#endif

typedef struct {
    reg r[REGS];
} vreal;

#define V_EACH(expression)                                                                                   \
    vreal result;                                                                                            \
    for (int q = 0; q < REGS; q++)                                                                           \
        result.r[q] = (expression);                                                                          \
    return result

static inline reg r_pow2(reg k)
{
#if DP_BITS == 32
    return _mm256_castsi256_ps(
        _mm256_slli_epi32(_mm256_castps_si256(_mm256_add_ps(k, _mm256_set1_ps(8388735.0F))), 23));
#else
    return _mm256_castsi256_pd(
        _mm256_slli_epi64(_mm256_castpd_si256(_mm256_add_pd(k, _mm256_set1_pd(4503599627371519.0))), 52));
#endif
}

static inline reg r_from_exponent(reg a)
{
#if DP_BITS == 32
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(a), 23));
#else
    return _mm256_castsi256_pd(_mm256_slli_epi64(_mm256_castpd_si256(a), 52));
#endif
}

static inline vreal v_set(real a)
{
    V_EACH(OP(set1)(a));
}
static inline vreal v_load(const real *a)
{
    V_EACH(OP(load)(a + q * REG_LANES));
}
static inline void v_store(real *a, vreal b)
{
    for (int q = 0; q < REGS; q++)
        OP(store)(a + q * REG_LANES, b.r[q]);
}
static inline vreal v_add(vreal a, vreal b)
{
    V_EACH(OP(add)(a.r[q], b.r[q]));
}
static inline vreal v_sub(vreal a, vreal b)
{
    V_EACH(OP(sub)(a.r[q], b.r[q]));
}
static inline vreal v_mul(vreal a, vreal b)
{
    V_EACH(OP(mul)(a.r[q], b.r[q]));
}
static inline vreal v_div(vreal a, vreal b)
{
    V_EACH(OP(div)(a.r[q], b.r[q]));
}
static inline vreal v_sqrt(vreal a)
{
    V_EACH(OP(sqrt)(a.r[q]));
}
static inline vreal v_fma(vreal a, vreal b, vreal c)
{
    V_EACH(OP(fmadd)(a.r[q], b.r[q], c.r[q]));
}
static inline vreal v_fnma(vreal a, vreal b, vreal c)
{
    V_EACH(OP(fnmadd)(a.r[q], b.r[q], c.r[q]));
}
static inline vreal v_min(vreal a, vreal b)
{
    V_EACH(OP(min)(a.r[q], b.r[q]));
}
static inline vreal v_max(vreal a, vreal b)
{
    V_EACH(OP(max)(a.r[q], b.r[q]));
}
static inline vreal v_abs(vreal a)
{
    V_EACH(OP(andnot)(OP(set1)((real)-0.0), a.r[q]));
}
static inline vreal v_pow2(vreal k)
{
    V_EACH(r_pow2(k.r[q]));
}
static inline vreal v_from_exponent(vreal a)
{
    V_EACH(r_from_exponent(a.r[q]));
}
static inline vreal v_copysign(vreal a, vreal b)
{
    const reg sign = OP(set1)((real)-0.0);
    V_EACH(OP(or)(OP(andnot)(sign, a.r[q]), OP(and)(sign, b.r[q])));
}
static inline vreal v_select_gt(vreal a, vreal b, vreal x, vreal y)
{
    V_EACH(OP(blendv)(y.r[q], x.r[q], OP(cmp)(a.r[q], b.r[q], _CMP_GT_OQ)));
}

static inline real v_sum(vreal a)
{
#if DP_BITS == 32
    const __m256 eight = _mm256_add_ps(a.r[0], a.r[1]);
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
#else
    const __m256d four = _mm256_add_pd(_mm256_add_pd(a.r[0], a.r[2]), _mm256_add_pd(a.r[1], a.r[3]));
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
#endif
}
#undef V_EACH
#undef OP

#if DP_BITS == 64
typedef struct {
    __m256i r[REGS];
} vword;

#    define W_EACH(expression)                                                                               \
        vword result;                                                                                        \
        for (int q = 0; q < REGS; q++)                                                                       \
            result.r[q] = (expression);                                                                      \
        return result

static inline vword w_set(uint64_t a)
{
    W_EACH(_mm256_set1_epi64x((long long)a));
}
static inline vword w_count(uint64_t first)
{
    const __m256i lanes = _mm256_set_epi64x(3, 2, 1, 0);
    W_EACH(_mm256_add_epi64(_mm256_set1_epi64x((long long)first + q * REG_LANES), lanes));
}
static inline vword w_add(vword a, vword b)
{
    W_EACH(_mm256_add_epi64(a.r[q], b.r[q]));
}
static inline vword w_and(vword a, vword b)
{
    W_EACH(_mm256_and_si256(a.r[q], b.r[q]));
}
static inline vword w_or(vword a, vword b)
{
    W_EACH(_mm256_or_si256(a.r[q], b.r[q]));
}
static inline vword w_xor(vword a, vword b)
{
    W_EACH(_mm256_xor_si256(a.r[q], b.r[q]));
}
static inline vword w_mul(vword a, vword b)
{
    W_EACH(_mm256_mul_epu32(a.r[q], b.r[q]));
}
static inline vword w_right(vword a, int bits)
{
    W_EACH(_mm256_srl_epi64(a.r[q], _mm_cvtsi32_si128(bits)));
}
static inline vword w_left(vword a, int bits)
{
    W_EACH(_mm256_sll_epi64(a.r[q], _mm_cvtsi32_si128(bits)));
}
static inline vword w_of(vreal a)
{
    W_EACH(_mm256_castpd_si256(a.r[q]));
}
static inline vreal v_of(vword a)
{
    vreal result;
    for (int q = 0; q < REGS; q++)
        result.r[q] = _mm256_castsi256_pd(a.r[q]);
    return result;
}
#    undef W_EACH
#endif
