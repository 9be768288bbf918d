// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/waves/block.h"

/* K of neurons in the plane, of one input and the bias, from sums over neurons.
 *
 * In the order of their angles, points within a half plane are such that every neuron is active on the first
 * ones or on the last ones, up to its line. So K_ij needs only sums over the neurons that end, or begin, with
 * each point: of those that are active on both, first ones end with the later of i and j or beyond it, and
 * last ones begin with the earlier or before it.
 *
 * The points are combinations x_i = p_i x_first + q_i x_last of the first and the last one, with p_i, q_i >=
 * 0. So K_ij = (p_i, q_i) M (p_j, q_j) + A x_i . x_j, where A is the sum of a^2 over these neurons, and M
 * that of z z^T, with z those of the two points. A neuron on a line has the direction e of that line in place
 * of A: it adds a^2 (e.x_first, e.x_last) (..)^T to M. This loses no digits where the points are far from the
 * origin.
 */

enum { MOMENTS = 7 }; // of z z^T and of the neurons on lines: 11, 12, 22 of each; and A

struct plane {
    int *order;               // [n] the points by angle
    double *p, *q;            // [n]
    double (*first)[MOMENTS]; // [n] of those active on points up to this one of the order,
    double (*last)[MOMENTS];  // [n] and on those from it on
};

INLINE double cross_of(const struct dp_wave_points *p, int i, int j)
{
    return p->x[i] * p->x[p->stride + j] - p->x[p->stride + i] * p->x[j];
}

INLINE double dot_of(const struct dp_wave_points *p, int i, int j)
{
    return p->x[i] * p->x[j] + p->x[p->stride + i] * p->x[p->stride + j];
}

// False if two of them are in one direction.
static bool order_points(const struct dp_wave_points *p, int *order)
{
    for (int i = 0; i < p->n; i++) {
        int at = i;
        for (; at > 0 && cross_of(p, i, order[at - 1]) > 0; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    for (int k = 1; k < p->n; k++)
        if (!(cross_of(p, order[k - 1], order[k]) > 0))
            return false;
    return true;
}

// False if the points are not in the plane, not within a half plane, or only one.
static bool combine_points(const struct dp_wave_points *points, const struct plane *plane)
{
    if (points->inputs != 2 || points->n < 2 || !order_points(points, plane->order))
        return false;
    const int first = plane->order[0], last = plane->order[points->n - 1];
    const double whole = cross_of(points, first, last);
    if (!(whole > 0))
        return false;
    for (int i = 0; i < points->n; i++) {
        plane->p[i] = cross_of(points, i, last) / whole;
        plane->q[i] = cross_of(points, first, i) / whole;
    }
    return true;
}

// A neuron on two lines has only z, which is 0.
static void add_moments(const struct block *b, int lane, const struct plane *plane, double *sums)
{
    const struct dp_wave_points *points = b->points;
    const struct lines *on = &b->on[lane];
    const int first = plane->order[0], last = plane->order[points->n - 1];
    const double z1 = b->z[first][lane], z2 = b->z[last][lane], a = b->now[2][lane];
    sums[0] += z1 * z1;
    sums[1] += z1 * z2;
    sums[2] += z2 * z2;
    if (on->count == 0)
        sums[6] += a * a;
    if (on->count == 1) {
        const int line = on->sample[0];
        const double part = a * a / points->square[line];
        const double e1 = cross_of(points, line, first), e2 = cross_of(points, line, last);
        sums[3] += part * e1 * e1;
        sums[4] += part * e1 * e2;
        sums[5] += part * e2 * e2;
    }
}

// Adds a block. False if a neuron is active neither on first nor on last ones, which rounding may cause.
static bool add_block(const struct block *b, const struct plane *plane)
{
    const int n = b->points->n;
    strands count = {0}, places = {0};
    for (int k = 0; k < n; k++) {
        const strands active = b->active[plane->order[k]];
        count += active;
        places = strand_fma(active, strand_all(k), places);
    }
    for (int l = 0; l < DP_WAVE_STRANDS; l++) {
        const int c = (int)count[l];
        if (c == 0)
            continue;
        const bool first = places[l] == 0.5 * c * (c - 1), last = places[l] == 0.5 * c * (2 * n - c - 1);
        if (!first && !last)
            return false;
        add_moments(b, l, plane, first ? plane->first[c - 1] : plane->last[n - c]);
    }
    return true;
}

INLINE double product_of(const struct plane *plane, const double *m, int i, int j)
{
    const double *const p = plane->p, *const q = plane->q;
    return m[0] * (p[i] * p[j]) + m[1] * (p[i] * q[j] + q[i] * p[j]) + m[2] * (q[i] * q[j]);
}

// K and its part of a, from the sums.
static void fill_gram(const struct dp_wave_points *p, const struct plane *plane, double *gram, double *of_a)
{
    const int n = p->n, stride = p->stride;
    for (int k = 0; k < MOMENTS; k++) {
        for (int i = n - 1; i > 0; i--)
            plane->first[i - 1][k] += plane->first[i][k];
        for (int i = 1; i < n; i++)
            plane->last[i][k] += plane->last[i - 1][k];
    }
    for (int r = 0; r < n; r++)
        for (int s = r; s < n; s++) {
            const int i = plane->order[r], j = plane->order[s];
            double m[MOMENTS];
            for (int k = 0; k < MOMENTS; k++)
                m[k] = plane->first[s][k] + plane->last[r][k];
            of_a[i * stride + j] = of_a[j * stride + i] = product_of(plane, m, i, j);
            gram[i * stride + j] = gram[j * stride + i] =
                of_a[i * stride + j] + product_of(plane, m + 3, i, j) + m[6] * dot_of(p, i, j);
        }
}

// gram [2][stride][stride]: K and its part of a. room [17 n]. False if it cannot be formed in this way.
static bool gram_in_plane(struct block *b, const struct dp_wave_neurons *neurons, double *gram, double *room)
{
    const struct dp_wave_points *p = b->points;
    const int n = p->n, stride = p->stride;
    const struct plane plane = {.first = (double(*)[MOMENTS])(void *)room,
                                .last = (double(*)[MOMENTS])(void *)(room + MOMENTS * n),
                                .p = room + 2 * MOMENTS * n,
                                .q = room + (2 * MOMENTS + 1) * n,
                                .order = (int *)(void *)(room + (2 * MOMENTS + 2) * n)};
    if (!combine_points(p, &plane))
        return false;
    memset(plane.first, 0, (size_t)(2 * MOMENTS * n) * sizeof(double));
    memset(gram, 0, (size_t)(2 * stride * stride) * sizeof *gram);
    for (int64_t index = 0; index < dp_wave_blocks(neurons->width); index++) {
        load_block(b, 2, neurons, index);
        if (!add_block(b, &plane))
            return false;
    }
    fill_gram(p, &plane, gram, gram + stride * stride);
    return true;
}
