// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stddef.h>
#include <stdint.h>

/* One allocation that is divided into arrays of doubles, each on a cache line. A function that lays arrays
 * out also measures them: without memory, dp_reserve only counts. */

/* The next `count` doubles of memory from *bytes on, which it increases; NULL if memory is NULL. */
static inline double *dp_reserve(char *memory, size_t *bytes, int64_t count)
{
    double *const reserved = memory ? (double *)(void *)(memory + *bytes) : NULL;
    *bytes += ((size_t)count * sizeof(double) + 63) / 64 * 64;
    return reserved;
}
