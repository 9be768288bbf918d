// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "bench/machine/machine.h"
#include "dewpoint/core/status.h"

/* The measured limits of the core: multiply-adds, divisions, and streams through each level of memory. */

struct dp_limit {
    const char *isa;
    int bits;
    double fma;    // GFLOP/s, a multiply-add counting two
    double divide; // 1e9 a second
    double both;   // multiply-adds and additions in one loop, each counted: 1e9 a second
    double among;  // what a division adds to a loop of multiply-adds: ns
};

/* Streams of consecutive passes over a buffer that fits a level, in GB/s. An updated byte counts twice, once
 * read and once written. */
struct dp_stream_rate {
    const char *isa;
    const char *level; // "L1", "L2", "L3", "memory"
    int64_t bytes;     // of the buffer
    double read, update;
};

struct dp_limit dp_limit_measure(const char *isa, int bits, double seconds);

/* A quick measurement of multiply-adds only: clocks drift, so figures are compared with a peak that is
 * measured beside them. */
double dp_limit_fma(const char *isa, int bits, double seconds);

/* All levels, the last one memory. */
enum dp_status dp_streams_measure(const struct dp_machine *machine, const char *isa, double seconds,
                                  struct dp_stream_rate streams[DP_LEVELS + 1], struct dp_error *error);
