// SPDX-License-Identifier: BSD-3-Clause
#include "bench/cases/hash.h"

uint64_t dp_hash(uint64_t hash, const void *bytes, size_t count)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    return hash;
}
