// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The common part of the vector headers on lanes of a part as doubles. They include it after wreg, r_widened
 * and WIDE, which spells the names of intrinsics. */

enum { HALF_PARTS = DP_BITS == 32 ? 2 : 1, HALF_PART = PART / HALF_PARTS };

typedef struct {
    wreg half[HALF_PARTS];
} vwide;

static inline vwide d_zero(void)
{
    vwide zero;
    for (int i = 0; i < HALF_PARTS; i++)
        zero.half[i] = WIDE(setzero)();
    return zero;
}

static inline vwide d_add_square(vwide sums, vreal a)
{
    for (int i = 0; i < HALF_PARTS; i++) {
        const wreg lanes = r_widened(a.r, i);
        sums.half[i] = WIDE(fmadd)(lanes, lanes, sums.half[i]);
    }
    return sums;
}

static inline void d_store(double *to, vwide sums)
{
    for (int i = 0; i < HALF_PARTS; i++)
        WIDE(storeu)(to + i * HALF_PART, sums.half[i]);
}
