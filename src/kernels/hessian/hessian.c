// SPDX-License-Identifier: BSD-3-Clause
/* The one source of the loops of hessian.h, compiled once per instruction set (DP_BITS = 64, DP_ISA_HEADER,
 * DP_ISA_NAME, DP_HESSIAN_TABLE). */
#include "kernels/hessian.h"
#include "kernels/real.h"

// In the order in which they build on each other: a blank line keeps the formatter from sorting them.
#include DP_ISA_HEADER

#include "kernels/functions.h"

#include "kernels/sums.h"

#include "kernels/hessian/hessian_blocks.h"

#include "kernels/hessian/hessian_gram.h"

#include "kernels/hessian/nordsieck.h"

const struct dp_hessian_kernels DP_HESSIAN_TABLE = {
    .isa = DP_ISA_NAME,
    .linearise = linearise,
    .invert = invert,
    .gram = gram,
    .project = project,
    .correct = correct,
    .predict = predict,
    .advance = advance,
    .combine = combine,
};
