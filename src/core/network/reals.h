// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/samples.h"
#include "kernels/kernels.h"
#include <stdbool.h>
#include <stddef.h>

/* Where the numbers of a network lie, for the files that need it: its reals are float or double, depending on
 * the kernels in use. */

enum { DP_ALIGN = 64, DP_TEST_STRETCH = 128 }; // bytes; points that the kernels take of a test set at a time

static inline size_t dp_real_bytes(int bits)
{
    return bits == 32 ? sizeof(float) : sizeof(double);
}

static inline int dp_rows_of(const struct dp_layer *layer)
{
    return layer->inputs + 1 + layer->outputs;
}

static inline size_t dp_aligned(size_t bytes)
{
    return (bytes + DP_ALIGN - 1) / DP_ALIGN * DP_ALIGN;
}

static inline void dp_set_real(void *array, int bits, int64_t index, double value)
{
    if (bits == 32)
        ((float *)array)[index] = (float)value;
    else
        ((double *)array)[index] = value;
}

static inline double dp_get_real(const void *array, int bits, int64_t index)
{
    return bits == 32 ? (double)((const float *)array)[index] : ((const double *)array)[index];
}

// Point `from` of samples into row `to` of x: [count][d], or a lane of [count][d][16] with points of each
// place's own.
static inline void dp_fill_point(int bits, int lane, const struct dp_samples *samples, int64_t from,
                                 int64_t to, bool own, void *x)
{
    const int64_t d = samples->inputs;
    for (int64_t j = 0; j < d; j++)
        dp_set_real(x, bits, own ? (to * d + j) * DP_LANES + lane : to * d + j, samples->x[from * d + j]);
}

static inline int64_t dp_index_of(const struct dp_layer *layer, int lane, int64_t k, int component)
{
    const int64_t block = layer->stacked ? k : k / DP_LANES;
    return (block * dp_rows_of(layer) + component) * DP_LANES + (layer->stacked ? lane : k % DP_LANES);
}
