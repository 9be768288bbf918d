// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/kernels/isa.h"
#include "kernels/kernels.h"
#include "kernels/simd/sets.h"
#include "kernels/waves.h"
#include <stddef.h>
#include <string.h>

#define EXTERN(isa)                                                                                          \
    extern const struct dp_kernels dp_kernels_##isa##_32, dp_kernels_##isa##_64;                             \
    extern const struct dp_wave_kernels dp_waves_##isa##_64;
DP_INSTRUCTION_SETS(EXTERN)

// Weakest first; each row of the kernels has the table of either precision.
#define KERNELS(isa) {&dp_kernels_##isa##_32, &dp_kernels_##isa##_64},
#define WAVES(isa) &dp_waves_##isa##_64,
static const struct dp_kernels *const tables[][2] = {DP_INSTRUCTION_SETS(KERNELS)};
static const struct dp_wave_kernels *const waves[] = {DP_INSTRUCTION_SETS(WAVES)};
enum { TABLES = sizeof tables / sizeof *tables };

#define NAME(isa) #isa,
const char *const dp_isa_names[] = {DP_INSTRUCTION_SETS(NAME) NULL};

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
    return 1; // NEON is part of every AArch64
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
