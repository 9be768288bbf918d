// SPDX-License-Identifier: BSD-3-Clause
#include "bench/machine/peak.h"
#include "kernels/simd/sets.h"
#include <stddef.h>
#include <string.h>

#define EXTERN(isa) extern const struct dp_peaks dp_peaks_##isa##_32, dp_peaks_##isa##_64;
DP_INSTRUCTION_SETS(EXTERN)

#define TABLES(isa) &dp_peaks_##isa##_32, &dp_peaks_##isa##_64,
static const struct dp_peaks *const tables[] = {DP_INSTRUCTION_SETS(TABLES)};

const struct dp_peaks *dp_peaks_select(const char *isa, int bits)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (tables[i]->bits == bits && strcmp(tables[i]->isa, isa) == 0)
            return tables[i];
    return NULL;
}
