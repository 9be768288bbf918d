// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <immintrin.h>

/* A part of a block is one AVX2 register: 8 floats or 4 doubles. See simd_scalar.h for the meanings. */

#define VECTORS 1
#if DP_BITS == 32
typedef __m256 reg;
enum { PART = 8, REGISTERS = 16 };
#    define OP(name) _mm256_##name##_ps
#else
typedef __m256d reg;
enum { PART = 4, REGISTERS = 16 };
#    define OP(name) _mm256_##name##_pd
#endif

typedef struct {
    reg r;
} vreal;

#include "kernels/simd/simd_register.h"

static inline reg r_from_exponent(reg a)
{
#if DP_BITS == 32
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(a), 23));
#else
    return _mm256_castsi256_pd(_mm256_slli_epi64(_mm256_castpd_si256(a), 52));
#endif
}

static inline vreal v_abs(vreal a)
{
    return (vreal){OP(andnot)(OP(set1)((real)-0.0), a.r)};
}
static inline vreal v_from_exponent(vreal a)
{
    return (vreal){r_from_exponent(a.r)};
}
static inline vreal v_select_gt(vreal a, vreal b, vreal x, vreal y)
{
    return (vreal){OP(blendv)(y.r, x.r, OP(cmp)(a.r, b.r, _CMP_GT_OQ))};
}

typedef reg vmask;

// a > b, lane by lane
static inline vmask m_gt(vreal a, vreal b)
{
    return OP(cmp)(a.r, b.r, _CMP_GT_OQ);
}

// x > 0 for x that is not NaN. Floats go as whole numbers, for which processors have more ports.
static inline vmask m_positive(vreal x)
{
#if DP_BITS == 32
    return _mm256_castsi256_ps(_mm256_cmpgt_epi32(_mm256_castps_si256(x.r), _mm256_setzero_si256()));
#else
    return _mm256_cmp_pd(x.r, _mm256_setzero_pd(), _CMP_GT_OQ);
#endif
}

// max(x, 0)
static inline vreal v_positive(vreal x)
{
#if DP_BITS == 32
    return (vreal){_mm256_castsi256_ps(_mm256_max_epi32(_mm256_castps_si256(x.r), _mm256_setzero_si256()))};
#else
    return (vreal){_mm256_max_pd(x.r, _mm256_setzero_pd())};
#endif
}

// x where the mask is on, else 0
static inline vreal v_if(vmask on, vreal x)
{
    return (vreal){OP(and)(x.r, on)};
}

static inline vreal v_add_if(vreal sum, vmask on, vreal x)
{
    return (vreal){OP(add)(sum.r, OP(and)(x.r, on))};
}

// sum + a b where the mask is on, rounded once; sum is not -0
static inline vreal v_fma_if(vreal sum, vmask on, vreal a, vreal b)
{
    return (vreal){OP(fmadd)(OP(and)(a.r, on), OP(and)(b.r, on), sum.r)};
}

static inline vmask m_equal(vreal a, vreal b)
{
    return OP(cmp)(a.r, b.r, _CMP_EQ_OQ);
}

// Whether two masks agree in every lane.
static inline int m_same(vmask a, vmask b)
{
    return OP(movemask)(OP(xor)(a, b)) == 0;
}

// Lanes as places in a table of 16; with few places, all below 8 (or 8, for 0).
#if DP_BITS == 32
typedef struct {
    __m256i r;
} vindex;

static inline vindex i_of(vreal a)
{
    return (vindex){_mm256_cvttps_epi32(a.r)};
}
static inline vreal v_lookup(const real *table, vindex place, const int few)
{
    const __m256 low = _mm256_permutevar8x32_ps(_mm256_load_ps(table), place.r);
    const __m256 high = few ? low : _mm256_permutevar8x32_ps(_mm256_load_ps(table + 8), place.r);
    const __m256 upper = _mm256_castsi256_ps(_mm256_slli_epi32(place.r, 28));
    return (vreal){few ? low : _mm256_blendv_ps(low, high, upper)};
}

#    define DP_PATTERNS 8

