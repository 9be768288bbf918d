// SPDX-License-Identifier: BSD-3-Clause
/* Built once per instruction set, like template.c, from plain C: the compiler's vectors have no order of
 * their own. */
#include "kernels/waves/eigen.h"
#include "kernels/waves/gram.h"
#include "kernels/waves/move.h"

const struct dp_wave_kernels DP_WAVE_TABLE = {
    .isa = DP_ISA_NAME, .start = start, .move = move, .gram = gram, .growth = growth, .eigen = eigen};
