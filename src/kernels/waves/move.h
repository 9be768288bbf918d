// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/waves/block.h"
#include "kernels/waves/walk.h"

/* Moves neurons exactly under pulls that are constant over intervals. All neurons of a block take a leg
 * together; a leg ends with the interval, at the next event, or where |G| t = 1. On few samples some 95 of
 * 100 intervals of a step are single legs, on many samples 80. Events are the lines that a neuron meets, and
 * a change of the sign of its a; each neuron's own events are handled one by one. */

enum { MOST_LEGS = 400, MOST_PASSES = 4 };
static const double BEYOND = 100; // |G| t of an interval: what grows by e^100 has no finite output

/* A leg of a block: |G| t, c (walk.h), and what a gains; from a, G.w / |G| and |G|. */
struct leg {
    strands a, u, size;
    strands x, way, gained;
};

// a comes to 0 before: there the leg ends.
static void stop_at_turns(struct leg *leg, strand_masks turns)
{
    const strands zero = {0}, ratio = strand_pick(turns, leg->a / leg->u, zero);
    const strands half = ratio / (1 + strand_root(1 - ratio * ratio));
    strands s, c;
    hyperbolic_of_half(half, &s, &c);
    leg->x = strand_pick(turns, 2 * artanh(half), leg->x);
    leg->way = strand_pick(turns, (leg->u * c - leg->a * s) / leg->size, leg->way);
    leg->gained = strand_pick(turns, -leg->a, leg->gained);
}

// The leg ends where c is `way`: h = |gc| / (|a| + sqrt(a^2 + gc (2 u + gc))).
static void stop_at(struct leg *leg, strand_masks hits, strands way)
{
    const strands zero = {0}, one = zero + 1, a = leg->a, u = leg->u;
    const strands reach = strand_pick(hits, leg->size * way, zero);
    const strands under = a * a + reach * (2 * u + reach);
    const strands divisor = strand_size(a) + strand_root(strand_pick(under > zero, under, zero));
    const strands half = strand_size(reach) / strand_pick(divisor > zero, divisor, one);
    strands s, c;
    hyperbolic_of_half(half, &s, &c);
    leg->x = strand_pick(hits, 2 * artanh(half), leg->x);
    leg->way = strand_pick(hits, way, leg->way);
    leg->gained = strand_pick(hits, a * c - u * s, leg->gained);
}

// Of the lines that are crossed on the way the one met first, where the leg ends: its sample, or -1.
static strands stop_at_lines(const struct block *b, struct leg *leg, strand_masks crossed)
{
    const strands zero = {0}, one = strand_all(1);
    strands best = leg->way, hit = strand_all(-1);
    for (int i = 0; i < b->points->n; i++) {
        const strands z = b->z[i], rate = b->rate[i], side = b->side[i];
        const strand_masks over =
            crossed & (side * strand_fma(leg->way, rate, z) < zero) & (side * rate * leg->way < zero);
        if (!strand_any(over))
            continue;
        // what rounding has left beyond the line is on it
        const strands at = strand_pick(side * z > zero, -z / strand_pick(over, rate, one), zero);
        const strand_masks nearer = over & ((strand_size(at) < strand_size(best)) | (hit < zero));
        best = strand_pick(nearer, at, best);
        hit = strand_pick(nearer, strand_all(i), hit);
    }
    stop_at(leg, hit >= zero, best);
    return hit;
}

// The leg of those with some of the interval left; others do not move. turns: where a comes to 0 in it.
INLINE struct leg plan_leg(struct block *b, int d, const double *rho, const double *push, double largest,
                           strands *left, strand_masks *turns)
{
    const strands zero = {0}, one = strand_all(1);
    strands along, s, c;
    const strands size = pull_block(b, d, rho, push, &along);
    const strand_masks moves = (size > strand_all(1e-14 * largest)) & (*left > zero);
    struct leg leg = {.a = b->now[d], .size = strand_pick(moves, size, one)};
    const strands inverse = one / leg.size;
    leg.u = along * inverse;
    *left = strand_pick(moves, *left, zero);
    leg.x = leg.size * *left;
    leg.x = strand_pick(leg.x > one, one, leg.x);
    hyperbolic(leg.x, &s, &c);
    leg.way = strand_fma(leg.u, c, -leg.a * s) * inverse;
    leg.gained = strand_fma(leg.a, c, -leg.u * s);
    *turns = moves & (leg.a != zero) & ((leg.a > zero) ^ (leg.a + leg.gained > zero));
    return leg;
}

