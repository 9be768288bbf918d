// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/waves/strands.h"

/* The motion of a neuron on lines, by Filippov's rule.
 *
 * On the line of sample s, a neuron would move with G where the sample is inactive and with G + rho_s x_s
 * where it is active. While a rho_s > 0 the two push it together, and it stays on the line, with a part
 * alpha_s in [0, 1] of this sample. G = sum over the active samples of rho x + sum over the lines of alpha
 * rho x is then the shortest possible (the neuron's loss is convex across these lines), so alpha solves a
 * least-squares problem with bounds. A line with alpha 0 is left to the inactive side, one with alpha 1 to
 * the active side. A neuron at 0 whose last sample that was has no pull left and is dead.
 *
 * If a rho_s <= 0, the neuron goes on to the side beyond. If it has been on the line before (a has changed
 * sign there), it may leave to either side. alpha was the part of the time that tiny steps spend on the
 * active side, and the neuron leaves to the side on which they spend more time. */

struct lines {
    int count;
    int *sample;    // [D + 1] samples whose lines it is on
    int *from;      // [D + 1] the side it came from; 0: already there
    int *state;     // [D + 1] -1 left to the inactive side, 0 on it, 1 left to the active side
    double *part;   // [D + 1] alpha
    double *matrix; // [D + 1][D + 1]
    double *base;   // [D]
};

static const double LEAST_PART = 1e-10; // alpha that holds a neuron on a line

INLINE double column_dot(int inputs, int stride, const double *g, const double *x, int i)
{
    double sum = 0;
    for (int j = 0; j < inputs; j++)
        sum += g[j] * x[j * stride + i];
    return sum;
}

INLINE void add_column(int inputs, int stride, double factor, const double *x, int i, double *g)
{
    for (int j = 0; j < inputs; j++)
        g[j] += factor * x[j * stride + i];
}

/* m x = b for the positive definite m [n][stride], of which the lower half is read, in b: L D L^T row by row.
 * False when rows depend on each other. */
static bool solve(int n, int stride, double *m, double *b)
{
    for (int r = 0; r < n; r++) {
        double *const row = m + r * stride;
        const double size = row[r];
        for (int c = 1; c < r; c++)
            row[c] -= plain_dot(c, row, m + c * stride);
        for (int c = 0; c < r; c++) {
            const double part = row[c] / m[c * stride + c];
            row[r] -= row[c] * part;
            row[c] = part;
        }
        if (!(row[r] > 1e-13 * size))
            return false;
        b[r] -= plain_dot(r, row, b);
    }
    for (int r = 0; r < n; r++)
        b[r] /= m[r * stride + r];
    for (int r = n - 1; r > 0; r--)
        for (int c = 0; c < r; c++)
            b[c] -= m[r * stride + c] * b[r];
    return true;
}

/* alpha of the lines still free so that G does not cross them, from G with the others. */
static bool free_parts(const struct lines *on, const struct dp_wave_points *p, const double *rho,
                       const double *g)
{
    const int wide = p->inputs + 1;
    int at = 0;
    for (int r = 0; r < on->count; r++) {
        if (on->state[r] != 0)
            continue;
        const int i = on->sample[r];
        int to = 0;
        for (int c = 0; c <= r; c++) {
            if (on->state[c] != 0)
                continue;
            double product = 0;
            for (int k = 0; k < p->inputs; k++)
                product += p->x[k * p->stride + i] * p->x[k * p->stride + on->sample[c]];
            on->matrix[at * wide + to++] = product;
        }
        on->part[at++] = -column_dot(p->inputs, p->stride, g, p->x, i);
    }
    if (!solve(at, wide, on->matrix, on->part))
        return false;
    // back to the places of their lines, from the end
    for (int r = on->count - 1; r >= 0; r--)
        if (on->state[r] == 0)
            on->part[r] = on->part[--at] / rho[on->sample[r]];
    return true;
}

// G of the present states, from that of the samples off the lines.
static void force_of(const struct lines *on, const struct dp_wave_points *p, const double *rho,
                     const double *base, double *g)
{
    memcpy(g, base, (size_t)p->inputs * sizeof *g);
    for (int r = 0; r < on->count; r++)
        if (on->state[r] > 0)
            add_column(p->inputs, p->stride, rho[on->sample[r]], p->x, on->sample[r], g);
}

