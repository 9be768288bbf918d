// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stddef.h>
#include <stdint.h>

/* FNV-1a, 64 bits: goes on from hash over some bytes. Start with DP_HASH_START. */
#define DP_HASH_START UINT64_C(0xcbf29ce484222325)
uint64_t dp_hash(uint64_t hash, const void *bytes, size_t count);
