// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/isa.h"
#include "kernels/kernels.h"
#include "kernels/waves.h"
#include <stddef.h>
#include <string.h>

extern const struct dp_kernels dp_kernels_scalar_32, dp_kernels_scalar_64;
#if defined(__x86_64__)
extern const struct dp_kernels dp_kernels_avx2_32, dp_kernels_avx2_64, dp_kernels_avx512_32,
    dp_kernels_avx512_64;
#endif

extern const struct dp_wave_kernels dp_waves_scalar_64;
#if defined(__x86_64__)
extern const struct dp_wave_kernels dp_waves_avx2_64, dp_waves_avx512_64;
#endif

static const struct dp_wave_kernels *const waves[] = {
    &dp_waves_scalar_64,
#if defined(__x86_64__)
    &dp_waves_avx2_64,
    &dp_waves_avx512_64,
#endif
};

// Weakest first; each row has the table of either precision.
static const struct dp_kernels *const tables[][2] = {
    {&dp_kernels_scalar_32, &dp_kernels_scalar_64},
#if defined(__x86_64__)
    {&dp_kernels_avx2_32, &dp_kernels_avx2_64},
    {&dp_kernels_avx512_32, &dp_kernels_avx512_64},
#endif
};
enum { TABLES = sizeof tables / sizeof *tables };

const char *const dp_isa_names[] = {"scalar", "avx2", "avx512", NULL};

static int processor_has(int isa)
{
    if (isa == 0)
        return 1;
#if defined(__x86_64__)
    if (isa == 1)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
#else
    return 0;
#endif
}

const char *dp_isa_select(const char *cap)
{
    const char *best = NULL;
    for (int isa = 0; isa < TABLES; isa++) {
        if (processor_has(isa))
            best = dp_isa_names[isa];
        if (cap && strcmp(cap, dp_isa_names[isa]) == 0)
            return processor_has(isa) ? best : NULL;
    }
    return cap ? NULL : best;
}

const struct dp_kernels *dp_kernels_select(const char *isa, int bits)
{
    for (int row = 0; row < TABLES; row++)
        if (strcmp(tables[row][0]->isa, isa) == 0)
            return tables[row][bits == 64];
    return NULL;
}

const struct dp_wave_kernels *dp_wave_kernels_select(const char *isa)
{
    for (int row = 0; row < TABLES; row++)
        if (strcmp(waves[row]->isa, isa) == 0)
            return waves[row];
    return NULL;
}
