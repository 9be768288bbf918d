// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The instruction sets that the kernels are built for. All of them give the same bits, so the choice is one
 * of speed alone; capping it serves tests and comparisons. */

/* "scalar", "avx2", "avx512": weakest first, NULL-terminated. */
extern const char *const dp_isa_names[];

/* The best instruction set that this processor has, at most cap (NULL: no cap). NULL when cap is no name of
 * the table or this processor lacks it. */
const char *dp_isa_select(const char *cap);
