// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdint.h>

/* Counter-based random numbers: the draw for (seed, stream, index, component) is a pure function of these
 * four.
 *
 * There is no state. The numbers of a neuron depend neither on the width nor on the rank that draws them. The
 * same seed gives the same normals in every cell of a sweep (common random numbers), and the first neurons of
 * a wide network are those of a narrow one. The generator is Philox4x32-10 of Salmon, Moraes, Dror and Shaw,
 * "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). */

enum dp_stream {
    DP_STREAM_WEIGHTS = 1,
    DP_STREAM_INPUTS,
    DP_STREAM_TARGETS,
    DP_STREAM_TEST,
    DP_STREAM_TEACHER,
    DP_STREAM_ORDER,
    DP_STREAM_MODES,
    DP_STREAM_STARTS,
    DP_STREAM_SPLIT,
    DP_STREAM_NOISE,
};

/* Philox4x32-10: the four words of counter under key. */
void dp_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4]);

/* A uniform number in (0, 1), 53 bits. */
double dp_uniform(int64_t seed, enum dp_stream stream, int64_t index, int64_t component);

/* Standard normals for the pair of components (2 pair, 2 pair + 1) of the indices first .. first + 15, by the
 * Box-Muller method: [2][16], 64-byte aligned. isa: one of dp_isa_select; it affects only the speed. */
void dp_normals(const char *isa, int64_t seed, enum dp_stream stream, int64_t first, int64_t pair,
                double *normals);

/* One standard normal. */
double dp_normal(int64_t seed, enum dp_stream stream, int64_t index, int64_t component);
