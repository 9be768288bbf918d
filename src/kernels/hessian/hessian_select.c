// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/hessian.h"
#include <string.h>

extern const struct dp_hessian_kernels dp_hessian_scalar_64;
#if defined(__x86_64__)
extern const struct dp_hessian_kernels dp_hessian_avx2_64, dp_hessian_avx512_64;
#endif

static const struct dp_hessian_kernels *const tables[] = {
    &dp_hessian_scalar_64,
#if defined(__x86_64__)
    &dp_hessian_avx2_64,
    &dp_hessian_avx512_64,
#endif
};

const struct dp_hessian_kernels *dp_hessian_select(const char *isa)
{
    for (size_t row = 0; row < sizeof tables / sizeof *tables; row++)
        if (strcmp(tables[row]->isa, isa) == 0)
            return tables[row];
    return NULL;
}
