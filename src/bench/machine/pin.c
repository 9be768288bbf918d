// SPDX-License-Identifier: BSD-3-Clause
// Affinity is an extension of GNU and Linux to POSIX: asked for here and in no other file.
#define _GNU_SOURCE
#include "bench/machine/pin.h"
#include <sched.h>

int dp_pin(void)
{
    cpu_set_t set;
    const int core = sched_getcpu();
    if (core < 0)
        return -1;
    CPU_ZERO(&set);
    CPU_SET((size_t)core, &set);
    return sched_setaffinity(0, sizeof set, &set) == 0 ? core : -1;
}
