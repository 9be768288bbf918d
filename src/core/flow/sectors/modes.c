// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/sectors/modes.h"
#include "core/math/eigen.h"
#include "core/math/elementary.h"
#include <math.h>

enum { N = DP_MODES, BISECTIONS = 50 };
static const double SMALL = 1e-3; // below it, series

void dp_modes_find(struct dp_modes *modes, int n, double g[N][N], const double *e)
{
    modes->n = n;
    dp_eigen(n, N, g[0], modes->vectors[0]);
    for (int j = 0; j < n; j++) {
        modes->values[j] = fmax(g[j][j], 0);
        modes->e[j] = 0;
        for (int i = 0; i < n; i++)
            modes->e[j] += modes->vectors[i][j] * e[i];
    }
}

static double decay(double z)
{
    return z < 700 ? dp_exp(-z) : 0;
}

// (1 - e^-z) / z, from e^-z
static double mean_decay(double z, double left)
{
    return z < SMALL ? 1 - z / 2 * (1 - z / 3 * (1 - z / 4 * (1 - z / 5))) : (1 - left) / z;
}

// From the basis of the eigenvectors.
static void put_back(const struct dp_modes *modes, const double *from, double *to)
{
    for (int i = 0; i < modes->n; i++) {
        to[i] = 0;
        for (int j = 0; j < modes->n; j++)
            to[i] += modes->vectors[i][j] * from[j];
    }
}

void dp_modes_relax(const struct dp_modes *modes, double time, double *e, double *integral)
{
    double left[N], passed[N];
    for (int j = 0; j < modes->n; j++) {
        const double z = modes->values[j] * time, rest = decay(z);
        left[j] = modes->e[j] * rest;
        passed[j] = modes->e[j] * time * mean_decay(z, rest);
    }
    put_back(modes, passed, integral);
    if (e)
        put_back(modes, left, e);
}

/* Integral over 0 < t2 < t1 < time of e^(-g t1 - k t2) - e^(-k t1 - g t2); rest: e^(-g time), e^(-k time). */
static double ordered(double g, double k, double time, const double rest[2])
{
    const double z = g * time, y = k * time;
    if (z < SMALL && y < SMALL)
        return time * time * (y - z) / 6 * (1 - (y + z) / 2);
    const double p = time * mean_decay(z, rest[0]), q = time * mean_decay(y, rest[1]);
    const double both = time * mean_decay(z + y, rest[0] * rest[1]);
    // the two terms add up to p q; the one to divide by the larger eigenvalue is the better conditioned
    return y > z ? 2 * (p - both) / k - p * q : p * q - 2 * (q - both) / g;
}

void dp_modes_swirl(const struct dp_modes *modes, double time, double swirl[N][N])
{
    const int n = modes->n;
    double products[N][N], rest[N];
    for (int j = 0; j < n; j++) {
        rest[j] = decay(modes->values[j] * time);
        for (int l = 0; l < j; l++)
            products[j][l] = modes->e[j] * modes->e[l] *
                             ordered(modes->values[j], modes->values[l], time, (double[]){rest[j], rest[l]});
    }
    for (int i = 0; i < n; i++)
        for (int k = 0; k < i; k++) {
            swirl[i][k] = 0;
            for (int j = 0; j < n; j++)
                for (int l = 0; l < j; l++)
                    swirl[i][k] += (modes->vectors[i][j] * modes->vectors[k][l] -
                                    modes->vectors[i][l] * modes->vectors[k][j]) *
                                   products[j][l];
        }
}

double dp_modes_lost(const struct dp_modes *modes, const double *miss, double time)
{
    double sum = 0;
    for (int j = 0; j < modes->n; j++) {
        double along = 0;
        for (int i = 0; i < modes->n; i++)
            along += modes->vectors[i][j] * miss[i];
        const double z = modes->values[j] * time, lost = along * time * mean_decay(z, decay(z)) / 2;
        sum += lost * lost;
    }
    return sqrt(sum);
}

double dp_modes_landing(const struct dp_modes *modes, double square, double time)
{
    double low = 0, high = time;
    for (int k = 0; k < BISECTIONS; k++) {
        const double middle = low + (high - low) / 2;
        double sum = 0;
        for (int j = 0; j < modes->n; j++) {
            const double e = modes->e[j] * decay(modes->values[j] * middle);
            sum += e * e;
        }
        if (sum > square)
            low = middle;
        else
            high = middle;
    }
    return high;
}