static inline vindex i_none(void)
{
    return (vindex){_mm256_setzero_si256()};
}

// Lanes of whole numbers as wide as a real.
static inline vindex i_load(const real *a)
{
    return (vindex){_mm256_load_si256((const __m256i *)(const void *)a)};
}

static inline void i_store(real *a, vindex b)
{
    _mm256_store_si256((__m256i *)(void *)a, b.r);
}

// One down where `active` is above 0; i: which sample it is.
static inline vindex i_count(vindex a, vreal active, int i)
{
    (void)i;
    return (vindex){_mm256_add_epi32(a.r, _mm256_castps_si256(m_positive(active)))};
}

// The count up where the first sample is active.
static inline vindex i_from_first(vindex a, vreal first)
{
    const __m256i flip = _mm256_castps_si256(m_positive(first));
    return (vindex){_mm256_sub_epi32(_mm256_xor_si256(a.r, flip), flip)};
}
#else
#    define DP_PATTERNS 0 // a look-up of doubles costs what it would save

// A double is looked up as two halves; `upper` has the top bit of each lane on where the place is in the
// upper 4.
typedef struct {
    __m128i place;
    __m256i halves;
    __m256d upper;
} vindex;

static inline vindex i_of(vreal a)
{
    const __m128i place = _mm256_cvttpd_epi32(a.r);
    const __m256i wide = _mm256_cvtepi32_epi64(place), twice = _mm256_add_epi64(wide, wide);
    const __m256i halves =
        _mm256_or_si256(twice, _mm256_slli_epi64(_mm256_add_epi64(twice, _mm256_set1_epi64x(1)), 32));
    return (vindex){place, halves, _mm256_castsi256_pd(_mm256_slli_epi64(wide, 61))};
}
static inline vreal v_lookup(const real *table, vindex place, const int few)
{
    if (!few)
        return (vreal){_mm256_i32gather_pd(table, place.place, 8)};
    const __m256 low = _mm256_permutevar8x32_ps(_mm256_castpd_ps(_mm256_load_pd(table)), place.halves);
    const __m256 high = _mm256_permutevar8x32_ps(_mm256_castpd_ps(_mm256_load_pd(table + 4)), place.halves);
    return (vreal){_mm256_blendv_pd(_mm256_castps_pd(low), _mm256_castps_pd(high), place.upper)};
}
#endif

// The sum of a block's lanes, given as its parts, by halves: l + (l+8), then + 4, + 2, + 1.
static inline real v_sum(const vreal *parts)
{
#if DP_BITS == 32
    const __m256 eight = _mm256_add_ps(parts[0].r, parts[1].r);
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
#else
    const __m256d four =
        _mm256_add_pd(_mm256_add_pd(parts[0].r, parts[2].r), _mm256_add_pd(parts[1].r, parts[3].r));
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
#endif
}
#undef OP

#if DP_BITS == 64
typedef struct {
    __m256i r;
} vword;

static inline vword w_set(uint64_t a)
{
    return (vword){_mm256_set1_epi64x((long long)a)};
}
static inline vword w_count(uint64_t first)
{
    const __m256i lanes = _mm256_set_epi64x(3, 2, 1, 0);
    return (vword){_mm256_add_epi64(_mm256_set1_epi64x((long long)first), lanes)};
}
#    define WORD(name) _mm256_##name
#    define BITS(name) _mm256_##name##_si256
#    define OF_REAL _mm256_castpd_si256
#    define TO_REAL _mm256_castsi256_pd
#    include "kernels/simd/simd_words.h"
#endif

typedef __m256d wreg;
#define WIDE(name) _mm256_##name##_pd

// Half of a register as doubles: the lower or the higher lanes; one of doubles is its own.
static inline wreg r_widened(reg a, int half)
{
#if DP_BITS == 32
    return _mm256_cvtps_pd(half ? _mm256_extractf128_ps(a, 1) : _mm256_castps256_ps128(a));
#else
    (void)half;
    return a;
#endif
}

#include "kernels/simd/simd_wide.h"
