// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <arm_neon.h>

/* A part of a block is one NEON register of AArch64: 4 floats or 2 doubles. See simd_scalar.h for the
 * meanings. */

#define VECTORS 1
#if DP_BITS == 32
typedef float32x4_t reg;
typedef uint32x4_t vmask;
enum { PART = 4, REGISTERS = 32 };
#    define NEON(name) v##name##q_f32
#    define BITS(name) v##name##q_u32
#    define TO_BITS vreinterpretq_u32_f32
#    define OF_BITS vreinterpretq_f32_u32
#else
typedef float64x2_t reg;
typedef uint64x2_t vmask;
enum { PART = 2, REGISTERS = 32 };
#    define NEON(name) v##name##q_f64
#    define BITS(name) v##name##q_u64
#    define TO_BITS vreinterpretq_u64_f64
#    define OF_BITS vreinterpretq_f64_u64
#endif

typedef struct {
    reg r;
} vreal;

// The operations by the names that simd_register.h calls them.
static inline reg neon_set1(real a)
{
#if DP_BITS == 32
    return vdupq_n_f32(a);
#else
    return vdupq_n_f64(a);
#endif
}
static inline reg neon_load(const real *a)
{
    return NEON(ld1)(a);
}
static inline void neon_store(real *a, reg b)
{
    NEON(st1)(a, b);
}
static inline reg neon_add(reg a, reg b)
{
    return NEON(add)(a, b);
}
static inline reg neon_sub(reg a, reg b)
{
    return NEON(sub)(a, b);
}
static inline reg neon_mul(reg a, reg b)
{
    return NEON(mul)(a, b);
}
static inline reg neon_div(reg a, reg b)
{
    return NEON(div)(a, b);
}
static inline reg neon_sqrt(reg a)
{
    return NEON(sqrt)(a);
}
static inline reg neon_fmadd(reg a, reg b, reg c)
{
    return NEON(fma)(c, a, b);
}
static inline reg neon_fnmadd(reg a, reg b, reg c)
{
    return NEON(fms)(c, a, b);
}
// The comparison decides, and a false one takes the second value: vminq and vmaxq treat NaN otherwise.
static inline reg neon_min(reg a, reg b)
{
    return NEON(bsl)(NEON(clt)(a, b), a, b);
}
static inline reg neon_max(reg a, reg b)
{
    return NEON(bsl)(NEON(cgt)(a, b), a, b);
}

#define OP(name) neon_##name
#include "kernels/simd/simd_register.h"
#undef OP

static inline reg r_masked(reg a, vmask on)
{
    return OF_BITS(BITS(and)(TO_BITS(a), on));
}

static inline vreal v_abs(vreal a)
{
    return (vreal){NEON(abs)(a.r)};
}
static inline vreal v_from_exponent(vreal a)
{
#if DP_BITS == 32
    return (vreal){OF_BITS(vshlq_n_u32(TO_BITS(a.r), 23))};
#else
    return (vreal){OF_BITS(vshlq_n_u64(TO_BITS(a.r), 52))};
#endif
}

// a > b, lane by lane
static inline vmask m_gt(vreal a, vreal b)
{
    return NEON(cgt)(a.r, b.r);
}

static inline vreal v_select_gt(vreal a, vreal b, vreal x, vreal y)
{
    return (vreal){NEON(bsl)(m_gt(a, b), x.r, y.r)};
}

// x > 0 for x that is not NaN; a NaN of float by its sign, as a whole number.
static inline vmask m_positive(vreal x)
{
#if DP_BITS == 32
    return vcgtq_s32(vreinterpretq_s32_f32(x.r), vdupq_n_s32(0));
#else
    return vcgtq_f64(x.r, vdupq_n_f64(0));
#endif
}

// x where the mask is on, else 0
static inline vreal v_if(vmask on, vreal x)
{
    return (vreal){r_masked(x.r, on)};
}

// max(x, 0)
static inline vreal v_positive(vreal x)
{
    return v_if(m_positive(x), x);
}

static inline vreal v_add_if(vreal sum, vmask on, vreal x)
{
    return v_add(sum, v_if(on, x));
}

