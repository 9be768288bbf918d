// SPDX-License-Identifier: BSD-3-Clause
#include "core/math/eigen.h"
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

enum { SWEEPS = 12 };

struct rotation {
    double c, s;
};

// The columns p and q of a matrix of n rows.
static void turn_columns(struct rotation by, int n, int stride, int p, int q, double *matrix)
{
    for (int k = 0; k < n; k++) {
        double *row = matrix + k * stride;
        const double a = row[p], b = row[q];
        row[p] = by.c * a - by.s * b;
        row[q] = by.s * a + by.c * b;
    }
}

// So that the element between p and q vanishes.
static void rotate(int n, int stride, int p, int q, double *matrix, double *vectors)
{
    double *const upper = matrix + p * stride, *const lower = matrix + q * stride;
    const double theta = (lower[q] - upper[p]) / (2 * upper[q]);
    const double t = (theta >= 0 ? 1 : -1) / (fabs(theta) + sqrt(theta * theta + 1));
    const double c = 1 / sqrt(t * t + 1);
    const struct rotation by = {c, t * c};
    turn_columns(by, n, stride, p, q, matrix);
    for (int k = 0; k < n; k++) {
        const double a = upper[k], b = lower[k];
        upper[k] = by.c * a - by.s * b;
        lower[k] = by.s * a + by.c * b;
    }
    if (vectors)
        turn_columns(by, n, stride, p, q, vectors);
}

// All pairs once; whether anything but rounding was off the diagonal.
static bool sweep(int n, int stride, double *matrix, double *vectors)
{
    bool any = false;
    for (int p = 0; p < n; p++)
        for (int q = p + 1; q < n; q++) {
            const double size = sqrt(fabs(matrix[p * stride + p] * matrix[q * stride + q]));
            if (fabs(matrix[p * stride + q]) > 1e-15 * size) {
                rotate(n, stride, p, q, matrix, vectors);
                any = true;
            }
        }
    return any;
}

void dp_eigen(int n, int stride, double *matrix, double *vectors)
{
    for (int i = 0; vectors && i < n; i++)
        for (int j = 0; j < n; j++)
            vectors[i * stride + j] = i == j;
    for (int k = 0; k < SWEEPS && sweep(n, stride, matrix, vectors); k++)
        continue;
}
