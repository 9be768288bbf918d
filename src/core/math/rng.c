// SPDX-License-Identifier: BSD-3-Clause
#include "core/math/rng.h"
#include "dewpoint/kernels/isa.h"
#include "kernels/kernels.h"
#include <stddef.h>

void dp_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4])
{
    uint32_t k0 = key[0], k1 = key[1];
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    for (int round = 0; round < 10; round++) {
        const uint64_t p0 = (uint64_t)0xD2511F53U * c0, p1 = (uint64_t)0xCD9E8D57U * c2;
        const uint32_t next0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, next2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        c0 = next0;
        c2 = next2;
        k0 += 0x9E3779B9U;
        k1 += 0xBB67AE85U;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

// Two uniform numbers in (0, 1) for the pair of components (2 pair, 2 pair + 1).
static void uniform_pair(int64_t seed, enum dp_stream stream, int64_t index, int64_t pair, double u[2])
{
    const uint64_t s = (uint64_t)seed, k = (uint64_t)index;
    const uint32_t key[2] = {(uint32_t)s, (uint32_t)(s >> 32)};
    const uint32_t counter[4] = {(uint32_t)k, (uint32_t)(k >> 32), (uint32_t)pair, (uint32_t)stream};
    uint32_t word[4];
    dp_philox(key, counter, word);
    for (int i = 0; i < 2; i++) {
        const uint64_t bits = ((uint64_t)word[2 * i] << 32 | word[2 * i + 1]) >> 11;
        u[i] = ((double)bits + 0.5) * 0x1p-53;
    }
}

double dp_uniform(int64_t seed, enum dp_stream stream, int64_t index, int64_t component)
{
    double u[2];
    uniform_pair(seed, stream, index, component / 2, u);
    return u[component % 2];
}

void dp_normals(const char *isa, int64_t seed, enum dp_stream stream, int64_t first, int64_t pair,
                double *normals)
{
    dp_kernels_select(isa, 64)->normals((uint64_t)seed, (uint32_t)stream, (uint64_t)first, (uint32_t)pair,
                                        normals);
}

double dp_normal(int64_t seed, enum dp_stream stream, int64_t index, int64_t component)
{
    _Alignas(64) double normals[2 * DP_LANES];
    dp_normals(dp_isa_select(NULL), seed, stream, index, component / 2, normals);
    return normals[component % 2 * DP_LANES];
}
