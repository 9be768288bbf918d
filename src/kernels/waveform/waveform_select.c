// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/waveform.h"
#include <string.h>

extern const struct dp_waveform_kernels dp_waveform_scalar_64;
#if defined(__x86_64__)
extern const struct dp_waveform_kernels dp_waveform_avx2_64, dp_waveform_avx512_64;
#endif

static const struct dp_waveform_kernels *const tables[] = {
    &dp_waveform_scalar_64,
#if defined(__x86_64__)
    &dp_waveform_avx2_64,
    &dp_waveform_avx512_64,
#endif
};

const struct dp_waveform_kernels *dp_waveform_select(const char *isa)
{
    for (size_t row = 0; row < sizeof tables / sizeof *tables; row++)
        if (strcmp(tables[row]->isa, isa) == 0)
            return tables[row];
    return NULL;
}
