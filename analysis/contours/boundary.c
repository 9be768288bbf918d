// SPDX-License-Identifier: BSD-3-Clause
#include "contours/boundary.h"
#include <math.h>
#include <stdbool.h>

/* A half-line from (1, 0): points (1, 0) + t (dx, dy), t >= 0, with (dx, dy) of length 1. */
static const struct {
    double dx, dy;
} rays[DP_BOUNDARY_LINES] = {
    {0, -1},                                    // gamma = 1, gamma' <= 0
    {0.70710678118654752, 0.70710678118654752}, // gamma' = gamma - 1, gamma >= 1
};

double dp_boundary_distance(double gamma, double gamma_prime)
{
    const double x = gamma - 1, y = gamma_prime;
    double nearest = INFINITY;
    for (int k = 0; k < DP_BOUNDARY_LINES; k++) {
        // Beside the half-line the distance is that from the whole line, else that from its end.
        const bool beside = x * rays[k].dx + y * rays[k].dy > 0;
        nearest = fmin(nearest, beside ? fabs(x * rays[k].dy - y * rays[k].dx) : hypot(x, y));
    }
    return x > 0 && y < x ? nearest : -nearest;
}

/* Narrows [*from, *to] to the t with low <= start + t step <= high. */
static void narrow(double start, double step, double low, double high, double *from, double *to)
{
    if (step == 0) {
        if (start < low || start > high)
            *to = -INFINITY;
        return;
    }
    const double a = (low - start) / step, b = (high - start) / step;
    *from = fmax(*from, fmin(a, b));
    *to = fmin(*to, fmax(a, b));
}

int dp_boundary_clip(double x0, double x1, double y0, double y1, double line[DP_BOUNDARY_LINES][4])
{
    int lines = 0;
    for (int k = 0; k < DP_BOUNDARY_LINES; k++) {
        double from = 0, to = INFINITY;
        narrow(1, rays[k].dx, x0, x1, &from, &to);
        narrow(0, rays[k].dy, y0, y1, &from, &to);
        if (!(from < to))
            continue;
        line[lines][0] = 1 + from * rays[k].dx;
        line[lines][1] = from * rays[k].dy;
        line[lines][2] = 1 + to * rays[k].dx;
        line[lines][3] = to * rays[k].dy;
        lines++;
    }
    return lines;
}

double dp_predicted_slope(double gamma, double gamma_prime)
{
    if (gamma_prime <= fmin(0, 1 - gamma))
        return gamma - 1;
    if (gamma <= 1)
        return gamma - 1 - 2 * gamma_prime;
    return (gamma - 1 - gamma_prime) * (gamma_prime >= gamma - 1 ? 2 : 0.5);
}

double dp_predicted_gain_slope(double gamma, double gamma_prime)
{
    if (fabs(gamma_prime) < gamma - 1)
        return gamma - 1 - gamma_prime;
    return 2 * (gamma - 1 - fmax(gamma_prime, 0));
}

const struct dp_named_init dp_named_inits[] = {
    {"Xavier, mean field", 1, 0},
    {"NTK", 0.5, 0},
    {"LeCun, He", 0.5, 0.5},
};
const int dp_named_init_count = sizeof dp_named_inits / sizeof *dp_named_inits;
