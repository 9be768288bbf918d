// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/waves/neurons.h"

/* Eight neurons at once, one in each strand, over intervals without events: no line is met, a keeps its sign,
 * and |G| t stays below 1. A neuron with an event takes this interval separately (neuron.h). In a step about
 * 95 of 100 intervals have no event on few samples, and 80 on many. A neuron on lines first finds its
 * direction there and then moves with the others. Rows below have one element per strand. */
struct block {
    const struct dp_wave_points *points;
    int64_t first;
    strands *now, *moved, *next; // [D + 1] w, a
    strands *force;              // [D] G
    strands *z, *side, *active;  // [stride]
    strands *sums;               // [intervals][stride] of a z where active, over all blocks
    struct neuron own[DP_WAVE_STRANDS];
    bool lined[DP_WAVE_STRANDS]; // on lines, of which own has the list
};

INLINE double *strand_of(strands *rows, int row, int lane)
{
    return (double *)(void *)(rows + row) + lane;
}

INLINE strands pick(strand_masks where, strands a, strands b)
{
    return (strands)((where & (strand_masks)a) | (~where & (strand_masks)b));
}

static struct block block_in(const struct dp_wave_points *p, double *room, double **rest)
{
    const int d = p->inputs, n = p->stride;
    struct block b = {.points = p};
    for (int l = 0; l < DP_WAVE_STRANDS; l++)
        b.own[l] = neuron_in(p, room, &room);
    strands *rows = (strands *)(void *)room;
    const struct {
        strands **to;
        int count;
    } parts[] = {{&b.now, d + 1}, {&b.moved, d + 1}, {&b.next, d + 1}, {&b.force, d},
                 {&b.z, n},       {&b.side, n},      {&b.active, n},   {&b.sums, n * DP_WAVE_INTERVALS}};
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        *parts[k].to = rows;
        rows += parts[k].count;
    }
    memset(b.sums, 0, (size_t)(n * DP_WAVE_INTERVALS) * sizeof *b.sums);
    *rest = (double *)(void *)rows;
    return b;
}

// A neuron's own state becomes that of its strand.
static void copy_in(struct block *b, int lane)
{
    const struct neuron *k = &b->own[lane];
    for (int j = 0; j <= b->points->inputs; j++) {
        *strand_of(b->now, j, lane) = k->now[j];
        *strand_of(b->moved, j, lane) = k->moved[j];
    }
    for (int i = 0; i < b->points->stride; i++) {
        *strand_of(b->z, i, lane) = k->z[i];
        *strand_of(b->side, i, lane) = k->side[i];
        *strand_of(b->active, i, lane) = k->active[i];
    }
    b->lined[lane] = k->on.count > 0;
}

// And back.
static void copy_out(struct block *b, int lane)
{
    struct neuron *k = &b->own[lane];
    for (int j = 0; j <= b->points->inputs; j++) {
        k->now[j] = *strand_of(b->now, j, lane);
        k->moved[j] = *strand_of(b->moved, j, lane);
    }
    k->live = 0;
    for (int i = 0; i < b->points->stride; i++) {
        k->side[i] = *strand_of(b->side, i, lane);
        k->active[i] = *strand_of(b->active, i, lane);
        k->live += k->side[i] >= 0;
    }
    if (!b->lined[lane])
        k->on.count = 0;
}

// Strands beyond the width have no output and do not move.
static void load_block(struct block *b, const struct dp_wave_neurons *neurons, int64_t first)
{
    const int d = b->points->inputs, n = b->points->stride;
    b->first = first;
    for (int l = 0; l < DP_WAVE_STRANDS; l++) {
        const bool beyond = first + l >= neurons->width;
        const int64_t index = beyond ? first : first + l;
        const double *const moved = neurons->moved + index * (d + 1), *const start =
                                                                          neurons->start + index * (d + 1);
        const signed char *const side = neurons->side + index * n;
        bool lines = false;
        for (int j = 0; j <= d; j++) {
            *strand_of(b->moved, j, l) = moved[j];
            *strand_of(b->now, j, l) = start[j] + moved[j];
        }
        for (int i = 0; i < n; i++) {
            *strand_of(b->side, i, l) = side[i];
            *strand_of(b->active, i, l) = side[i] > 0 && !beyond;
            lines = lines || side[i] == 0;
        }
        b->lined[l] = lines && !beyond;
        if (b->lined[l])
            load(&b->own[l], neurons, index);
    }
}

static void store_block(struct block *b, const struct dp_wave_neurons *neurons)
{
    const int d = b->points->inputs, n = b->points->stride;
    for (int l = 0; l < DP_WAVE_STRANDS && b->first + l < neurons->width; l++) {
        const int64_t index = b->first + l;
        for (int j = 0; j <= d; j++)
            neurons->moved[index * (d + 1) + j] = *strand_of(b->moved, j, l);
        for (int i = 0; i < n; i++)
            neurons->side[index * n + i] = (signed char)*strand_of(b->side, i, l);
    }
}

// sinh x and cosh x - 1 for x up to 1
INLINE void hyperbolic_strands(strands x, strands *sine, strands *cosine)
{
    const strands z = x * x, zero = {0};
    strands s = zero + 1, c = zero + 1;
    for (int k = 8; k > 0; k--) {
        s = 1 + z * (1.0 / (2 * k * (2 * k + 1))) * s;
        c = 1 + z * (1.0 / ((2 * k + 1) * (2 * k + 2))) * c;
    }
    *sine = x * s;
    *cosine = z * 0.5 * c;
}

