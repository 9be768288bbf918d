// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The instruction sets of this build besides scalar, weakest first: SET(name) for each. kernels.cmake builds
 * the same ones. */
#if defined(__x86_64__)
#    define DP_VECTOR_SETS(SET) SET(avx2) SET(avx512)
#elif defined(__aarch64__)
#    define DP_VECTOR_SETS(SET) SET(neon)
#else
#    define DP_VECTOR_SETS(SET)
#endif
#define DP_INSTRUCTION_SETS(SET) SET(scalar) DP_VECTOR_SETS(SET)