// Rates, and where a line is crossed.
INLINE strand_masks cross_lines(struct block *b, int d, strands way)
{
    const struct dp_wave_points *p = b->points;
    const strands zero = {0};
    strand_masks crossed = {0};
    for (int i = 0; i < p->n; i++) {
        strands rate = b->force[0] * strand_all(p->x[i]);
        for (int j = 1; j < d; j++)
            rate = strand_fma(b->force[j], strand_all(p->x[j * p->stride + i]), rate);
        b->rate[i] = rate;
        crossed |= b->side[i] * strand_fma(way, rate, b->z[i]) < zero;
    }
    return crossed;
}

INLINE void go(struct block *b, int d, const struct leg *leg)
{
    for (int j = 0; j < d; j++) {
        b->now[j] = strand_fma(leg->way, b->force[j], b->now[j]);
        b->moved[j] = strand_fma(leg->way, b->force[j], b->moved[j]);
    }
    b->now[d] += leg->gained;
    b->moved[d] += leg->gained;
    for (int i = 0; i < b->points->n; i++)
        b->z[i] = strand_fma(leg->way, b->rate[i], b->z[i]);
}

// Takes away what rounding has left between a neuron and a line that it has come to.
static void put_on_line(struct block *b, int lane, int i)
{
    const struct dp_wave_points *p = b->points;
    double off = 0;
    for (int j = 0; j < p->inputs; j++)
        off += *strand_of(b->now, j, lane) * p->x[j * p->stride + i];
    off /= p->square[i];
    for (int j = 0; j < p->inputs; j++) {
        *strand_of(b->now, j, lane) -= off * p->x[j * p->stride + i];
        *strand_of(b->moved, j, lane) -= off * p->x[j * p->stride + i];
    }
    *strand_of(b->z, i, lane) = 0;
}

static void stay_on(struct block *b, int lane, int i)
{
    struct lines *const on = &b->on[lane];
    put_on_line(b, lane, i);
    on->from[on->count] = (int)*strand_of(b->side, i, lane);
    on->sample[on->count] = i;
    set_count(b, lane, on->count + 1);
    set_side(b, i, lane, 0);
    b->came = true;
}

/* Lines that depend on those it is on are met with them: where points are on a lattice, many pass through one
 * direction of w. Which of them rounding reports first says nothing. */
static void stay_on_others(struct block *b, int lane)
{
    double square = 0;
    for (int j = 0; j < b->points->inputs; j++)
        square += *strand_of(b->now, j, lane) * *strand_of(b->now, j, lane);
    for (int i = 0; i < b->points->n; i++) {
        const double z = *strand_of(b->z, i, lane);
        if (*strand_of(b->side, i, lane) != 0 && z * z <= 1e-24 * square * b->points->square[i])
            stay_on(b, lane, i);
    }
}

/* Most neurons that come to a line go on to the side beyond: if it repels, or if they are pushed beyond on
 * either side. False for others, and for those on other lines. */
static bool goes_through(struct block *b, int lane, int i, double rho)
{
    const double a = *strand_of(b->now, b->points->inputs, lane), side = *strand_of(b->side, i, lane),
                 rate = *strand_of(b->rate, i, lane), whole = rho * b->points->square[i];
    if (b->on[lane].count > 0 || b->points->inputs < 2 || a == 0)
        return false;
    const double part = ((side > 0 ? whole : 0) - rate) / whole; // alpha (lines.h)
    if (a * rho > 0 && (side > 0 ? part >= LEAST_PART : part <= 1))
        return false;
    put_on_line(b, lane, i);
    set_side(b, i, lane, -(int)side);
    return true;
}

/* On all lines but one it can only move towards the origin or away. It goes straight through: put a trifle
 * beyond, where samples have changed sides, it meets the lines that lead it away, or back. */
static void pass_origin(struct block *b, int lane, double factor)
{
    const struct dp_wave_points *p = b->points;
    for (int j = 0; j < p->inputs; j++) {
        *strand_of(b->now, j, lane) = factor * *strand_of(b->force, j, lane);
        *strand_of(b->moved, j, lane) = *strand_of(b->now, j, lane) - b->start[j][lane];
    }
    for (int i = 0; i < p->n; i++) {
        const double z = factor * *strand_of(b->rate, i, lane), side = *strand_of(b->side, i, lane);
        *strand_of(b->z, i, lane) = z;
        if (side != 0)
            set_side(b, i, lane, z > 0 ? 1 : z < 0 ? -1 : -(int)side);
    }
}