// sum + a b where the mask is on, rounded once; sum is not -0
static inline vreal v_fma_if(vreal sum, vmask on, vreal a, vreal b)
{
    return v_fma(v_if(on, a), v_if(on, b), sum);
}

static inline vmask m_equal(vreal a, vreal b)
{
    return NEON(ceq)(a.r, b.r);
}

// Whether two masks agree in every lane.
static inline int m_same(vmask a, vmask b)
{
    const vmask differ = BITS(eor)(a, b);
#if DP_BITS == 32
    return vmaxvq_u32(differ) == 0;
#else
    return vmaxvq_u32(vreinterpretq_u32_u64(differ)) == 0;
#endif
}

#define DP_PATTERNS 0 // a look-up of one step reaches no place: registers are too short

// Lanes as places in a table of 16; with few places, all below 8 (or 8, for 0).
typedef struct {
    int lane[PART];
} vindex;

static inline vindex i_of(vreal a)
{
    vindex result;
    for (int l = 0; l < PART; l++)
        result.lane[l] = (int)a.r[l];
    return result;
}
static inline vreal v_lookup(const real *table, vindex place, const int few)
{
    vreal result = v_set(0);
    for (int l = 0; l < PART; l++)
        result.r[l] = table[few ? place.lane[l] % 8 : place.lane[l]];
    return result;
}

// The sum of a block's lanes, given as its parts, by halves: l + (l+8), then + 4, + 2, + 1.
static inline real v_sum(const vreal *parts)
{
    enum { HALF = 16 / PART / 2 };
    reg eight[HALF];
    for (int p = 0; p < HALF; p++)
        eight[p] = NEON(add)(parts[p].r, parts[p + HALF].r);
    for (int half = HALF / 2; half > 0; half /= 2)
        for (int p = 0; p < half; p++)
            eight[p] = NEON(add)(eight[p], eight[p + half]);
#if DP_BITS == 32
    return (eight[0][0] + eight[0][2]) + (eight[0][1] + eight[0][3]);
#else
    return eight[0][0] + eight[0][1];
#endif
}

#if DP_BITS == 64
typedef struct {
    uint64x2_t r;
} vword;

static inline vword w_set(uint64_t a)
{
    return (vword){vdupq_n_u64(a)};
}
static inline vword w_count(uint64_t first)
{
    return (vword){{first, first + 1}};
}
static inline vword w_add(vword a, vword b)
{
    return (vword){vaddq_u64(a.r, b.r)};
}
static inline vword w_and(vword a, vword b)
{
    return (vword){vandq_u64(a.r, b.r)};
}
static inline vword w_or(vword a, vword b)
{
    return (vword){vorrq_u64(a.r, b.r)};
}
static inline vword w_xor(vword a, vword b)
{
    return (vword){veorq_u64(a.r, b.r)};
}
// the product of the lower halves
static inline vword w_mul(vword a, vword b)
{
    return (vword){vmull_u32(vmovn_u64(a.r), vmovn_u64(b.r))};
}
static inline vword w_right(vword a, int bits)
{
    return (vword){vshlq_u64(a.r, vdupq_n_s64(-bits))};
}
static inline vword w_left(vword a, int bits)
{
    return (vword){vshlq_u64(a.r, vdupq_n_s64(bits))};
}
static inline vword w_of(vreal a)
{
    return (vword){TO_BITS(a.r)};
}
static inline vreal v_of(vword a)
{
    return (vreal){OF_BITS(a.r)};
}
#endif

typedef float64x2_t wreg;

// Half of a register as doubles: the lower or the higher lanes; one of doubles is its own.
static inline wreg r_widened(reg a, int half)
{
#if DP_BITS == 32
    return half ? vcvt_high_f64_f32(a) : vcvt_f64_f32(vget_low_f32(a));
#else
    (void)half;
    return a;
#endif
}

static inline wreg wide_setzero(void)
{
    return vdupq_n_f64(0);
}
static inline wreg wide_fmadd(wreg a, wreg b, wreg c)
{
    return vfmaq_f64(c, a, b);
}
static inline void wide_storeu(double *to, wreg a)
{
    vst1q_f64(to, a);
}
#define WIDE(name) wide_##name
#include "kernels/simd/simd_wide.h"
#undef NEON
#undef BITS
#undef TO_BITS
#undef OF_BITS
