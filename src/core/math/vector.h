// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdint.h>

/* The scalar product, always summed in the same order. */
static inline double dp_dot(const double *u, const double *v, int64_t count)
{
    double sum = 0;
    for (int64_t j = 0; j < count; j++)
        sum += u[j] * v[j];
    return sum;
}