// One that comes back at once stays: the origin attracts it from all sides.
static void stay_at_origin(struct block *b, int lane, int i)
{
    for (int j = 0; j < b->points->inputs; j++) {
        *strand_of(b->now, j, lane) = 0;
        *strand_of(b->moved, j, lane) = -b->start[j][lane];
    }
    for (int s = 0; s < b->points->n; s++)
        *strand_of(b->z, s, lane) = 0;
    stay_on(b, lane, i);
}

/* A neuron has come to the line of sample i, from w of that square. False when it is to stay where it is. */
static bool meet_line(struct block *b, const struct leg *leg, int lane, int i, double square, int *passes)
{
    const int d = b->points->inputs;
    if (b->on[lane].count < d - 1) {
        stay_on(b, lane, i);
        if (b->on[lane].count > 1)
            stay_on_others(b, lane);
        return true;
    }
    double after = 0;
    for (int j = 0; j < d; j++)
        after += *strand_of(b->now, j, lane) * *strand_of(b->now, j, lane);
    const double size = leg->size[lane], reach = leg->way[lane] * size, scale = square + reach * reach;
    if (!(after <= 1e-18 * scale)) {
        stay_on(b, lane, i);
        stay_on_others(b, lane);
        return true;
    }
    if (*passes >= MOST_PASSES) {
        stay_at_origin(b, lane, i);
        return false;
    }
    ++*passes;
    pass_origin(b, lane, copysign(fmax(1e-9 * sqrt(scale), 1e-100) / size, leg->way[lane]));
    return true;
}

/* Ends a leg with events: a that comes to 0 is 0, and neurons stay on the lines that they meet. */
static int64_t end_leg(struct block *b, const double *rho, const struct leg *leg, strand_masks turns,
                       strands hit, const strands *before, int *passes, strands *left)
{
    const int d = b->points->inputs;
    int64_t events = 0;
    for (int l = 0; l < DP_WAVE_STRANDS; l++) {
        if (!turns[l] && !(hit[l] >= 0))
            continue;
        events++;
        if (hit[l] >= 0) {
            const int i = (int)hit[l];
            if (!goes_through(b, l, i, rho[i]) && !meet_line(b, leg, l, i, (*before)[l], passes + l))
                *strand_of(left, 0, l) = 0;
        } else {
            *strand_of(b->now, d, l) = 0;
            *strand_of(b->moved, d, l) = -b->start[d][l];
        }
    }
    return events;
}

// A leg of all; what is left of the interval after it. Returns the events at its end.
INLINE int64_t take_leg(struct block *b, int d, const double *rho, const double *push, double largest,
                        int *passes, strands *left)
{
    const strands zero = {0}, one = strand_all(1);
    strand_masks turns, events;
    strands hit = strand_all(-1), before = zero;
    struct leg leg = plan_leg(b, d, rho, push, largest, left, &turns);
    strand_masks goes_on = leg.size * *left > one;
    const strand_masks far = leg.size * *left > strand_all(BEYOND);
    leg.gained = strand_pick(far, strand_all(1e300), leg.gained);
    const bool any_turns = strand_any(turns);
    if (any_turns)
        stop_at_turns(&leg, turns);
    const strand_masks crossed = cross_lines(b, d, leg.way) & (*left > zero);
    const bool any_crossed = strand_any(crossed);
    if (any_crossed) {
        hit = stop_at_lines(b, &leg, crossed);
        turns &= hit < zero;
        for (int j = 0; j < d; j++)
            before += b->now[j] * b->now[j];
    }
    go(b, d, &leg);
    events = turns | (hit >= zero);
    goes_on = (goes_on | events) & ~far;
    *left = strand_any(goes_on) ? strand_pick(goes_on, *left - leg.x / leg.size, zero) : zero;
    return any_turns || any_crossed ? end_leg(b, rho, &leg, turns, hit, &before, passes, left) : 0;
}

