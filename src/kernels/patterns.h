// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The gradient of relu with one input and at most four samples, by tables: which samples are active is one of few
 * patterns, and the sums over them are looked up. The tables hold the sums in the order of gradient_by_products, so
 * the bits are the same.
 *
 * Where a look-up reaches 16 places, a pattern's place has a bit for each sample. Where it reaches 8, the samples come
 * sorted, and the place is how many are active, counted down unless the first is among them: w x + b > 0 holds for
 * the first samples in the order of x or for the last ones, since rounding is monotone, so there are 2 n patterns. */

#if DP_PATTERNS > 0

enum { PATTERN_SAMPLES = 4, PATTERN_ROOM = 32 }; // the tables are real [2][16], of w and of b

/* Of the places from `from` on those where sample i is active, when a place is the bits of the samples. */
INLINE vmask places_by_bits(int from, int i)
{
    static const _Alignas(64) real bits[PATTERN_SAMPLES][16] = {
        {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1},
        {0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1},
        {0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1},
        {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1},
    };
    return m_gt(v_load(bits[i] + from), v_set(0));
}

/* The same when a place is a count: of n, the sample with so many below it is active at rank + 1 .. rank + 8 - n. */
INLINE vmask places_by_rank(int from, int rank, int n)
{
    static const _Alignas(64) real twice[8] = {0, 2, 4, 6, 8, 10, 12, 14};
    const vreal off = v_sub(v_load(twice + from), v_set((real)(2 * rank + 9 - n)));
    return m_gt(v_set((real)(8 - n)), v_abs(off));
}

// How many samples come before sample i in the order of x.
INLINE int rank_of(const real *x, int i, int n)
{
    int rank = 0;
    for (int j = 0; j < n; j++)
        rank += j < i ? x[j] <= x[i] : x[j] < x[i];
    return rank;
}

/* Samples in the order in which the tables want them: `place[i]` is where sample i goes. */
INLINE void sort_samples(const real *x, int *place, const int n)
{
    for (int i = 0; i < n; i++)
        place[i] = DP_PATTERNS == 8 ? rank_of(x, i, n) : i;
}

// The tables, for x sorted.
INLINE void make_patterns(const real *r, const real *x, const int *place, real *tables, const int n)
{
    for (int from = 0; from < DP_PATTERNS; from += PART) {
        vreal w[2] = {v_set(0), v_set(0)}, bias[2] = {v_set(0), v_set(0)};
        for (int i = 0; i < n; i++) {
            const int at = place[i];
            const vmask on = DP_PATTERNS == 16 ? places_by_bits(from, at) : places_by_rank(from, at, n);
            w[i % 2] = v_add_if(w[i % 2], on, v_set(r[i] * x[at] + 0));
            bias[i % 2] = v_add_if(bias[i % 2], on, v_set(r[i]));
        }
        v_store(tables + from, v_add(w[0], w[1]));
        v_store(tables + 16 + from, v_add(bias[0], bias[1]));
    }
}

INLINE void gradient_by_patterns(const vreal *theta, const real *x, const real *tables, vreal *grad,
                                 const int n)
{
    vreal h[PATTERN_SAMPLES];
    vindex place = i_none();
    for (int i = 0; i < n; i++)
        h[i] = v_fma(theta[0], v_set(x[i]), theta[1]);
    for (int i = 0; i < n; i++)
        place = i_add_if(place, m_positive(h[i]), DP_PATTERNS == 16 ? 1 << i : -1);
    if (DP_PATTERNS == 8)
        place = i_minus_if(place, m_positive(h[0]));
    for (int j = 0; j < 2; j++)
        grad[j] = v_lookup(tables + 16 * j, place, DP_PATTERNS == 8);
}

#endif
