// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdint.h>

/* The functions of kernels/functions.h and kernels/random.h behind plain calls, one table for each
 * instruction set and precision, built with the flags of the kernels. Arrays are float or double by the
 * table, aligned to 64 bytes, and count is a multiple of 16. */

enum probe_function {
    PROBE_TANH,
    PROBE_SIGMOID,
    PROBE_SOFTPLUS,
    PROBE_EXP,
    PROBE_TANH_SCALED, // tanh(2 ln 2 x)
    PROBE_FUNCTIONS
};

struct probe {
    const char *isa;
    int bits;

    /* s and ds of an activation, or e^-|x| and the same again. */
    void (*apply)(enum probe_function function, int64_t count, const void *x, void *s, void *ds);

    /* NULL in single precision, as all below. */
    void (*log)(int64_t count, const double *u, double *y);
    void (*sincos)(int64_t count, const double *turns, double *sine, double *cosine);
    /* The four words for counters (index low, index high, pair, stream), index = first .. first + 15. */
    void (*words)(uint64_t seed, uint32_t stream, uint64_t first, uint32_t pair, uint32_t word[16][4]);
    void (*uniforms)(uint64_t seed, uint32_t stream, uint64_t first, uint32_t pair, double *u, double *t);
    void (*normals)(uint64_t seed, uint32_t stream, uint64_t first, uint32_t pair, double *z0, double *z1);
};