// Interval: its outputs are added to sums [stride].
INLINE int64_t pass_interval(struct block *b, int d, const double *rho, const double *push, double largest,
                             strands *sums)
{
    const strands zero = {0};
    strands left = strand_all(1);
    int passes[DP_WAVE_STRANDS] = {0};
    int64_t events = 0;
    for (int legs = 0; legs < MOST_LEGS; legs++) {
        events += take_leg(b, d, rho, push, largest, passes, &left);
        if (!strand_any(left > zero))
            break;
    }
    const strands a = b->now[d];
    for (int i = 0; i < b->points->n; i++)
        sums[i] = strand_fma(a * b->active[i], b->z[i], sums[i]);
    return events;
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

// Adds the squares of a block.
INLINE void add_sizes(const struct block *b, int d, strands *sizes)
{
    for (int j = 0; j <= d; j++) {
        strands *const theta = sizes + (j == d), *const moved = theta + 2;
        *theta = strand_fma(b->now[j], b->now[j], *theta);
        *moved = strand_fma(b->moved[j], b->moved[j], *moved);
    }
}

INLINE int64_t move_in(int d, const struct dp_wave_points *points, const struct dp_wave_neurons *from,
                       const struct dp_wave_neurons *to, int intervals, const double *pull, double *f,
                       struct dp_wave_sizes *sizes, double *room)
{
    strands squares[4] = {{0}};
    double *push, largest[DP_WAVE_INTERVALS];
    struct block b = block_in(points, room, &push);
    const int n = points->stride;
    int64_t events = 0;

    for (int j = 0; j < intervals; j++)
        largest[j] = push_of(points, pull + j * n, push + j * d * n);
    for (int64_t index = 0; index < dp_wave_blocks(from->width); index++) {
        load_block(&b, d, from, index);
        for (int j = 0; j < intervals; j++)
            events += pass_interval(&b, d, pull + j * n, push + j * d * n, largest[j], b.sums + j * n);
        add_sizes(&b, d, squares);
        store_block(&b, to, index);
    }
    for (int i = 0; i < intervals * n; i++)
        f[i] = i % n < points->n ? strand_sum(b.sums + i) : 0;
    *sizes = (struct dp_wave_sizes){strand_sum(squares), strand_sum(squares + 1), strand_sum(squares + 2),
                                    strand_sum(squares + 3)};
    return events;
}

// Few inputs are known when this is compiled.
static int64_t move(const struct dp_wave_points *points, const struct dp_wave_neurons *from,
                    const struct dp_wave_neurons *to, int intervals, const double *pull, double *f,
                    struct dp_wave_sizes *sizes, double *room)
{
    switch (points->inputs) {
    case 2:
        return move_in(2, points, from, to, intervals, pull, f, sizes, room);
    case 3:
        return move_in(3, points, from, to, intervals, pull, f, sizes, room);
    case FEW_INPUTS:
        return move_in(FEW_INPUTS, points, from, to, intervals, pull, f, sizes, room);
    default:
        return move_in(points->inputs, points, from, to, intervals, pull, f, sizes, room);
    }
}

static void start(const struct dp_wave_points *points, const struct dp_wave_neurons *neurons, double *f,
                  double *room)
{
    double *rest;
    struct block b = block_in(points, room, &rest);
    const int n = points->stride;

    for (int i = 0; i < n; i++)
        b.side[i] = (strands){0} - 1;
    for (int64_t index = 0; index < dp_wave_blocks(neurons->width); index++) {
        place_block(&b, points->inputs, neurons, index);
        for (int i = 0; i < points->n; i++) {
            const strands zero = {0}, z = b.z[i];
            b.side[i] = strand_pick(z > zero, strand_all(1), strand_all(-1));
            b.sums[i] += b.now[points->inputs] * strand_pick(z > zero, z, zero);
        }
        store_block(&b, neurons, index);
    }
    for (int i = 0; i < n; i++)
        f[i] = i < points->n ? strand_sum(b.sums + i) : 0;
}

static double growth(const struct dp_wave_points *points, const struct dp_wave_neurons *neurons,
                     const double *rho, double *room)
{
    double *push;
    struct block b = block_in(points, room, &push);
    const double largest = push_of(points, rho, push);
    const strands zero = {0};
    strands most = zero, along;
    for (int64_t index = 0; index < dp_wave_blocks(neurons->width); index++) {
        load_block(&b, points->inputs, neurons, index);
        const strands size = pull_block(&b, points->inputs, rho, push, &along);
        // |a| and |w| grow where a and G.w have opposite signs
        const strand_masks grows =
            (size > strand_all(1e-14 * largest)) & (b.now[points->inputs] * along < zero);
        most = strand_pick(grows & (size > most), size, most);
    }
    double result = 0;
    for (int l = 0; l < DP_WAVE_STRANDS; l++)
        result = fmax(result, most[l]);
    return result;
}
