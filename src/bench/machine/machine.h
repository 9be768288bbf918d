// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdint.h>

/* The system's information about the processor and the caches of one core, with usual sizes where it has
 * none. */

enum { DP_LEVELS = 3 };

struct dp_machine {
    char processor[128];
    int core;                 // the one that we are pinned to, or -1
    int64_t cache[DP_LEVELS]; // bytes of L1 (data), L2, L3
};

void dp_machine_read(int core, struct dp_machine *machine);
