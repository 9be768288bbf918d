// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/waves/block.h"

/* K of neurons in the plane, of one input and the bias, from sums over neurons.
 *
 * In the order of their angles, points within a half plane are such that every neuron is active on the first
 * ones or on the last ones, up to its line. K_ij = x_i . M x_j, where M is the sum of w w^T + a^2 P over the
 * neurons that are active on both: on first ones beyond the later of i and j, or on last ones from before the
 * earlier. So it is enough to add up w w^T and a^2 P of the neurons that end, or begin, with each point. */

enum { MOMENTS = 6 }; // w w^T and a^2 P: 11, 12, 22 of each

struct plane {
    int *order;               // [n] the points by angle
    double (*first)[MOMENTS]; // [n] of those active on points up to this one of the order,
    double (*last)[MOMENTS];  // [n] and on those from it on
};

INLINE double cross_of(const struct dp_wave_points *p, int i, int j)
{
    return p->x[i] * p->x[p->stride + j] - p->x[p->stride + i] * p->x[j];
}

// False if the points are not in the plane, or not within a half plane.
static bool order_points(const struct dp_wave_points *p, int *order)
{
    if (p->inputs != 2)
        return false;
    for (int i = 0; i < p->n; i++) {
        int at = i;
        for (; at > 0 && cross_of(p, i, order[at - 1]) > 0; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    for (int k = 1; k < p->n; k++)
        if (!(cross_of(p, order[k - 1], order[k]) > 0 && cross_of(p, order[0], order[k]) > 0))
            return false;
    return true;
}

// a^2 P: without the x of its line; of one on two lines, nothing.
static void add_moments(const struct block *b, int lane, double *sums)
{
    const struct dp_wave_points *p = b->points;
    const struct lines *on = &b->on[lane];
    const double w1 = b->now[0][lane], w2 = b->now[1][lane], a = b->now[2][lane];
    double p1 = on->count < 2, p2 = 0, p3 = p1;
    if (on->count == 1) {
        const double x1 = p->x[on->sample[0]], x2 = p->x[p->stride + on->sample[0]],
                     whole = x1 * x1 + x2 * x2;
        p1 = x2 * x2 / whole;
        p2 = -x1 * x2 / whole;
        p3 = x1 * x1 / whole;
    }
    const double moments[MOMENTS] = {w1 * w1, w1 * w2, w2 * w2, a * a * p1, a * a * p2, a * a * p3};
    for (int k = 0; k < MOMENTS; k++)
        sums[k] += moments[k];
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
        add_moments(b, l, first ? plane->first[c - 1] : plane->last[n - c]);
    }
    return true;
}

INLINE double product_of(const struct dp_wave_points *p, const double *m, int i, int j)
{
    const double *const x1 = p->x, *const x2 = p->x + p->stride;
    return m[0] * (x1[i] * x1[j]) + m[1] * (x1[i] * x2[j] + x2[i] * x1[j]) + m[2] * (x2[i] * x2[j]);
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
            of_a[i * stride + j] = of_a[j * stride + i] = product_of(p, m, i, j);
            gram[i * stride + j] = gram[j * stride + i] = of_a[i * stride + j] + product_of(p, m + 3, i, j);
        }
}

/* gram [2][stride][stride]: K and its part of a. room [14 n + 8]. False if it cannot be formed in this way.
 */
static bool gram_in_plane(struct block *b, const struct dp_wave_neurons *neurons, double *gram, double *room)
{
    const struct dp_wave_points *p = b->points;
    const int n = p->n, stride = p->stride;
    const struct plane plane = {(int *)(void *)room, (double(*)[MOMENTS])(void *)(room + n),
                                (double(*)[MOMENTS])(void *)(room + n + MOMENTS * n)};
    if (!order_points(p, plane.order))
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
