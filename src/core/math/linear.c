// SPDX-License-Identifier: BSD-3-Clause
#include "core/math/linear.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// a [d][d] = L L^T in its lower part; false when it is not positive definite to rounding.
static bool cholesky(double *a, int64_t d)
{
    for (int64_t j = 0; j < d; j++) {
        const double before = a[j * d + j];
        for (int64_t i = j; i < d; i++) {
            double sum = a[i * d + j];
            for (int64_t k = 0; k < j; k++)
                sum -= a[i * d + k] * a[j * d + k];
            if (i == j && !(sum > 1e-13 * before))
                return false;
            a[i * d + j] = i == j ? sqrt(sum) : sum / a[j * d + j];
        }
    }
    return true;
}

// x <- (L L^T)^-1 x
static void solve(const double *l, int64_t d, double *x)
{
    for (int64_t i = 0; i < d; i++) {
        for (int64_t k = 0; k < i; k++)
            x[i] -= l[i * d + k] * x[k];
        x[i] /= l[i * d + i];
    }
    for (int64_t i = d - 1; i >= 0; i--) {
        for (int64_t k = i + 1; k < d; k++)
            x[i] -= l[k * d + i] * x[k];
        x[i] /= l[i * d + i];
    }
}

enum dp_status dp_linear_map(const struct dp_samples *samples, double *map, struct dp_error *error)
{
    const int64_t n = samples->count, d = samples->inputs, o = samples->outputs;
    double *gram = calloc((size_t)(d * d), sizeof *gram);
    if (!gram)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the linear map of %lld inputs", (long long)d);
    memset(map, 0, (size_t)(o * d) * sizeof *map);
    for (int64_t i = 0; i < n; i++) {
        const double *x = samples->x + i * d, *y = samples->y + i * o;
        for (int64_t j = 0; j < d; j++) {
            for (int64_t k = 0; k < d; k++)
                gram[j * d + k] += x[j] * x[k];
            for (int64_t c = 0; c < o; c++)
                map[c * d + j] += y[c] * x[j];
        }
    }
    const bool definite = cholesky(gram, d);
    for (int64_t c = 0; definite && c < o; c++)
        solve(gram, d, map + c * d);
    free(gram);
    return definite ? DP_OK
                    : dp_fail(error, DP_BAD_INPUT,
                              "the %lld samples do not span their %lld inputs, so the data has no modes",
                              (long long)n, (long long)d);
}

/* One rotation of the symmetric a [d][d] in the plane (p, q) that makes a_pq zero; v accumulates the
 * rotations. Golub and Van Loan, Matrix Computations, 8.5. */
static void rotate(double *a, double *v, int64_t d, int64_t p, int64_t q)
{
    const double tau = (a[q * d + q] - a[p * d + p]) / (2 * a[p * d + q]);
    const double t = (tau >= 0 ? 1 : -1) / (fabs(tau) + sqrt(1 + tau * tau));
    const double c = 1 / sqrt(1 + t * t), s = t * c;
    for (int64_t k = 0; k < d; k++) {
        const double kp = a[k * d + p], kq = a[k * d + q];
        a[k * d + p] = c * kp - s * kq;
        a[k * d + q] = s * kp + c * kq;
    }
    for (int64_t k = 0; k < d; k++) {
        const double pk = a[p * d + k], qk = a[q * d + k], vp = v[k * d + p], vq = v[k * d + q];
        a[p * d + k] = c * pk - s * qk;
        a[q * d + k] = s * pk + c * qk;
        v[k * d + p] = c * vp - s * vq;
        v[k * d + q] = s * vp + c * vq;
    }
}

// Eigenvectors of the symmetric a [d][d] as columns of v, which is left diagonal.
static void diagonalise(double *a, double *v, int64_t d)
{
    enum { MOST_SWEEPS = 60 };
    for (int64_t i = 0; i < d * d; i++)
        v[i] = i % (d + 1) == 0;
    bool rotated = true;
    for (int sweep = 0; sweep < MOST_SWEEPS && rotated; sweep++) {
        rotated = false;
        for (int64_t p = 0; p < d; p++)
            for (int64_t q = p + 1; q < d; q++) {
                const double off = fabs(a[p * d + q]);
                if (off <= 1e-17 * (fabs(a[p * d + p]) + fabs(a[q * d + q])))
                    continue;
                rotate(a, v, d, p, q);
                rotated = true;
            }
    }
}

