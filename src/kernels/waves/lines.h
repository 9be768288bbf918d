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
    int *sample;    // [stride] samples whose lines it is on
    int *from;      // [stride] the side it came from; 0: already there
    int *state;     // [stride] -1 left to the inactive side, 0 on it, 1 left to the active side
    double *part;   // [stride] alpha
    double *aim;    // [D] alpha of the lines that are free, in their order
    double *matrix; // [D][D]
    double *base;   // [D]
};

static const double LEAST_PART = 1e-10; // alpha that holds a neuron on a line
static const double SLIGHT = 1e-9;      // |G.x| of a neuron that does not leave a line, over that of its pull

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

/* Aims at alpha of the lines still free so that G does not cross them, from G with the others. False if they
 * depend on each other. */
static bool free_parts(const struct lines *on, const struct dp_wave_points *p, const double *rho,
                       const double *g)
{
    const int most = p->inputs;
    int at = 0;
    for (int r = 0; r < on->count; r++) {
        if (on->state[r] != 0)
            continue;
        if (at == most)
            return false;
        const int i = on->sample[r];
        int to = 0;
        for (int c = 0; c <= r; c++) {
            if (on->state[c] != 0)
                continue;
            double product = 0;
            for (int k = 0; k < p->inputs; k++)
                product += p->x[k * p->stride + i] * p->x[k * p->stride + on->sample[c]];
            on->matrix[at * most + to++] = product;
        }
        on->aim[at++] = -column_dot(p->inputs, p->stride, g, p->x, i);
    }
    if (!solve(at, most, on->matrix, on->aim))
        return false;
    at = 0;
    for (int r = 0; r < on->count; r++)
        if (on->state[r] == 0)
            on->aim[at++] /= rho[on->sample[r]];
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

// The rate at which w.x_r grows, over |a|.
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
    double most = SLIGHT;
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

// alpha of the free lines goes where it aims; false if one comes to a bound before, which it is set to.
static bool approach(const struct lines *on)
{
    double way = 1;
    int first = -1;
    for (int r = 0, at = 0; r < on->count; r++) {
        if (on->state[r] != 0)
            continue;
        const double from = on->part[r], aim = on->aim[at++];
        const bool below = aim < LEAST_PART;
        if (!below && aim <= 1)
            continue;
        const double room = below ? from : 1 - from, reach = fabs(aim - from);
        const double part = room < reach ? room / reach : 1;
        if (first < 0 || part < way) {
            way = part;
            first = r;
        }
    }
    for (int r = 0, at = 0; r < on->count; r++)
        if (on->state[r] == 0) {
            const double aim = on->aim[at++];
            if (r == first)
                on->state[r] = aim < LEAST_PART ? -1 : 1;
            on->part[r] = r == first ? on->state[r] > 0 : on->part[r] + way * (aim - on->part[r]);
        }
    return first < 0;
}

static void add_free(const struct lines *on, const struct dp_wave_points *p, const double *rho, double *g)
{
    for (int r = 0; r < on->count; r++)
        if (on->state[r] == 0)
            add_column(p->inputs, p->stride, on->part[r] * rho[on->sample[r]], p->x, on->sample[r], g);
}

// alpha of the free lines, some of which come to bounds on the way, and G.
static void improve(const struct lines *on, const struct dp_wave_points *p, const double *rho,
                    const double *base, double *g)
{
    bool there;
    do {
        force_of(on, p, rho, base, g);
        there = !free_parts(on, p, rho, g) || approach(on);
    } while (!there);
    add_free(on, p, rho, g);
}

// All lines that attract are free (0) or inactive (-1), with alpha 0.
static void start_parts(const struct lines *on, const double *rho, double sign, int state)
{
    for (int r = 0; r < on->count; r++)
        if (sign * rho[on->sample[r]] > 0) {
            on->state[r] = state;
            on->part[r] = 0;
        }
}

/* Lines along which it moves, because they depend on those that hold it: it is still on them, though alpha is
 * at a bound, or arbitrary where they repel. */
static void keep_along(const struct lines *on, const struct dp_wave_points *p, const double *rho, double sign,
                       const double *g)
{
    const double size = sqrt(plain_dot(p->inputs, g, g));
    for (int r = 0; r < on->count; r++) {
        const int i = on->sample[r];
        const double pull = fabs(rho[i]) * p->square[i];
        if (size * sqrt(p->square[i]) > SLIGHT * pull && fabs(away_from(on, p, sign, g, r)) <= SLIGHT * pull)
            on->state[r] = 0;
    }
}

/* The lines that attract, given on which side of the others it is; g is the neuron's own then. Mostly all of
 * them hold. Else alpha by least squares with bounds, after Stark and Parker (Computational Statistics 10,
 * 1995): of the lines at bounds, the one back to which G moves the neuron fastest becomes free, until there
 * is none. */
static void settle_attracting(const struct lines *on, const struct dp_wave_points *p, const double *rho,
                              double sign, const double *base, double *g)
{
    start_parts(on, rho, sign, 0);
    force_of(on, p, rho, base, g);
    if (free_parts(on, p, rho, g) && approach(on)) {
        add_free(on, p, rho, g);
        return;
    }
    start_parts(on, rho, sign, -1);
    force_of(on, p, rho, base, g);
    for (int tries = 0; tries < 4 * on->count + 4; tries++) {
        const int next = taken_back(on, p, rho, sign, g, true);
        if (next < 0)
            break;
        on->state[next] = 0;
        improve(on, p, rho, base, g);
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
    keep_along(on, p, rho, sign, g);
}
