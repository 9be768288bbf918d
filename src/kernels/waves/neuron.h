// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/waves/lines.h"
#include "kernels/waves/walk.h"

/* One relu neuron under constant pulls, moved exactly from event to event. */

enum { MOST_EVENTS = 400, MOST_PASSES = 4 };

struct neuron {
    const struct dp_wave_points *points;
    double *now;           // [D + 1] w, a
    double *moved;         // [D + 1]
    double *z, *rate;      // [stride] w.x_i and G.x_i
    double *side, *active; // [stride] 1, -1, 0; and 1 or 0
    double *force, *base;  // [D] G
    double *scratch;       // [stride]
    struct lines on;
    int live;   // active samples and lines
    int passes; // of the origin in an interval
};

INLINE void set_side(struct neuron *k, int i, int side)
{
    k->side[i] = side;
    k->active[i] = side > 0;
}

// Lends a neuron the rooms it works in.
static struct neuron neuron_in(const struct dp_wave_points *p, double *room, double **rest)
{
    const int d = p->inputs, n = p->stride;
    struct neuron k = {.points = p, .on = {0}};
    double **const vectors[] = {&k.z, &k.rate, &k.side, &k.active, &k.scratch};
    for (int i = 0; i < 5; i++, room += n)
        *vectors[i] = room;
    k.on.sample = (int *)(void *)room;
    k.on.from = k.on.sample + d + 1;
    k.on.state = k.on.from + d + 1;
    room += 2 * (d + 1);
    double **const small[] = {&k.now, &k.moved, &k.force, &k.base, &k.on.part};
    for (int i = 0; i < 5; i++, room += d + 1)
        *small[i] = room;
    k.on.matrix = room;
    const int64_t small_size = 7 * (d + 1) + (d + 1) * (d + 1);
    *rest = k.scratch + n + (small_size + 7) / 8 * 8;
    return k;
}

static void load(struct neuron *k, const struct dp_wave_neurons *neurons, int64_t index)
{
    const struct dp_wave_points *p = k->points;
    const int d = p->inputs;
    const signed char *const side = neurons->side + index * p->stride;
    memcpy(k->moved, neurons->moved + index * (d + 1), (size_t)(d + 1) * sizeof *k->moved);
    for (int j = 0; j <= d; j++)
        k->now[j] = neurons->start[index * (d + 1) + j] + k->moved[j];
    int live = 0, lines = 0;
    for (int i = 0; i < p->stride; i++) {
        k->side[i] = side[i];
        k->active[i] = side[i] > 0;
        live += side[i] >= 0;
        lines += side[i] == 0;
    }
    k->live = live;
    k->on.count = 0;
    for (int i = 0; lines > 0 && i < p->n; i++)
        if (side[i] == 0) {
            k->on.from[k->on.count] = 0;
            k->on.sample[k->on.count++] = i;
        }
}

static void store(const struct neuron *k, const struct dp_wave_neurons *neurons, int64_t index)
{
    const int d = k->points->inputs, n = k->points->stride;
    memcpy(neurons->moved + index * (d + 1), k->moved, (size_t)(d + 1) * sizeof *k->moved);
    for (int i = 0; i < n; i++)
        neurons->side[index * n + i] = (signed char)k->side[i];
}

// G of the active samples, their rho x [D][stride] given.
INLINE void pull_of_active(const struct neuron *k, const double *push)
{
    for (int j = 0; j < k->points->inputs; j++)
        k->force[j] = strand_dot(k->points->stride, k->active, push + j * k->points->stride);
}

// Lines that the neuron leaves are off its list.
static void settle_lines(struct neuron *k, const double *rho, double sign)
{
    resolve(&k->on, k->points, rho, sign, k->base, k->force);
    int kept = 0;
    for (int r = 0; r < k->on.count; r++) {
        if (k->on.state[r] != 0)
            set_side(k, k->on.sample[r], k->on.state[r]);
        else
            k->on.from[kept] = 0, k->on.sample[kept++] = k->on.sample[r];
    }
    k->on.count = kept;
}

/* The line met first on the way to c, which is set to where that is; -1: none. */
static int first_line(struct neuron *k, double *c)
{
    const struct dp_wave_points *p = k->points;
    double best = *c;
    int hit = -1;
    for (int i = 0; i < p->stride; i++)
        k->scratch[i] = k->side[i] * (k->z[i] + best * k->rate[i]);
    if (!strand_any_negative(p->stride, k->scratch))
        return -1;
    for (int i = 0; i < p->n; i++) {
        if (!(k->scratch[i] < 0) || !(k->side[i] * k->rate[i] * best < 0))
            continue;
        // what rounding has left beyond the line is on it
        const double at = k->side[i] * k->z[i] > 0 ? -k->z[i] / k->rate[i] : 0;
        if (fabs(at) < fabs(best) || hit < 0) {
            best = at;
            hit = i;
        }
    }
    *c = best;
    return hit;
}

