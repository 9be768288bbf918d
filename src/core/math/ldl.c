// SPDX-License-Identifier: BSD-3-Clause
#include "core/math/ldl.h"
#include <math.h>

// to -= factor from, entries `first` to n - 1
static void subtract(int64_t first, int64_t n, double factor, const double *restrict from,
                     double *restrict to)
{
    for (int64_t j = first; j < n; j++)
        to[j] -= factor * from[j];
}

int64_t dp_ldl(int64_t n, double *a)
{
    int64_t negative = 0;
    for (int64_t k = 0; k < n; k++) {
        double *row = a + k * n;
        const double pivot = row[k], inverse = 1 / pivot;
        if (!(fabs(pivot) > 0 && fabs(pivot) < INFINITY))
            return -1;
        negative += pivot < 0;
        for (int64_t i = k + 1; i < n; i++)
            subtract(i, n, row[i] * inverse, row, a + i * n);
        for (int64_t j = k + 1; j < n; j++)
            row[j] *= inverse;
    }
    return negative;
}

void dp_ldl_solve(int64_t n, const double *u, double *x)
{
    for (int64_t k = 0; k < n; k++)
        subtract(k + 1, n, x[k], u + k * n, x);
    for (int64_t k = n - 1; k >= 0; k--) {
        x[k] /= u[k * n + k];
        for (int64_t j = k + 1; j < n; j++)
            x[k] -= u[k * n + j] * x[j];
    }
}
