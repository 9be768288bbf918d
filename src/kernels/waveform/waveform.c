// SPDX-License-Identifier: BSD-3-Clause
/* The one source of the loops of waveform.h, compiled once per instruction set (DP_BITS = 64, DP_ISA_HEADER,
 * DP_ISA_NAME, DP_WAVEFORM_TABLE). */
#include "kernels/waveform.h"
#include "kernels/real.h"

// In the order in which they build on each other: a blank line keeps the formatter from sorting them.
#include DP_ISA_HEADER

#include "kernels/functions.h"

#include "kernels/sums.h"

#include "kernels/waveform/waveform_move.h"

#include "kernels/waveform/waveform_gram.h"

const struct dp_waveform_kernels DP_WAVEFORM_TABLE = {.isa = DP_ISA_NAME, .move = move, .gram = gram};