INLINE void go(struct neuron *k, double c)
{
    const int d = k->points->inputs;
    for (int j = 0; j < d; j++) {
        k->now[j] += c * k->force[j];
        k->moved[j] += c * k->force[j];
    }
    for (int i = 0; i < k->points->stride; i++)
        k->z[i] += c * k->rate[i];
}

INLINE double square_of(int count, const double *a)
{
    return plain_dot(count, a, a);
}

static void stay_on(struct neuron *k, int i)
{
    const struct dp_wave_points *p = k->points;
    const double off = column_dot(p->inputs, p->stride, k->now, p->x, i) / p->square[i];
    add_column(p->inputs, p->stride, -off, p->x, i, k->now);
    add_column(p->inputs, p->stride, -off, p->x, i, k->moved);
    k->z[i] = 0;
    k->on.from[k->on.count] = (int)k->side[i];
    k->on.sample[k->on.count++] = i;
    set_side(k, i, 0);
}

/* A neuron on all lines but one can only move towards the origin or away from it. It goes straight through.
 * It is placed slightly beyond the origin, where samples have changed sides, and then meets the lines that
 * lead it away or back. */
static void pass_origin(struct neuron *k, const double *start, double factor)
{
    const struct dp_wave_points *p = k->points;
    for (int j = 0; j < p->inputs; j++) {
        k->now[j] = factor * k->force[j];
        k->moved[j] = k->now[j] - start[j];
    }
    strand_combine(p->inputs, p->stride, k->now, p->x, k->z);
    for (int i = 0; i < p->n; i++)
        if (k->side[i] != 0)
            set_side(k, i, k->z[i] > 0 ? 1 : k->z[i] < 0 ? -1 : -(int)k->side[i]);
    k->passes++;
}

// One that comes back at once stays: the origin attracts it from all sides.
static void stay_at_origin(struct neuron *k, const double *start, int hit)
{
    for (int j = 0; j < k->points->inputs; j++) {
        k->now[j] = 0;
        k->moved[j] = -start[j];
    }
    for (int i = 0; i < k->points->stride; i++)
        k->z[i] = 0;
    stay_on(k, hit);
}

/* Moves from one event to the next, over at most *left of the interval. Returns false when there are no more
 * events in it. */
static bool travel(struct neuron *k, const double *start, const double *rho, const double *push,
                   double largest, double *left)
{
    const struct dp_wave_points *p = k->points;
    const int d = p->inputs, lines = k->on.count;
    double *const a = k->now + d;
    pull_of_active(k, push);
    if (lines > 0)
        settle_lines(k, rho, *a != 0 ? *a : -plain_dot(d, k->force, k->now));
    const double square = square_of(d, k->force);
    if (!(square > 1e-28 * largest * largest))
        return false;
    const double size = sqrt(square);
    const struct walk walk = {*a, plain_dot(d, k->force, k->now) / size, size};
    struct walk_end end = walk_after(&walk, *left);
    double time = *left;
    bool turns = *a != 0 && *a * walk.u > 0 && fabs(*a) < fabs(walk.u) && (*a > 0) != (*a + end.a > 0);
    if (turns) {
        time = walk_time(&walk, 0, true, *left);
        end = (struct walk_end){walk_after(&walk, time).c, -*a};
    }
    strand_combine(d, p->stride, k->force, p->x, k->rate);
    double c = end.c;
    const int hit = c != 0 ? first_line(k, &c) : -1;
    if (hit >= 0) {
        turns = false;
        time = c != 0 ? walk_time(&walk, c, false, time) : 0;
        end = (struct walk_end){c, c != 0 ? walk_after(&walk, time).a : 0};
    }
    const double before = square_of(d, k->now);
    go(k, end.c);
    *a = turns ? 0 : *a + end.a;
    k->moved[d] = turns ? -start[d] : k->moved[d] + end.a;
    *left -= time;
    const double after = square_of(d, k->now);
    const double scale = before + end.c * end.c * square;
    const bool origin = hit >= 0 && k->on.count >= d - 1 && after <= 1e-18 * scale;
    if (origin && k->passes >= MOST_PASSES) {
        stay_at_origin(k, start, hit);
        return false;
    }
    if (origin)
        pass_origin(k, start, copysign(fmax(1e-9 * sqrt(scale), 1e-100) / size, end.c));
    else if (hit >= 0)
        stay_on(k, hit);
    return (hit >= 0 || turns) && *left > 0;
}

// The neuron over one interval; how many events there were.
static int64_t travel_all(struct neuron *k, const double *start, const double *rho, const double *push,
                          double largest)
{
    double left = 1;
    int64_t events = 0;
    k->passes = 0;
    while (k->live > 0 && events < MOST_EVENTS && travel(k, start, rho, push, largest, &left))
        events++;
    return events;
}
