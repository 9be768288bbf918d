// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdint.h>

/* Loops of the operations that a processor's data sheet counts: fused multiply-adds, divisions, loads,
 * stores.
 *
 * There is one source (peak.c), built like the kernels once per instruction set and precision, with the same
 * vector wrappers, flags and table. A peak is therefore what the kernels could reach, not what other
 * instructions might. */

struct dp_peaks {
    const char *isa;
    int bits;
    int64_t round_fma;    // multiply-adds in a round
    int64_t round_divide; // divisions in a round
    int64_t round_both;   // multiply-adds and additions in a round
    int64_t round_among;  // multiply-adds in a round, among which is a vector of divisions
    int64_t vector;       // numbers in a vector

    /* Runs some rounds from x, in as many independent chains as hide the latency. The result makes the work
     * necessary. */
    double (*fma)(int64_t rounds, double x);
    double (*divide)(int64_t rounds, double x);
    double (*both)(int64_t rounds, double x);
    double (*among)(int64_t rounds, double x);

    /* Makes some passes over count reals (a multiple of 256, 64-byte aligned): their sum, or x <- factor x +
     * shift. */
    double (*read)(const void *x, int64_t count, int64_t passes);
    void (*read_write)(void *x, int64_t count, int64_t passes, double factor, double shift);
};

/* The table for an instruction set of dp_isa_select and 32 or 64 bits; never NULL for those. */
const struct dp_peaks *dp_peaks_select(const char *isa, int bits);
