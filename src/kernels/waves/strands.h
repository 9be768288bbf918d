// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/waves.h"
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Eight strands: the compiler's vectors, which it splits into registers of any length without a change of
 * bits. */

// Only inlined functions take or return them: how they would be passed does not matter.
#pragma GCC diagnostic ignored "-Wpsabi"

typedef double strands __attribute__((vector_size(64)));
typedef signed char side_bytes __attribute__((vector_size(8)));
typedef int64_t strand_masks __attribute__((vector_size(64)));
#define INLINE static inline __attribute__((always_inline))

INLINE const strands *as_strands(const double *a)
{
    return (const strands *)(const void *)a;
}

INLINE double strand_sum(const strands *sum)
{
    const double *s = (const double *)(const void *)sum;
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

// y = sum_j w_j x_j over the rows x_j [stride] of x
INLINE void strand_combine(int rows, int stride, const double *w, const double *x, double *y)
{
    for (int i = 0; i < stride / DP_WAVE_STRANDS; i++) {
        strands sum = w[0] * as_strands(x)[i];
        for (int j = 1; j < rows; j++)
            sum += w[j] * as_strands(x + j * stride)[i];
        ((strands *)(void *)y)[i] = sum;
    }
}

INLINE strands strand_pick(strand_masks where, strands a, strands b)
{
    return (strands)((where & (strand_masks)a) | (~where & (strand_masks)b));
}

// Masks as bytes make one word.
INLINE bool strand_any(strand_masks where)
{
    const side_bytes bytes = __builtin_convertvector(where, side_bytes);
    uint64_t word;
    memcpy(&word, &bytes, sizeof word);
    return word != 0;
}

INLINE strands strand_size(strands a)
{
    const strand_masks zero = {0};
    return (strands)((strand_masks)a & (zero + INT64_MAX));
}

INLINE strands strand_root(strands a)
{
    strands root = a;
    for (int l = 0; l < DP_WAVE_STRANDS; l++)
        root[l] = sqrt(a[l]);
    return root;
}

// a b + c, rounded once
INLINE strands strand_fma(strands a, strands b, strands c)
{
    strands sum = c;
    for (int l = 0; l < DP_WAVE_STRANDS; l++)
        sum[l] = fma(a[l], b[l], c[l]);
    return sum;
}

INLINE strands strand_all(double a)
{
    return (strands){a, a, a, a, a, a, a, a};
}

// Eight sides, as bytes.
INLINE strands strands_of_sides(const signed char *sides)
{
    side_bytes bytes;
    memcpy(&bytes, sides, sizeof bytes);
    return __builtin_convertvector(bytes, strands);
}

INLINE void sides_of_strands(strands sides, signed char *to)
{
    const side_bytes bytes = __builtin_convertvector(sides, side_bytes);
    memcpy(to, &bytes, sizeof bytes);
}

// Whether any of eight sides is 0.
INLINE bool has_zero(const signed char *sides)
{
    uint64_t word;
    memcpy(&word, sides, sizeof word);
    return ((word - 0x0101010101010101) & ~word & 0x8080808080808080) != 0;
}

INLINE double plain_dot(int count, const double *a, const double *b)
{
    double sum = 0;
    for (int j = 0; j < count; j++)
        sum += a[j] * b[j];
    return sum;
}