// Which way those on lines go; some leave their lines here.
static void settle_block(struct block *b, const double *rho)
{
    const int d = b->points->inputs;
    for (int l = 0; l < DP_WAVE_STRANDS; l++) {
        struct neuron *const k = &b->own[l];
        if (!b->lined[l])
            continue;
        for (int j = 0; j < d; j++) {
            k->force[j] = *strand_of(b->force, j, l);
            k->now[j] = *strand_of(b->now, j, l);
        }
        const int lines = k->on.count;
        const double a = *strand_of(b->now, d, l);
        settle_lines(k, rho, a != 0 ? a : -plain_dot(d, k->force, k->now));
        for (int j = 0; j < d; j++)
            *strand_of(b->force, j, l) = k->force[j];
        for (int i = 0; k->on.count != lines && i < b->points->n; i++) {
            *strand_of(b->side, i, l) = k->side[i];
            *strand_of(b->active, i, l) = k->active[i];
        }
        b->lined[l] = k->on.count > 0;
    }
}

// G of all and |G|; G.w is put out too.
INLINE strands pull_block(struct block *b, const double *rho, const double *push, strands *along)
{
    const struct dp_wave_points *p = b->points;
    strands square = {0}, sum = {0}, size;
    bool any = false;
    for (int j = 0; j < p->inputs; j++) {
        strands force = {0};
        for (int i = 0; i < p->n; i++)
            force += b->active[i] * push[j * p->stride + i];
        b->force[j] = force;
    }
    for (int l = 0; l < DP_WAVE_STRANDS; l++)
        any = any || b->lined[l];
    if (any)
        settle_block(b, rho);
    for (int j = 0; j < p->inputs; j++) {
        square += b->force[j] * b->force[j];
        sum += b->force[j] * b->now[j];
    }
    for (int l = 0; l < DP_WAVE_STRANDS; l++)
        ((double *)(void *)&size)[l] = sqrt(((double *)(void *)&square)[l]);
    *along = sum;
    return size;
}

/* z of the next w; where one of them is on the other side than the neuron. */
INLINE strand_masks cross_lines(struct block *b)
{
    const struct dp_wave_points *p = b->points;
    const strands zero = {0};
    strand_masks crossed = {0};
    for (int i = 0; i < p->n; i++) {
        strands z = b->next[0] * p->x[i];
        for (int j = 1; j < p->inputs; j++)
            z += b->next[j] * p->x[j * p->stride + i];
        b->z[i] = z;
        crossed |= b->side[i] * z < zero;
    }
    return crossed;
}

/* Moves all neurons over an interval without events. Neurons for which there is or may be an event are not
 * moved. */
INLINE strand_masks advance_block(struct block *b, const double *rho, const double *push, double largest)
{
    const struct dp_wave_points *p = b->points;
    const int d = p->inputs;
    const strands zero = {0}, one = zero + 1, a = b->now[d];
    strands along, s, c;
    const strands size = pull_block(b, rho, push, &along);
    const strand_masks moves = size > zero + 1e-14 * largest;
    const strands divisor = pick(moves, size, one), u = along / divisor;
    hyperbolic_strands(pick(size > one, one, size), &s, &c);
    const strands gained = pick(moves, a * c - u * s, zero),
                  way = pick(moves, (u * c - a * s) / divisor, zero);
    strand_masks happens = (moves & (size > one)) | (moves & (a != zero) & (a * (a + gained) <= zero));
    for (int j = 0; j < d; j++)
        b->next[j] = b->now[j] + way * b->force[j];
    happens |= moves & cross_lines(b);
    for (int j = 0; j < d; j++) {
        const strands moved = b->moved[j] + way * b->force[j];
        b->now[j] = pick(happens, b->now[j], b->next[j]);
        b->moved[j] = pick(happens, b->moved[j], moved);
    }
    b->now[d] = pick(happens, a, a + gained);
    b->moved[d] = pick(happens, b->moved[d], b->moved[d] + gained);
    return happens;
}

// Interval j: all together, then those to which something happens.
static int64_t pass_interval(struct block *b, const struct dp_wave_neurons *from, const double *pull,
                             const double *push, double largest, strands *sums)
{
    const struct dp_wave_points *p = b->points;
    const int d = p->inputs;
    int64_t events = 0;
    const strand_masks happens = advance_block(b, pull, push, largest);
    for (int l = 0; l < DP_WAVE_STRANDS; l++) {
        struct neuron *const k = &b->own[l];
        if (!happens[l])
            continue;
        copy_out(b, l);
        find_z(k);
        events += travel_all(k, from->start + (b->first + l) * (d + 1), pull, push, largest);
        find_z(k);
        copy_in(b, l);
    }
    const strands a = b->now[d];
    for (int i = 0; i < p->n; i++)
        sums[i] += a * (b->z[i] * b->active[i]);
    return events;
}

static int64_t move(const struct dp_wave_points *points, const struct dp_wave_neurons *from,
                    const struct dp_wave_neurons *to, int intervals, const double *pull, double *f,
                    double *room)
{
    double *push, largest[DP_WAVE_INTERVALS];
    struct block b = block_in(points, room, &push);
    const int d = points->inputs, n = points->stride;
    int64_t events = 0;
    for (int j = 0; j < intervals; j++)
        largest[j] = push_of(points, pull + j * n, push + j * d * n);
    for (int64_t first = 0; first < from->width; first += DP_WAVE_STRANDS) {
        load_block(&b, from, first);
        for (int j = 0; j < intervals; j++)
            events += pass_interval(&b, from, pull + j * n, push + j * d * n, largest[j], b.sums + j * n);
        store_block(&b, to);
    }
    memset(f, 0, (size_t)(intervals * n) * sizeof *f);
    for (int j = 0; j < intervals; j++)
        for (int i = 0; i < points->n; i++)
            f[j * n + i] = strand_sum(&b.sums[j * n + i]);
    return events;
}
