// SPDX-License-Identifier: BSD-3-Clause
/* The one source of all peak loops, compiled like the kernels once per precision (DP_BITS) and instruction
 * set (DP_ISA_HEADER, DP_ISA_NAME, DP_TABLE). */
#include "bench/machine/peak.h"
#include "kernels/real.h"

#include DP_ISA_HEADER

enum {
    /* Chains in registers of the machine: 12 cover a latency of 4 cycles on 2 units (or 6 on 2) and leave 4
     * of the 16 registers of AVX2 free. Plain C, whose vreal is 16 numbers, uses one chain. */
    CHAINS = VECTORS ? 12 : 1,
    READS = VECTORS ? 8 : 1, // vreals in flight, all loaded at once
    // both kinds of chains and the two constants just fit 16 registers
    PRODUCTS = VECTORS ? 8 : 1,
    SUMS = VECTORS ? 6 : 1,
};

static double total(const vreal *chain, int count)
{
    vreal sum = chain[0];
    for (int c = 1; c < count; c++)
        sum = v_add(sum, chain[c]);
    _Alignas(64) real lanes[PART];
    v_store(lanes, sum);
    return (double)lanes[0];
}

static double peak_fma(int64_t rounds, double x)
{
    const vreal factor = v_set((real)x), shift = v_set((real)(1 - x));
    vreal chain[CHAINS];
    for (int c = 0; c < CHAINS; c++)
        chain[c] = v_set((real)c);
    for (int64_t i = 0; i < rounds; i++)
        for (int c = 0; c < CHAINS; c++)
            chain[c] = v_fma(chain[c], factor, shift);
    return total(chain, CHAINS);
}

static double peak_divide(int64_t rounds, double x)
{
    const vreal numerator = v_set((real)x);
    vreal chain[CHAINS];
    for (int c = 0; c < CHAINS; c++)
        chain[c] = v_set((real)(c + 1));
    for (int64_t i = 0; i < rounds; i++)
        for (int c = 0; c < CHAINS; c++)
            chain[c] = v_div(numerator, chain[c]);
    return total(chain, CHAINS);
}

// Multiply-adds and additions: processors have units for both, or the same ones do either.
static double peak_both(int64_t rounds, double x)
{
    const vreal factor = v_set((real)x), shift = v_set((real)(1 - x));
    vreal product[PRODUCTS], sum[SUMS];
    for (int c = 0; c < PRODUCTS; c++)
        product[c] = v_set((real)c);
    for (int c = 0; c < SUMS; c++)
        sum[c] = v_set((real)c);
    for (int64_t i = 0; i < rounds; i++)
        for (int c = 0; c < PRODUCTS; c++) {
            product[c] = v_fma(product[c], factor, shift);
            if (c < SUMS)
                sum[c] = v_add(sum[c], shift);
        }
    return total(product, PRODUCTS) + total(sum, SUMS);
}

// A division in twice as many multiply-adds as there are chains: what it takes of their time.
static double peak_among(int64_t rounds, double x)
{
    const vreal factor = v_set((real)x), shift = v_set((real)(1 - x));
    vreal chain[CHAINS], quotient = shift;
    for (int c = 0; c < CHAINS; c++)
        chain[c] = v_set((real)c);
    for (int64_t i = 0; i < rounds; i++) {
        quotient = v_div(factor, quotient);
        for (int half = 0; half < 2; half++)
            for (int c = 0; c < CHAINS; c++)
                chain[c] = v_fma(chain[c], factor, shift);
    }
    return total(chain, CHAINS) + total(&quotient, 1);
}

static double stream_read(const void *x, int64_t count, int64_t passes)
{
    vreal sum[READS];
    for (int c = 0; c < READS; c++)
        sum[c] = v_set(0);
    for (int64_t pass = 0; pass < passes; pass++)
        for (const real *at = x, *end = at + count; at < end; at += READS * PART)
            for (int c = 0; c < READS; c++)
                sum[c] = v_add(sum[c], v_load(at + c * PART));
    return total(sum, READS);
}

static void stream_read_write(void *x, int64_t count, int64_t passes, double factor, double shift)
{
    const vreal f = v_set((real)factor), s = v_set((real)shift);
    for (int64_t pass = 0; pass < passes; pass++)
        for (real *at = x, *end = at + count; at < end; at += READS * PART)
            for (int c = 0; c < READS; c++)
                v_store(at + c * PART, v_fma(v_load(at + c * PART), f, s));
}

const struct dp_peaks DP_TABLE = {
    .isa = DP_ISA_NAME,
    .bits = DP_BITS,
    .round_fma = CHAINS * PART,
    .round_divide = CHAINS * PART,
    .round_both = (PRODUCTS + SUMS) * PART,
    .round_among = 2 * CHAINS * PART,
    .vector = PART,
    .fma = peak_fma,
    .divide = peak_divide,
    .both = peak_both,
    .among = peak_among,
    .read = stream_read,
    .read_write = stream_read_write,
};
