// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/waves.h"
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Sums over samples in eight strands: the compiler's vectors, which it splits into registers of any length
 * without a change of bits. */

// Only inlined functions take or return them: how they would be passed does not matter.
#pragma GCC diagnostic ignored "-Wpsabi"

typedef double strands __attribute__((vector_size(64)));
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

// sum_i a_i b_i
INLINE double strand_dot(int stride, const double *a, const double *b)
{
    strands sum = {0};
    for (int i = 0; i < stride / DP_WAVE_STRANDS; i++)
        sum += as_strands(a)[i] * as_strands(b)[i];
    return strand_sum(&sum);
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

// Whether any element is below zero.
INLINE bool strand_any_negative(int stride, const double *a)
{
    const strands zero = {0};
    strand_masks any = {0};
    for (int i = 0; i < stride / DP_WAVE_STRANDS; i++)
        any |= as_strands(a)[i] < zero;
    int64_t found = 0;
    for (int l = 0; l < DP_WAVE_STRANDS; l++)
        found |= any[l];
    return found != 0;
}

INLINE double plain_dot(int count, const double *a, const double *b)
{
    double sum = 0;
    for (int j = 0; j < count; j++)
        sum += a[j] * b[j];
    return sum;
}
