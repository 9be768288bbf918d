// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/samples.h"

/* Data as users have them, on which the kernel's eigenvalues spread over many decades, and with them the
 * times of gradient flow:
 *
 *   sin20  20 points of sin 3x on [-1, 1]                 d2n30  30 uniform points of sin(3 x_1) x_2 on [-1,
 * 1]^2 two40  40 points of sin 3x + sin(6x) / 2 on [-1, 1.5]  d5n60  60 normal points of tanh(1.5 x_1 - x_2)
 * in 5 dimensions lab20  20 points on [-1, 1] with labels +-1 at random  d5n80  80 uniform points of 3.5 sum
 * sin(5x + 1) on [-4, 2]^5
 *
 * Random numbers by a generator of their own (Steele, Lea, Flood, OOPSLA 2014: splitmix64). */

/* Of static memory, which every call fills alike. */
struct dp_samples data_set(const char *name);