// The free line whose alpha is furthest beyond its bounds is set to the bound; false when none is.
static bool bind_worst(const struct lines *on)
{
    int worst = -1;
    double most = 0;
    for (int r = 0; r < on->count; r++) {
        if (on->state[r] != 0)
            continue;
        const double below = on->part[r] < LEAST_PART ? fmax(-on->part[r], LEAST_PART) : 0;
        const double beyond = fmax(below, on->part[r] - 1);
        if (beyond > most) {
            most = beyond;
            worst = r;
        }
    }
    if (worst >= 0)
        on->state[worst] = on->part[worst] > 0.5 ? 1 : -1;
    return worst >= 0;
}

// The rate at which w.x_r grows.
INLINE double away_from(const struct lines *on, const struct dp_wave_points *p, double sign, const double *g,
                        int r)
{
    return -sign * column_dot(p->inputs, p->stride, g, p->x, on->sample[r]);
}

/* Of the lines that were left, attracting or repelling, the one back to which G moves the neuron fastest; -1
 * without one. */
static int taken_back(const struct lines *on, const struct dp_wave_points *p, const double *rho, double sign,
                      const double *g, bool attracting)
{
    int worst = -1;
    double most = 1e-9;
    for (int r = 0; r < on->count; r++) {
        const int i = on->sample[r];
        if (on->state[r] == 0 || (sign * rho[i] > 0) != attracting)
            continue;
        const double back = -away_from(on, p, sign, g, r) * on->state[r];
        if (back > most * fabs(rho[i]) * p->square[i]) {
            most = back / (fabs(rho[i]) * p->square[i]);
            worst = r;
        }
    }
    return worst;
}

// The lines that attract, given on which side of the others it is; g is the neuron's own then.
static void settle_attracting(const struct lines *on, const struct dp_wave_points *p, const double *rho,
                              double sign, const double *base, double *g)
{
    for (int r = 0; r < on->count; r++)
        if (sign * rho[on->sample[r]] > 0)
            on->state[r] = 0;
    for (int tries = 0; tries < 4 * on->count + 4; tries++) {
        force_of(on, p, rho, base, g);
        if (!free_parts(on, p, rho, g)) { // more lines than directions: one of them goes where it is pushed
            int last = on->count - 1;
            while (on->state[last] != 0)
                last--;
            on->state[last] = away_from(on, p, sign, g, last) > 0 ? 1 : -1;
            continue;
        }
        if (bind_worst(on))
            continue;
        for (int r = 0; r < on->count; r++)
            if (on->state[r] == 0)
                add_column(p->inputs, p->stride, on->part[r] * rho[on->sample[r]], p->x, on->sample[r], g);
        const int wrong = taken_back(on, p, rho, sign, g, true);
        if (wrong < 0 || tries >= 2 * on->count + 2)
            return;
        on->state[wrong] = 0;
    }
}

/* Decides on every line. On entry g is G of the samples off the lines, on return the neuron's own G. */
static void resolve(const struct lines *on, const struct dp_wave_points *p, const double *rho, double sign,
                    double *g)
{
    double *const base = on->base;
    bool repels = false;
    memcpy(base, g, (size_t)p->inputs * sizeof *g);
    for (int r = 0; r < on->count; r++) {
        const bool away = !(sign * rho[on->sample[r]] > 0);
        on->state[r] = away && on->from[r] <= 0 ? 1 : -1;
        repels = repels || away;
    }
    settle_attracting(on, p, rho, sign, base, g);
    for (int r = 0; repels && r < on->count; r++) { // inactive it would move slower by that much
        const int i = on->sample[r];
        const double active = away_from(on, p, sign, g, r), inactive = active + sign * rho[i] * p->square[i];
        if (on->from[r] == 0 && !(sign * rho[i] > 0) && active + inactive >= 0)
            on->state[r] = -1;
    }
    for (int tries = 0; repels && tries < 2 * on->count + 2; tries++) {
        settle_attracting(on, p, rho, sign, base, g);
        const int wrong = taken_back(on, p, rho, sign, g, false);
        if (wrong < 0)
            break;
        on->state[wrong] = -on->state[wrong];
    }
}
