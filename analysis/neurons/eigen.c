// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/eigen.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SQUARINGS = 60 };

/* Divides by the trace, so that the squares do not grow to infinity or vanish; false for zero. */
static int scale(double *a, int64_t n)
{
    double trace = 0;
    for (int64_t i = 0; i < n; i++)
        trace += a[i * n + i];
    for (int64_t i = 0; i < n * n && trace > 0; i++)
        a[i] /= trace;
    return trace > 0;
}

/* square = a a, with symmetric a. Returns the largest change. */
static double multiply(const double *a, int64_t n, double *square)
{
    memset(square, 0, (size_t)(n * n) * sizeof *square);
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = 0; k < n; k++) {
            const double aik = a[i * n + k];
            for (int64_t j = 0; j < n; j++)
                square[i * n + j] += aik * a[k * n + j];
        }
    scale(square, n);
    double change = 0;
    for (int64_t i = 0; i < n * n; i++)
        change = fmax(change, fabs(square[i] - a[i]));
    return change;
}

enum dp_status dp_eigen_leading(const double *a, int64_t n, double *vector, struct dp_error *error)
{
    const size_t size = (size_t)(n * n) * sizeof *a;
    double *const memory = malloc(2 * size), *now = memory, *next = memory + n * n;
    if (!memory)
        return dp_fail(error, DP_NO_MEMORY, "no memory for an eigenvector of %lld components", (long long)n);
    memcpy(now, a, size);
    int64_t widest = 0;
    if (!scale(now, n)) {
        memset(now, 0, size);
        now[0] = 1;
    }
    for (int i = 0; i < SQUARINGS; i++) {
        const double change = multiply(now, n, next);
        double *const other = now;
        now = next;
        next = other;
        if (change <= 1e-15)
            break;
    }
    // a projector's columns are all along the vector; the longest one has lost least to rounding
    for (int64_t i = 1; i < n; i++)
        widest = now[i * n + i] > now[widest * n + widest] ? i : widest;
    double square = 0;
    for (int64_t i = 0; i < n; i++)
        square += now[i * n + widest] * now[i * n + widest];
    for (int64_t i = 0; i < n; i++)
        vector[i] = now[i * n + widest] / sqrt(square);
    free(memory);
    return DP_OK;
}
