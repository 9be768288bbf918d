// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/functions/reference.h"
#include "dewpoint/kernels/isa.h"
#include "kernels/simd/sets.h"
#include <float.h>
#include <math.h>
#include <mpfr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXTERN(isa) extern const struct probe probe_##isa##_32, probe_##isa##_64;
DP_INSTRUCTION_SETS(EXTERN)

#define PROBES(isa) &probe_##isa##_32, &probe_##isa##_64,
static const struct probe *const probes[] = {DP_INSTRUCTION_SETS(PROBES)};

const struct probe *probe_of(const char *isa, int bits)
{
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++)
        if (strcmp(probes[i]->isa, isa) == 0 && probes[i]->bits == bits && dp_isa_select(isa))
            return probes[i];
    return NULL;
}

static const long double two_pi = 6.283185307179586476925286766559L,
                         two_ln2 = 1.386294361119890618834464242916L;

// sin and cos of 2 pi x, x >= 0: the whole eighths go exactly, before 2 pi rounds.
static long double circle(long double x, bool cosine)
{
    const long double quarters = rintl(4 * x), r = two_pi * (x - quarters / 4);
    const int quadrant = (int)quarters + cosine;
    const long double value = quadrant % 2 ? cosl(r) : sinl(r);
    return quadrant % 4 >= 2 ? -value : value;
}

static long double estimate(enum reference function, long double x)
{
    switch (function) {
    case EXACT_TANH:
        return tanhl(x);
    case EXACT_SIGMOID:
        return 1 / (1 + expl(-x));
    case EXACT_SOFTPLUS:
        return x > 0 ? x + log1pl(expl(-x)) : log1pl(expl(x));
    case EXACT_EXP:
        return expl(-fabsl(x));
    case EXACT_TANH_SCALED:
        return tanhl(two_ln2 * x);
    case EXACT_LOG:
        return logl(x);
    default:
        return circle(x, function == EXACT_COS);
    }
}

static void times_two_ln2(mpfr_t y)
{
    mpfr_t ln2;
    mpfr_init2(ln2, 160);
    mpfr_const_log2(ln2, MPFR_RNDN);
    mpfr_mul(y, y, ln2, MPFR_RNDN);
    mpfr_mul_ui(y, y, 2, MPFR_RNDN);
    mpfr_clear(ln2);
}

// log(1 + e^x) and 1 / (1 + e^-x) from 160 bits: e^x is at least 2^-1075, so 1 + e^x would need 1240; log1p
// does not.
static void exact(mpfr_t y, enum reference function, double x)
{
    mpfr_set_d(y, x, MPFR_RNDN);
    switch (function) {
    case EXACT_TANH_SCALED:
        times_two_ln2(y);
        mpfr_tanh(y, y, MPFR_RNDN);
        return;
    case EXACT_TANH:
        mpfr_tanh(y, y, MPFR_RNDN);
        return;
    case EXACT_SIGMOID:
        mpfr_neg(y, y, MPFR_RNDN);
        mpfr_exp(y, y, MPFR_RNDN);
        mpfr_add_ui(y, y, 1, MPFR_RNDN);
        mpfr_ui_div(y, 1, y, MPFR_RNDN);
        return;
    case EXACT_SOFTPLUS:
        mpfr_exp(y, y, MPFR_RNDN);
        mpfr_log1p(y, y, MPFR_RNDN);
        return;
    case EXACT_EXP:
        mpfr_abs(y, y, MPFR_RNDN);
        mpfr_neg(y, y, MPFR_RNDN);
        mpfr_exp(y, y, MPFR_RNDN);
        return;
    case EXACT_LOG:
        mpfr_log(y, y, MPFR_RNDN);
        return;
    case EXACT_SIN:
        mpfr_sinu(y, y, 1, MPFR_RNDN);
        return;
    case EXACT_COS:
        mpfr_cosu(y, y, 1, MPFR_RNDN);
        return;
    }
}

// The unit in the last place at y, of a normal number.
static long double unit(long double y, int bits)
{
    int exponent;
    frexpl(y, &exponent);
    return ldexpl(1, exponent - (bits == 32 ? FLT_MANT_DIG : DBL_MANT_DIG));
}

static long double distance(long double got, long double expected, int bits)
{
    const long double least = bits == 32 ? (long double)FLT_MIN : (long double)DBL_MIN;
    const long double size = fabsl(expected);
    if (size < least)
        return got == 0 || fabsl(got) == least ? 0 : INFINITY;
    if (got == 0 &&
        size < least * (1 + 4 * (bits == 32 ? (long double)FLT_EPSILON : (long double)DBL_EPSILON)))
        return 0;
    if (expected == got)
        return 0;
    return isfinite(got) ? fabsl(got - expected) / unit(expected, bits) : INFINITY;
}

double units_off(enum reference function, double x, double got, int bits, double limit, bool always)
{
    if (isnan(x) || isnan(got))
        return isnan(x) && isnan(got) ? 0 : INFINITY;
    const long double near = estimate(function, x);
    const long double off = distance(got, near, bits);
    if (!always && off < limit - 0.25)
        return (double)off;
    mpfr_t y, difference;
    mpfr_inits2(160, y, difference, (mpfr_ptr)0);
    exact(y, function, x);
    long double result = off;
    if (mpfr_number_p(y)) {
        // the sum rounds by 2^-11 of a unit of double at most
        mpfr_set_ld(difference, near, MPFR_RNDN);
        mpfr_sub(difference, y, difference, MPFR_RNDN);
        const long double missed = mpfr_get_ld(difference, MPFR_RNDN);
        result = distance(got, near + missed, bits);
        if (result > 0 && fabsl(missed) > 0.025L * unit(near, bits)) {
            fprintf(stderr, "long double misses function %d at %.17g by %Lg\n", (int)function, x, missed);
            result = INFINITY;
        }
    }
    mpfr_clears(y, difference, (mpfr_ptr)0);
    return (double)result;
}
