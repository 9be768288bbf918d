// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stddef.h>
#include <stdint.h>

/* The basic definitions of every source that is built per instruction set and precision. DP_BITS comes from
 * the build. */

#if DP_BITS == 32
typedef float real;
#else
typedef double real;
#endif
#define INLINE static inline __attribute__((always_inline))
