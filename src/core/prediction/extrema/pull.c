// SPDX-License-Identifier: BSD-3-Clause
#include "core/prediction/extrema/pull.h"
#include "core/math/eigen.h"
#include "core/math/vector.h"
#include <math.h>
#include <string.h>

// mean y p (p - 1) h^(p - 2) q q^T with q the part of x across the unit vector, times side.
static void hessian_across(const struct dp_objective *s, const double *unit, double side,
                           double matrix[DP_PULL_ROWS][DP_PULL_ROWS])
{
    double across[DP_PULL_ROWS];
    memset(matrix, 0, DP_PULL_ROWS * sizeof *matrix);
    for (int64_t i = 0; i < s->count; i++) {
        const double *x = s->x + i * s->rows;
        const double h = dp_dot(unit, x, s->rows);
        double factor = side * s->power * (s->power - 1) * s->y[i] / (double)s->count;
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

static double largest_eigenvalue(double matrix[DP_PULL_ROWS][DP_PULL_ROWS], int rows)
{
    dp_eigen(rows, DP_PULL_ROWS, matrix[0], NULL);
    double largest = -INFINITY;
    for (int j = 0; j < rows; j++)
        largest = fmax(largest, matrix[j][j]);
    return largest;
}

double dp_pull(const struct dp_objective *objective, const double *unit, double value)
{
    double matrix[DP_PULL_ROWS][DP_PULL_ROWS];
    const int rows = objective->rows;
    if (rows > DP_PULL_ROWS)
        return NAN;
    if (objective->power == 1)
        return 1;
    hessian_across(objective, unit, value < 0 ? -1 : 1, matrix);
    // the extremum's own direction, where the matrix is 0, must not be the largest
    double bound = 0;
    for (int j = 0; j < rows; j++)
        for (int l = 0; l < rows; l++)
            bound += fabs(matrix[j][l]);
    for (int j = 0; j < rows; j++)
        for (int l = 0; l < rows; l++)
            matrix[j][l] -= 2 * bound * unit[j] * unit[l];
    return rows == 1 ? 1 : 1 - largest_eigenvalue(matrix, rows) / (objective->power * fabs(value));
}
