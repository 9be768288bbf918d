// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/waves/strands.h"

/* Eigenvectors of a symmetric matrix of up to a few hundred rows: Householder's tridiagonal form, then
 * implicit QL (Golub and Van Loan, Matrix Computations, 8.3), transposed so that every inner loop runs along
 * rows. Errors of eigenvalues are rounding errors relative to the largest. 60 rows take about 2 million
 * operations, a fifth of Jacobi's method. */

enum { QL_ROUNDS = 60 }; // for one eigenvalue; two are usual

// y [from..n) += s x
INLINE void row_add(int from, int n, double s, const double *restrict x, double *restrict y)
{
    for (int j = from; j < n; j++)
        y[j] += s * x[j];
}

/* Eliminates row k of the lower right part by a reflection 1 - beta v v^T: v stays in the row, beta in
 * betas[k]. */
static void reflect(int n, int stride, double *restrict a, int k, double *restrict betas,
                    double *restrict beside, double *restrict p)
{
    double *const v = a + k * stride;
    double tail = 0;
    for (int j = k + 2; j < n; j++)
        tail += v[j] * v[j];
    const double head = v[k + 1];
    betas[k] = 0;
    beside[k] = head;
    if (tail == 0)
        return;
    const double size = sqrt(head * head + tail);
    beside[k] = head > 0 ? -size : size;
    v[k + 1] = head - beside[k];
    betas[k] = 2 / (v[k + 1] * v[k + 1] + tail);
    for (int j = k + 1; j < n; j++)
        p[j] = 0;
    for (int i = k + 1; i < n; i++)
        row_add(k + 1, n, betas[k] * v[i], a + i * stride, p);
    double along = 0;
    for (int j = k + 1; j < n; j++)
        along += p[j] * v[j];
    row_add(k + 1, n, -betas[k] * along / 2, v, p);
    for (int i = k + 1; i < n; i++) {
        double *const row = a + i * stride;
        const double vi = v[i], pi = p[i];
        for (int j = k + 1; j < n; j++)
            row[j] -= vi * p[j] + pi * v[j];
    }
}

// The reflections become the rows of the transposed product of them all.
static void gather(int n, int stride, double *restrict a, const double *restrict betas, double *restrict s)
{
    a[(n - 1) * stride + n - 1] = 1;
    for (int k = n - 2; k >= 0; k--) {
        double *const v = a + k * stride;
        // the part below and right of k holds a product: multiply it by this reflection, v still in row k
        for (int j = k + 1; j < n; j++)
            s[j] = 0;
        for (int i = k + 1; i < n; i++)
            row_add(k + 1, n, betas[k] * v[i], a + i * stride, s);
        for (int i = k + 1; i < n; i++)
            row_add(k + 1, n, -v[i], s, a + i * stride);
        for (int j = k; j < n; j++)
            v[j] = j == k;
        for (int i = k + 1; i < n; i++)
            a[i * stride + k] = 0;
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++) {
            const double t = a[i * stride + j];
            a[i * stride + j] = a[j * stride + i];
            a[j * stride + i] = t;
        }
}

// Rows i and i + 1 turned.
INLINE void turn_rows(int n, double c, double s, double *restrict upper, double *restrict lower)
{
    for (int j = 0; j < n; j++) {
        const double u = upper[j], l = lower[j];
        lower[j] = s * u + c * l;
        upper[j] = c * u - s * l;
    }
}

// One implicit QL step on rows l..m.
static void ql_step(int n, int stride, int l, int m, double *d, double *e, double *rows)
{
    const double half = (d[l + 1] - d[l]) / (2 * e[l]);
    const double root = sqrt(half * half + 1);
    double g = d[m] - d[l] + e[l] / (half + (half >= 0 ? root : -root));
    double s = 1, c = 1, p = 0;
    int i = m - 1;
    for (; i >= l; i--) {
        const double f = s * e[i], b = c * e[i], r = sqrt(f * f + g * g);
        e[i + 1] = r;
        if (r == 0)
            break;
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        const double t = (d[i] - g) * s + 2 * c * b;
        p = s * t;
        d[i + 1] = g + p;
        g = c * t - b;
        turn_rows(n, c, s, rows + i * stride, rows + (i + 1) * stride);
    }
    if (i >= l) { // split in two by underflow
        d[i + 1] -= p;
        e[m] = 0;
        return;
    }
    d[l] -= p;
    e[l] = g;
    e[m] = 0;
}

static void eigen(int n, int stride, double *matrix, double *values, double *room)
{
    double *const betas = room, *const beside = room + stride, *const p = beside + n;
    double largest = 0;
    for (int k = 0; k + 1 < n; k++) {
        reflect(n, stride, matrix, k, betas, beside, p);
    }
    for (int k = 0; k < n; k++)
        values[k] = matrix[k * stride + k];
    beside[n - 1] = 0;
    for (int k = 0; k < n; k++)
        largest = fmax(largest, fabs(values[k]) + fabs(beside[k]));
    gather(n, stride, matrix, betas, p);
    for (int l = 0; l < n; l++)
        for (int round = 0; round < QL_ROUNDS; round++) {
            int m = l;
            while (m + 1 < n && !(fabs(beside[m]) <= 0x1p-53 * largest))
                m++;
            if (m == l)
                break;
            ql_step(n, stride, l, m, values, beside, matrix);
        }
}
