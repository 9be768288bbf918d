// SPDX-License-Identifier: BSD-3-Clause
#include "bench/machine/peak.h"
#include <stddef.h>
#include <string.h>

extern const struct dp_peaks dp_peaks_scalar_32, dp_peaks_scalar_64;
#if defined(__x86_64__)
extern const struct dp_peaks dp_peaks_avx2_32, dp_peaks_avx2_64, dp_peaks_avx512_32, dp_peaks_avx512_64;
#endif

static const struct dp_peaks *const tables[] = {
    &dp_peaks_scalar_32, &dp_peaks_scalar_64,
#if defined(__x86_64__)
    &dp_peaks_avx2_32,   &dp_peaks_avx2_64,   &dp_peaks_avx512_32, &dp_peaks_avx512_64,
#endif
};

const struct dp_peaks *dp_peaks_select(const char *isa, int bits)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (tables[i]->bits == bits && strcmp(tables[i]->isa, isa) == 0)
            return tables[i];
    return NULL;
}
