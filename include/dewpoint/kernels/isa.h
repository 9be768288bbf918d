// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The instruction sets for which the kernels are built. All of them give the same bits, so the choice affects
 * only the speed. A cap serves tests and comparisons. */

/* "scalar", "avx2", "avx512", or "scalar", "neon": weakest first, NULL-terminated. */
extern const char *const dp_isa_names[];

/* The best instruction set that this processor has, at most cap (NULL: no cap). NULL when cap is not in the
 * table or this processor does not have it. */
const char *dp_isa_select(const char *cap);
