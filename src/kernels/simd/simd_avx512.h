// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <immintrin.h>

/* A part of a block is one AVX-512 register: 16 floats or 8 doubles. See simd_scalar.h for the meanings. */

#define VECTORS 1
#if DP_BITS == 32
typedef __m512 reg;
enum { PART = 16, REGISTERS = 32 };
#    define OP(name) _mm512_##name##_ps
#else
typedef __m512d reg;
enum { PART = 8, REGISTERS = 32 };
#    define OP(name) _mm512_##name##_pd
#endif

typedef struct {
    reg r;
} vreal;

#include "kernels/simd/simd_register.h"

static inline reg r_select_gt(reg a, reg b, reg x, reg y)
{
#if DP_BITS == 32
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_GT_OQ), y, x);
#else
    return _mm512_mask_blend_pd(_mm512_cmp_pd_mask(a, b, _CMP_GT_OQ), y, x);
#endif
}

static inline reg r_from_exponent(reg a)
{
#if DP_BITS == 32
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(a), 23));
#else
    return _mm512_castsi512_pd(_mm512_slli_epi64(_mm512_castpd_si512(a), 52));
#endif
}

static inline vreal v_abs(vreal a)
{
    return (vreal){OP(abs)(a.r)};
}
static inline vreal v_from_exponent(vreal a)
{
    return (vreal){r_from_exponent(a.r)};
}
static inline vreal v_select_gt(vreal a, vreal b, vreal x, vreal y)
{
    return (vreal){r_select_gt(a.r, b.r, x.r, y.r)};
}

#if DP_BITS == 32
typedef __mmask16 vmask;
#else
typedef __mmask8 vmask;
#endif

// a > b, lane by lane
static inline vmask m_gt(vreal a, vreal b)
{
#if DP_BITS == 32
    return _mm512_cmp_ps_mask(a.r, b.r, _CMP_GT_OQ);
#else
    return _mm512_cmp_pd_mask(a.r, b.r, _CMP_GT_OQ);
#endif
}

// x > 0 for x that is not NaN. Floats go as whole numbers, for which processors have more ports.
static inline vmask m_positive(vreal x)
{
#if DP_BITS == 32
    return _mm512_cmpgt_epi32_mask(_mm512_castps_si512(x.r), _mm512_setzero_si512());
#else
    return _mm512_cmp_pd_mask(x.r, _mm512_setzero_pd(), _CMP_GT_OQ);
#endif
}

// max(x, 0)
static inline vreal v_positive(vreal x)
{
#if DP_BITS == 32
    return (vreal){_mm512_castsi512_ps(_mm512_max_epi32(_mm512_castps_si512(x.r), _mm512_setzero_si512()))};
#else
    return (vreal){_mm512_max_pd(x.r, _mm512_setzero_pd())};
#endif
}

// x where the mask is on, else 0
static inline vreal v_if(vmask on, vreal x)
{
    return (vreal){OP(maskz_mov)(on, x.r)};
}

static inline vreal v_add_if(vreal sum, vmask on, vreal x)
{
    return (vreal){OP(mask_add)(sum.r, on, sum.r, x.r)};
}

// sum + a b where the mask is on, rounded once
static inline vreal v_fma_if(vreal sum, vmask on, vreal a, vreal b)
{
    return (vreal){OP(mask3_fmadd)(a.r, b.r, sum.r, on)};
}

static inline vmask m_equal(vreal a, vreal b)
{
#if DP_BITS == 32
    return _mm512_cmp_ps_mask(a.r, b.r, _CMP_EQ_OQ);
#else
    return _mm512_cmp_pd_mask(a.r, b.r, _CMP_EQ_OQ);
#endif
}

// Whether two masks agree in every lane.
static inline int m_same(vmask a, vmask b)
{
    return a == b;
}

// Lanes as places in a table of 16; with few places, all below 8 (or 8, for 0).
typedef struct {
    __m512i r;
} vindex;

static inline vindex i_of(vreal a)
{
#if DP_BITS == 32
    return (vindex){_mm512_cvttps_epi32(a.r)};
#else
    return (vindex){_mm512_cvttpd_epi64(a.r)};
#endif
}
static inline vreal v_lookup(const real *table, vindex place, const int few)
{
#if DP_BITS == 32
    const __m512i low = few ? _mm512_and_si512(place.r, _mm512_set1_epi32(7)) : place.r;
    return (vreal){_mm512_permutexvar_ps(low, _mm512_load_ps(table))};
#else
    if (few)
        return (vreal){_mm512_permutexvar_pd(place.r, _mm512_load_pd(table))};
    return (vreal){_mm512_permutex2var_pd(_mm512_load_pd(table), place.r, _mm512_load_pd(table + 8))};
#endif
}

#define DP_PATTERNS 16

static inline vindex i_none(void)
{
    return (vindex){_mm512_setzero_si512()};
}

// Lanes of whole numbers as wide as a real.
static inline vindex i_load(const real *a)
{
    return (vindex){_mm512_load_si512(a)};
}

static inline void i_store(real *a, vindex b)
{
    _mm512_store_si512(a, b.r);
}

/* Sets bit i if `active` is above 0. Its bits as a whole number are then more than 2^i, because denormals are
 * flushed. A mask would occupy the port of a multiply-add. */
static inline vindex i_count(vindex a, vreal active, int i)
{
#if DP_BITS == 32
    const __m512i bits = _mm512_castps_si512(active.r), bit = _mm512_set1_epi32(1 << i);
    return (vindex){_mm512_or_si512(a.r, _mm512_min_epu32(bits, bit))};
#else
    const __m512i bits = _mm512_castpd_si512(active.r), bit = _mm512_set1_epi64(1 << i);
    return (vindex){_mm512_or_si512(a.r, _mm512_min_epu64(bits, bit))};
#endif
}

static inline vindex i_from_first(vindex a, vreal first)
{
    (void)first;
    return a;
}

// The sum of a block's lanes, given as its parts, by halves: l + (l+8), then + 4, + 2, + 1.
static inline real v_sum(const vreal *parts)
{
#if DP_BITS == 32
    const __m512 all = parts[0].r;
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(all),
                                       _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(all), 1)));
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
#else
    const __m512d eight = _mm512_add_pd(parts[0].r, parts[1].r);
    const __m256d four = _mm256_add_pd(_mm512_castpd512_pd256(eight), _mm512_extractf64x4_pd(eight, 1));
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
#endif
}
#undef OP

#if DP_BITS == 64
typedef struct {
    __m512i r;
} vword;

static inline vword w_set(uint64_t a)
{
    return (vword){_mm512_set1_epi64((long long)a)};
}
static inline vword w_count(uint64_t first)
{
    const __m512i lanes = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
    return (vword){_mm512_add_epi64(_mm512_set1_epi64((long long)first), lanes)};
}
#    define WORD(name) _mm512_##name
#    define BITS(name) _mm512_##name##_si512
#    define OF_REAL _mm512_castpd_si512
#    define TO_REAL _mm512_castsi512_pd
#    include "kernels/simd/simd_words.h"
#endif

typedef __m512d wreg;
#define WIDE(name) _mm512_##name##_pd

// Half of a register as doubles: the lower or the higher lanes; one of doubles is its own.
static inline wreg r_widened(reg a, int half)
{
#if DP_BITS == 32
    return _mm512_cvtps_pd(half ? _mm512_extractf32x8_ps(a, 1) : _mm512_castps512_ps256(a));
#else
    (void)half;
    return a;
#endif
}

#include "kernels/simd/simd_wide.h"
