// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/waves/neuron.h"

/* Moves all neurons, one after another, each through the whole step while it is in the cache. */

INLINE void find_z(const struct neuron *k)
{
    const struct dp_wave_points *p = k->points;
    strand_combine(p->inputs, p->stride, k->now, p->x, k->z);
}

// f += a z where active
INLINE void put_out(const struct neuron *k, double *restrict f)
{
    const double a = k->now[k->points->inputs];
    for (int i = 0; i < k->points->stride; i++)
        f[i] += a * (k->z[i] * k->active[i]);
}

static void start_sides(const struct dp_wave_points *points, const struct dp_wave_neurons *neurons, double *f,
                        double *room)
{
    double *rest;
    struct neuron k = neuron_in(points, room, &rest);
    memset(f, 0, (size_t)points->stride * sizeof *f);
    memset(neurons->side, -1, (size_t)(neurons->width * points->stride));
    for (int64_t index = 0; index < neurons->width; index++) {
        load(&k, neurons, index);
        find_z(&k);
        for (int i = 0; i < points->n; i++)
            set_side(&k, i, k.z[i] > 0 ? 1 : -1);
        put_out(&k, f);
        store(&k, neurons, index);
    }
}

// push [D][stride] = rho x; the largest |G| there can be.
static double push_of(const struct dp_wave_points *p, const double *rho, double *push)
{
    double largest = 0;
    for (int j = 0; j < p->inputs; j++)
        for (int i = 0; i < p->stride; i++)
            push[j * p->stride + i] = rho[i] * p->x[j * p->stride + i];
    for (int i = 0; i < p->n; i++)
        largest += fabs(rho[i]) * sqrt(p->square[i]);
    return largest;
}

static double growth(const struct dp_wave_points *points, const struct dp_wave_neurons *neurons,
                     const double *rho, double *room)
{
    double *push, most = 0;
    struct neuron k = neuron_in(points, room, &push);
    const int d = points->inputs;
    const double largest = push_of(points, rho, push);
    for (int64_t index = 0; index < neurons->width; index++) {
        load(&k, neurons, index);
        if (k.live == 0)
            continue;
        pull_of_active(&k, push);
        const double a = k.now[d];
        if (k.on.count > 0)
            settle_lines(&k, rho, a != 0 ? a : -plain_dot(d, k.force, k.now));
        const double size = sqrt(square_of(d, k.force));
        // |a| and |w| grow where a and G.w have opposite signs
        if (size > 1e-14 * largest && a * plain_dot(d, k.force, k.now) < 0)
            most = fmax(most, size);
    }
    return most;
}
