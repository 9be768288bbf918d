// SPDX-License-Identifier: BSD-3-Clause
#include "figures/scale.h"
#include <math.h>
#include <stddef.h>

/* Standard deviation of the steps between n values over their mean; of their logarithms if asked. */
static double unevenness(const double *value, int64_t n, bool logarithms)
{
    double sum = 0, squares = 0;
    for (int64_t i = 1; i < n; i++) {
        const double step = logarithms ? log(value[i] / value[i - 1]) : value[i] - value[i - 1];
        sum += step;
        squares += step * step;
    }
    const double steps = (double)(n - 1), mean = sum / steps;
    return sqrt(fmax(0, squares / steps - mean * mean)) / mean;
}

bool dp_log_axis(const double *centre, int64_t n)
{
    return n > 1 && centre[0] > 0 && centre[n - 1] >= 10 * centre[0] &&
           (n == 2 || unevenness(centre, n, true) < unevenness(centre, n, false));
}

void dp_cell_edges(const double *centre, int64_t n, bool log_axis, double *edge)
{
    for (int64_t i = 1; i < n; i++)
        edge[i] = log_axis ? sqrt(centre[i - 1] * centre[i]) : (centre[i - 1] + centre[i]) / 2;
    if (n == 1) { // a lone cell has no neighbour to tell its size
        edge[0] = centre[0] - 0.5;
        edge[1] = centre[0] + 0.5;
    } else if (log_axis) {
        edge[0] = centre[0] * centre[0] / edge[1];
        edge[n] = centre[n - 1] * centre[n - 1] / edge[n - 1];
    } else {
        edge[0] = 2 * centre[0] - edge[1];
        edge[n] = 2 * centre[n - 1] - edge[n - 1];
    }
}

int dp_axis_power(double largest)
{
    const bool short_numbers = largest >= 0.01 && largest < 1e5;
    return short_numbers || !(largest > 0) || isinf(largest) ? 0 : (int)floor(log10(largest));
}

double dp_colour_range(double largest)
{
    static const double steps[] = {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10};
    if (!(largest > 0) || isinf(largest))
        return 1;
    const double decade = pow(10, floor(log10(largest)));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (largest <= steps[i] * decade * (1 + 1e-12))
            return steps[i] * decade;
    return 10 * decade;
}
