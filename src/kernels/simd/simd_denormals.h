// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#if defined(__SSE2__)
#    include <xmmintrin.h>
#endif

/* Flushes denormals to zero on every instruction set: Adam from a tiny start runs many times slower with
 * them, and they do not matter for results. */

#if defined(__SSE2__)

static unsigned flush_denormals(void)
{
    const unsigned before = _mm_getcsr();
    _mm_setcsr(before | 0x8040U); // flush to zero, denormals are zero
    return before;
}

static void restore_denormals(unsigned before)
{
    _mm_setcsr(before);
}

#elif defined(__aarch64__)

static unsigned flush_denormals(void)
{
    uint64_t before;
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    const uint64_t flushed = before | 1U << 24; // FZ: of inputs and results
    __asm__ volatile("msr fpcr, %0" : : "r"(flushed));
    return (unsigned)before;
}

static void restore_denormals(unsigned before)
{
    const uint64_t control = before;
    __asm__ volatile("msr fpcr, %0" : : "r"(control));
}

#else

static unsigned flush_denormals(void)
{
    return 0;
}

static void restore_denormals(unsigned before)
{
    (void)before;
}

#endif
