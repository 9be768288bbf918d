// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/simd/sets.h"
#include "kernels/waveform.h"
#include <string.h>

#define EXTERN(isa) extern const struct dp_waveform_kernels dp_waveform_##isa##_64;
DP_INSTRUCTION_SETS(EXTERN)

#define TABLE(isa) &dp_waveform_##isa##_64,
static const struct dp_waveform_kernels *const tables[] = {DP_INSTRUCTION_SETS(TABLE)};

const struct dp_waveform_kernels *dp_waveform_select(const char *isa)
{
    for (size_t row = 0; row < sizeof tables / sizeof *tables; row++)
        if (strcmp(tables[row]->isa, isa) == 0)
            return tables[row];
    return NULL;
}
