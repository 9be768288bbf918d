// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "bench/cases/cases.h"
#include "bench/machine/limits.h"

/* The least arithmetic of a step, by the unit of the processor that does it, and the least time that it
 * takes.
 *
 * The counts are those of the kernels' vector code: operations on one number each, of which vectors do
 * several at a time. They do not include moves, shifts and whole numbers, nor work done once per step. If the
 * gradients of relu cannot be looked up (doubles on AVX2), more is done, which counts as lost time. */

struct dp_arithmetic {
    double multiplies; // multiplications and multiply-adds
    double additions;  // additions, and what goes to the same unit: minima, maxima
    double divisions;
    double roots;
};

/* Of one step of one network. */
struct dp_arithmetic dp_case_arithmetic(const struct dp_bench_case *c, int bits);

/* Nanoseconds: the longest of three times: of the multiplying unit, including divisions; of all arithmetic;
 * and of the divisions alone. */
double dp_arithmetic_bound(const struct dp_arithmetic *work, const struct dp_limit *limit);
