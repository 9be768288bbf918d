// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "bench/cases/cases.h"
#include "bench/machine/limits.h"

/* What a step cannot do without, by the unit of the processor that does it, and the time that takes at least.
 *
 * The counts are those of the kernels' vector code, read off kernels/: operations on one number each, which
 * vectors do several of at a time. Moves, shifts and whole numbers are left out, and so is what is done once
 * a step. Where the gradients of relu cannot be looked up (doubles on AVX2) more is done, which counts as
 * time lost. */

struct dp_arithmetic {
    double multiplies; // multiplications and multiply-adds
    double additions;  // additions, and what goes to the same unit: minima, maxima
    double divisions;
    double roots;
};

/* Of one step of one network. */
struct dp_arithmetic dp_case_arithmetic(const struct dp_bench_case *c, int bits);

/* Nanoseconds: the longest of the multiplying unit's time, divisions among its work; of all arithmetic; and
 * of the divisions alone. */
double dp_arithmetic_bound(const struct dp_arithmetic *work, const struct dp_limit *limit);
