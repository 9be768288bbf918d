// SPDX-License-Identifier: BSD-3-Clause
/* The one source of all kernels, compiled once per precision (DP_BITS) and instruction set (DP_ISA_HEADER,
 * DP_ISA_NAME, DP_TABLE). Loops take the shape as an argument and are inlined: variants.h passes constants
 * for the hot cases, and the shape of the layer for the rest. */
#include "kernels/kernels.h"
#include "kernels/real.h"

// In the order in which they build on each other: a blank line keeps the formatter from sorting them.
#include "kernels/simd/simd_denormals.h"

#include DP_ISA_HEADER

#include "kernels/functions.h"

#include "kernels/blocks.h"

#include "kernels/rules/rule.h"

#include "kernels/passes/outputs.h"

#include "kernels/passes/gradients.h"

#include "kernels/passes/curvature.h"

#include "kernels/passes/strips.h"

#include "kernels/passes/small.h"

#include "kernels/passes/variants.h"

#include "kernels/passes/passes.h"

#include "kernels/passes/patterns.h"

#include "kernels/passes/curvature_pass.h"

#include "kernels/passes/steps.h"

#include "kernels/passes/normalize.h"

#include "kernels/passes/sectors.h"

#include "kernels/passes/stages.h"

#if DP_BITS == 64
#    include "kernels/random.h"

static void normals(uint64_t seed, uint32_t stream, uint64_t first, uint32_t pair, double *z)
{
    normal_pairs(seed, stream, first, pair, z, z + DP_LANES);
}
#endif

const struct dp_kernels DP_TABLE = {
    .isa = DP_ISA_NAME,
    .bits = DP_BITS,
    .output = put_out,
    .step = step,
    .normalized = normalized,
    .curvature = curvature,
    .gradient = gradient,
    .stage_begin = stage_begin,
    .stage = stage,
    .stage_end = stage_end,
    .sectors = sectors,
    .norms = norms,
#if DP_BITS == 64
    .normals = normals,
#endif
    .activate = activate,
    .enter = flush_denormals,
    .leave = restore_denormals,
};
