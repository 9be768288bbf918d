// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/smooth/formula.h"
#include <math.h>

// polynomial <- polynomial (1 + x / xi) up to x^degree
static void multiply(double *polynomial, int degree, double inverse_xi)
{
    for (int i = degree; i >= 1; i--)
        polynomial[i] += polynomial[i - 1] * inverse_xi;
}

struct dp_step_formula dp_formula(int order, const double *steps)
{
    const int q = order;
    struct dp_step_formula f = {.l = {1, 1}};
    double alpha0 = -1, alpha0_hat = -1, inverse = 1, inverse_star = 1, sum = steps[0];
    if (q > 1) {
        for (int j = 2; j < q; j++) {
            sum += steps[j - 1];
            inverse = steps[0] / sum;
            alpha0 -= 1.0 / j;
            multiply(f.l, j, inverse);
        }
        alpha0 -= 1.0 / q;
        inverse_star = -f.l[1] - alpha0;
        sum += steps[q - 1];
        inverse = steps[0] / sum;
        alpha0_hat = -f.l[1] - inverse;
        multiply(f.l, q, inverse_star);
    }
    const double a1 = 1 - alpha0_hat + alpha0, a2 = 1 + q * a1;
    f.error = fabs(a1 / (alpha0 * a2));
    f.history = fabs(a2 * inverse_star / (f.l[q] * inverse));
    f.error_lower = 1;
    if (q > 1) {
        const double a3 = alpha0 + 1.0 / q, a4 = alpha0_hat + inverse;
        f.error_lower = fabs(inverse_star / f.l[q] * (1 - a4 + a3) / a3);
    }
    const double a5 = alpha0 - 1.0 / (q + 1);
    sum += steps[q];
    inverse = steps[0] / sum;
    const double a6 = alpha0_hat - inverse;
    f.error_higher = fabs((1 - a6 + a5) / a2 / (inverse * (q + 2) * a5));
    return f;
}

void dp_formula_lower(int order, const double *steps, double *factor)
{
    double sum = 0;
    for (int i = 0; i <= DP_BDF_ORDERS; i++)
        factor[i] = 0;
    factor[2] = 1;
    for (int j = 1; j <= order - 2; j++) {
        sum += steps[j - 1];
        const double xi = sum / steps[0];
        for (int i = j + 2; i >= 2; i--)
            factor[i] = factor[i] * xi + factor[i - 1];
    }
}

double dp_formula_raise(int order, const double *steps, double *factor)
{
    double alpha0 = -1, alpha1 = 1, product = 1, before = 1, sum = steps[0];
    for (int i = 0; i <= DP_BDF_ORDERS; i++)
        factor[i] = 0;
    factor[2] = 1;
    for (int j = 1; j < order; j++) {
        sum += steps[j];
        const double xi = sum / steps[0];
        product *= xi;
        alpha0 -= 1.0 / (j + 1);
        alpha1 += 1 / xi;
        for (int i = j + 2; i >= 2; i--)
            factor[i] = factor[i] * before + factor[i - 1];
        before = xi;
    }
    return (-alpha0 - alpha1) / product;
}
