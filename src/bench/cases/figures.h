// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "bench/cases/cases.h"
#include "bench/machine/limits.h"

/* One case on one instruction set: its time, and how close it is to the limits. */

struct dp_figure {
    const struct dp_bench_case *of;
    const char *isa;
    int bits;
    int nets;          // trained side by side
    double ns;         // a step of one network
    double gflops;     // GFLOP/s
    double peak;       // GFLOP/s of multiply-adds, the better of just before and just after
    double of_peak;    // reached share of this peak
    const char *level; // level of memory that holds the working set
    double of_streams; // share of the speed at which its bytes could stream there
    double of_units;   // share of the speed at which the processor's units could do its arithmetic
    double loss;       // after of->steps steps, mean over the networks
    uint64_t hash;     // of their parameters then
};

/* Measures on the instruction set and precision of the limit; streams: the best of each level, [DP_LEVELS +
 * 1]. */
enum dp_status dp_figure_measure(const struct dp_bench_case *c, const struct dp_limit *limit, double seconds,
                                 const struct dp_machine *machine, const struct dp_stream_rate *streams,
                                 struct dp_figure *figure, struct dp_error *error);
