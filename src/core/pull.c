// SPDX-License-Identifier: BSD-3-Clause
#include "core/pull.h"
#include <math.h>
#include <string.h>

enum { SWEEPS = 12 };

// mean y p (p - 1) h^(p - 2) q q^T with q the part of x across the unit vector, times side.
static void hessian_across(const struct dp_surface *s, const double *unit, double side,
                           double matrix[DP_PULL_ROWS][DP_PULL_ROWS])
{
    double across[DP_PULL_ROWS];
    memset(matrix, 0, DP_PULL_ROWS * sizeof *matrix);
    for (int64_t i = 0; i < s->count; i++) {
        const double *x = s->x + i * s->rows;
        double h = 0, factor = side * s->power * (s->power - 1) * s->y[i] / (double)s->count;
        for (int j = 0; j < s->rows; j++)
            h += unit[j] * x[j];
        for (int k = 2; k < s->power; k++)
            factor *= h;
        for (int j = 0; j < s->rows; j++)
            across[j] = x[j] - h * unit[j];
        for (int j = 0; j < s->rows; j++)
            for (int l = 0; l <= j; l++)
                matrix[j][l] += factor * across[j] * across[l];
    }
    for (int j = 0; j < s->rows; j++)
        for (int l = 0; l < j; l++)
            matrix[l][j] = matrix[j][l];
}

// Turns rows and columns p and q so that the element between them vanishes (Jacobi).
static void rotate(double matrix[DP_PULL_ROWS][DP_PULL_ROWS], int rows, int p, int q)
{
    const double ratio = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
    const double size = 1 / (fabs(ratio) + sqrt(1 + ratio * ratio)), t = ratio < 0 ? -size : size;
    const double c = 1 / sqrt(1 + t * t), sine = t * c;
    for (int k = 0; k < rows; k++) {
        const double left = matrix[k][p], right = matrix[k][q];
        matrix[k][p] = c * left - sine * right;
        matrix[k][q] = sine * left + c * right;
    }
    for (int k = 0; k < rows; k++) {
        const double up = matrix[p][k], down = matrix[q][k];
        matrix[p][k] = c * up - sine * down;
        matrix[q][k] = sine * up + c * down;
    }
}

static double largest_eigenvalue(double matrix[DP_PULL_ROWS][DP_PULL_ROWS], int rows)
{
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (int p = 0; p < rows; p++)
            for (int q = p + 1; q < rows; q++)
                if (fabs(matrix[p][q]) > 1e-15 * (fabs(matrix[p][p]) + fabs(matrix[q][q])))
                    rotate(matrix, rows, p, q);
    double largest = -INFINITY;
    for (int j = 0; j < rows; j++)
        largest = fmax(largest, matrix[j][j]);
    return largest;
}

double dp_pull(const struct dp_surface *surface, const double *unit, double value)
{
    double matrix[DP_PULL_ROWS][DP_PULL_ROWS];
    const int rows = surface->rows;
    if (rows > DP_PULL_ROWS)
        return NAN;
    if (surface->power == 1)
        return 1;
    hessian_across(surface, unit, value < 0 ? -1 : 1, matrix);
    // the extremum's own direction, where the matrix is 0, must not be the largest
    double bound = 0;
    for (int j = 0; j < rows; j++)
        for (int l = 0; l < rows; l++)
            bound += fabs(matrix[j][l]);
    for (int j = 0; j < rows; j++)
        for (int l = 0; l < rows; l++)
            matrix[j][l] -= 2 * bound * unit[j] * unit[l];
    return rows == 1 ? 1 : 1 - largest_eigenvalue(matrix, rows) / (surface->power * fabs(value));
}
