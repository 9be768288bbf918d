// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <math.h>
#include <string.h>

/* Lanes in plain C: the reference that the vector headers must match bit for bit.
 *
 * Every simd_*.h defines the same functions on `vreal`, which is PART of the 16 lanes of a block: one
 * register, or here all lanes. min, max and v_select_gt follow the x86 rule for NaN and signed zeros: if the
 * comparison is false, the result is the second value. */

#define VECTORS 0
enum { PART = 16, REGISTERS = 8 };

typedef struct {
    real lane[16];
} vreal;

#define V_EACH(expression)                                                                                   \
    vreal result;                                                                                            \
    for (int l = 0; l < 16; l++)                                                                             \
        result.lane[l] = (expression);                                                                       \
    return result

static inline real r_fma(real a, real b, real c)
{
#if DP_BITS == 32
    return fmaf(a, b, c);
#else
    return fma(a, b, c);
#endif
}

static inline real r_sqrt(real a)
{
#if DP_BITS == 32
    return sqrtf(a);
#else
    return sqrt(a);
#endif
}

static inline real r_abs(real a)
{
#if DP_BITS == 32
    return fabsf(a);
#else
    return fabs(a);
#endif
}

static inline real r_from_exponent(real a)
{
#if DP_BITS == 32
    uint32_t bits;
    memcpy(&bits, &a, sizeof bits);
    bits <<= 23;
#else
    uint64_t bits;
    memcpy(&bits, &a, sizeof bits);
    bits <<= 52;
#endif
    real power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

static inline vreal v_set(real a)
{
    V_EACH(a);
}
static inline vreal v_load(const real *a)
{
    V_EACH(a[l]);
}
static inline void v_store(real *a, vreal b)
{
    memcpy(a, b.lane, sizeof b.lane);
}
static inline vreal v_add(vreal a, vreal b)
{
    V_EACH(a.lane[l] + b.lane[l]);
}
static inline vreal v_sub(vreal a, vreal b)
{
    V_EACH(a.lane[l] - b.lane[l]);
}
static inline vreal v_mul(vreal a, vreal b)
{
    V_EACH(a.lane[l] * b.lane[l]);
}
static inline vreal v_div(vreal a, vreal b)
{
    V_EACH(a.lane[l] / b.lane[l]);
}
static inline vreal v_sqrt(vreal a)
{
    V_EACH(r_sqrt(a.lane[l]));
}
static inline vreal v_fma(vreal a, vreal b, vreal c)
{
    V_EACH(r_fma(a.lane[l], b.lane[l], c.lane[l]));
}
// -a, but a NaN keeps its sign: the vectors' fused instruction negates a product, never an operand.
static inline real r_minus(real a)
{
    return a == a ? -a : a;
}
static inline vreal v_fnma(vreal a, vreal b, vreal c)
{
    V_EACH(r_fma(a.lane[l], r_minus(b.lane[l]), c.lane[l]));
}
static inline vreal v_min(vreal a, vreal b)
{
    V_EACH(a.lane[l] < b.lane[l] ? a.lane[l] : b.lane[l]);
}
static inline vreal v_max(vreal a, vreal b)
{
    V_EACH(a.lane[l] > b.lane[l] ? a.lane[l] : b.lane[l]);
}
static inline vreal v_abs(vreal a)
{
    V_EACH(r_abs(a.lane[l]));
}

// The power of two whose biased exponent stands in the lowest bits of a.
static inline vreal v_from_exponent(vreal a)
{
    V_EACH(r_from_exponent(a.lane[l]));
}

// a > b ? x : y
static inline vreal v_select_gt(vreal a, vreal b, vreal x, vreal y)
{
    V_EACH(a.lane[l] > b.lane[l] ? x.lane[l] : y.lane[l]);
}

typedef struct {
    unsigned char on[16];
} vmask;

// a > b, lane by lane
static inline vmask m_gt(vreal a, vreal b)
{
    vmask result;
    for (int l = 0; l < 16; l++)
        result.on[l] = a.lane[l] > b.lane[l];
    return result;
}

/* x > 0 and max(x, 0) for x that is not NaN. A NaN counts as above or below 0 by its sign in float, and as
 * not above 0 in double. */
static inline int r_positive(real x)
{
#if DP_BITS == 32
    int32_t whole;
    memcpy(&whole, &x, sizeof whole);
    return whole > 0;
#else
    return x > 0;
#endif
}

static inline vmask m_positive(vreal x)
{
    vmask result;
    for (int l = 0; l < 16; l++)
        result.on[l] = (unsigned char)r_positive(x.lane[l]);
    return result;
}

static inline vreal v_positive(vreal x)
{
    V_EACH(r_positive(x.lane[l]) ? x.lane[l] : 0);
}

// x where the mask is on, else 0
static inline vreal v_if(vmask mask, vreal x)
{
    V_EACH(mask.on[l] ? x.lane[l] : 0);
}

static inline vreal v_add_if(vreal sum, vmask mask, vreal x)
{
    V_EACH(mask.on[l] ? sum.lane[l] + x.lane[l] : sum.lane[l]);
}

// sum + a b where the mask is on, rounded once
static inline vreal v_fma_if(vreal sum, vmask mask, vreal a, vreal b)
{
    V_EACH(mask.on[l] ? r_fma(a.lane[l], b.lane[l], sum.lane[l]) : sum.lane[l]);
}

static inline vmask m_equal(vreal a, vreal b)
{
    vmask result;
    for (int l = 0; l < 16; l++)
        result.on[l] = a.lane[l] == b.lane[l];
    return result;
}

// Whether two masks agree in every lane.
static inline int m_same(vmask a, vmask b)
{
    return memcmp(a.on, b.on, sizeof a.on) == 0;
}

/* The number of places of a table that one look-up reaches, for patterns.h; 0 where a look-up does not pay.
 * Otherwise i_none begins a place, i_count adds a sample and i_from_first ends it. */
#define DP_PATTERNS 0

// Lanes as places in a table of 16; with few places, all below 8 (or 8, for 0).
typedef struct {
    int lane[16];
} vindex;

static inline vindex i_of(vreal a)
{
    vindex result;
    for (int l = 0; l < 16; l++)
        result.lane[l] = (int)a.lane[l];
    return result;
}
static inline vreal v_lookup(const real *table, vindex place, const int few)
{
    V_EACH(table[few ? place.lane[l] % 8 : place.lane[l]]);
}

// The sum of the lanes by halves: l + (l+8), then + 4, + 2, + 1.
static inline real v_sum(const vreal *parts)
{
    vreal a = parts[0];
    for (int half = 8; half > 0; half /= 2)
        for (int l = 0; l < half; l++)
            a.lane[l] += a.lane[l + half];
    return a.lane[0];
}
#undef V_EACH

#if DP_BITS == 64
// A block of 16 words of 64 bits, for the generator of random numbers.
typedef struct {
    uint64_t lane[16];
} vword;

#    define W_EACH(expression)                                                                               \
        vword result;                                                                                        \
        for (int l = 0; l < 16; l++)                                                                         \
            result.lane[l] = (expression);                                                                   \
        return result

static inline vword w_set(uint64_t a)
{
    W_EACH(a);
}
// first, first + 1, ..., first + 15
static inline vword w_count(uint64_t first)
{
    W_EACH(first + (uint64_t)l);
}
static inline vword w_add(vword a, vword b)
{
    W_EACH(a.lane[l] + b.lane[l]);
}
static inline vword w_and(vword a, vword b)
{
    W_EACH(a.lane[l] & b.lane[l]);
}
static inline vword w_or(vword a, vword b)
{
    W_EACH(a.lane[l] | b.lane[l]);
}
static inline vword w_xor(vword a, vword b)
{
    W_EACH(a.lane[l] ^ b.lane[l]);
}
// the product of the lower halves
static inline vword w_mul(vword a, vword b)
{
    W_EACH((a.lane[l] & 0xFFFFFFFFU) * (b.lane[l] & 0xFFFFFFFFU));
}
static inline vword w_right(vword a, int bits)
{
    W_EACH(a.lane[l] >> bits);
}
static inline vword w_left(vword a, int bits)
{
    W_EACH(a.lane[l] << bits);
}
static inline vword w_of(vreal a)
{
    vword result;
    memcpy(&result, &a, sizeof result);
    return result;
}
static inline vreal v_of(vword a)
{
    vreal result;
    memcpy(&result, &a, sizeof result);
    return result;
}
#    undef W_EACH
#endif

/* Lanes of a part as doubles, for sums of squares: the square of a float can underflow. */
typedef struct {
    double lane[PART];
} vwide;

static inline vwide d_zero(void)
{
    return (vwide){{0}};
}

static inline vwide d_add_square(vwide sums, vreal a)
{
    for (int l = 0; l < PART; l++)
        sums.lane[l] = fma((double)a.lane[l], (double)a.lane[l], sums.lane[l]);
    return sums;
}

static inline void d_store(double *to, vwide sums)
{
    memcpy(to, sums.lane, sizeof sums.lane);
}
