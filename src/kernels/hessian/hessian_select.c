// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/hessian.h"
#include "kernels/simd/sets.h"
#include <string.h>

#define EXTERN(isa) extern const struct dp_hessian_kernels dp_hessian_##isa##_64;
DP_INSTRUCTION_SETS(EXTERN)

#define TABLE(isa) &dp_hessian_##isa##_64,
static const struct dp_hessian_kernels *const tables[] = {DP_INSTRUCTION_SETS(TABLE)};

const struct dp_hessian_kernels *dp_hessian_select(const char *isa)
{
    for (size_t row = 0; row < sizeof tables / sizeof *tables; row++)
        if (strcmp(tables[row]->isa, isa) == 0)
            return tables[row];
    return NULL;
}