// Orders the columns of v by descending diagonal of a.
static void sort_columns(double *a, double *v, int64_t d)
{
    for (int64_t p = 0; p < d; p++) {
        int64_t best = p;
        for (int64_t q = p + 1; q < d; q++)
            best = a[q * d + q] > a[best * d + best] ? q : best;
        const double diagonal = a[p * d + p];
        a[p * d + p] = a[best * d + best];
        a[best * d + best] = diagonal;
        for (int64_t k = 0; k < d; k++) {
            const double value = v[k * d + p];
            v[k * d + p] = v[k * d + best];
            v[k * d + best] = value;
        }
    }
}

// Takes away from column c of a [rows][columns] its parts along the columns before it; returns its length
// then.
static double clear_of_others(double *a, int64_t rows, int64_t columns, int64_t c)
{
    for (int again = 0; again < 2; again++)
        for (int64_t b = 0; b < c; b++) {
            double along = 0;
            for (int64_t i = 0; i < rows; i++)
                along += a[i * columns + b] * a[i * columns + c];
            for (int64_t i = 0; i < rows; i++)
                a[i * columns + c] -= along * a[i * columns + b];
        }
    double square = 0;
    for (int64_t i = 0; i < rows; i++)
        square += a[i * columns + c] * a[i * columns + c];
    return sqrt(square);
}

static void scale_column(double *a, int64_t rows, int64_t columns, int64_t c, double factor)
{
    for (int64_t i = 0; i < rows; i++)
        a[i * columns + c] *= factor;
}

void dp_linear_frame(double *a, int64_t rows, int64_t columns)
{
    for (int64_t c = 0; c < columns; c++)
        scale_column(a, rows, columns, c, 1 / clear_of_others(a, rows, columns, c));
}

// u_c = M v_c / s_c, and where s_c vanishes the first unit vector that is not yet spanned.
static void left_vectors(const double *map, int64_t o, int64_t d, const double *v, double *u, double *s)
{
    const int64_t modes = o < d ? o : d;
    for (int64_t c = 0; c < o; c++) {
        for (int64_t i = 0; i < o; i++) {
            u[i * o + c] = 0;
            for (int64_t j = 0; c < modes && j < d; j++)
                u[i * o + c] += map[i * d + j] * v[j * d + c];
        }
        double size = 0;
        for (int64_t i = 0; i < o; i++)
            size += u[i * o + c] * u[i * o + c];
        size = sqrt(size);
        if (c < modes)
            s[c] = size;
        double left = clear_of_others(u, o, o, c);
        bool fine = c < modes && left > 1e-8 * s[0];
        for (int64_t unit = 0; !fine && unit < o; unit++) {
            for (int64_t i = 0; i < o; i++)
                u[i * o + c] = i == unit;
            left = clear_of_others(u, o, o, c);
            fine = left > 0.1 / (double)o;
        }
        scale_column(u, o, o, c, 1 / left);
    }
}

enum dp_status dp_linear_modes(const double *map, int64_t outputs, int64_t inputs, double *u, double *s,
                               double *v, struct dp_error *error)
{
    const int64_t o = outputs, d = inputs;
    double *gram = calloc((size_t)(d * d), sizeof *gram);
    if (!gram)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the modes of %lld inputs", (long long)d);
    for (int64_t c = 0; c < o; c++)
        for (int64_t j = 0; j < d; j++)
            for (int64_t k = 0; k < d; k++)
                gram[j * d + k] += map[c * d + j] * map[c * d + k];
    diagonalise(gram, v, d);
    sort_columns(gram, v, d);
    left_vectors(map, o, d, v, u, s);
    free(gram);
    return DP_OK;
}
