// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/waves/lines.h"

enum { FEW_INPUTS = 6 };

/* The state of eight neurons, one in each strand, and the lines that each is on. Rows have one element a
 * strand. */
struct block {
    const struct dp_wave_points *points;
    const strands *start;              // [D + 1]
    strands *now, *moved;              // [D + 1] w, a
    strands *force, *line, *second;    // [D] G; x of the lines of those on one or two
    strands *z, *rate, *side, *active; // [stride] w.x_i, G.x_i; 1, -1, 0; and 1 or 0
    strands *sums;                     // [DP_WAVE_INTERVALS + 1][stride]
    double *own;                       // [D] G of one of them
    strands square, across, other;     // |x|^2 of the first, product with the second, and |x|^2 of that
    strands from;                      // the side from which those on one line came, as lines have it
    strand_masks one, two, many;       // on so many lines
    strand_masks first, next;          // the samples of those on one or two
    unsigned lined;                    // bits: neurons on a line
    bool stale;                        // these have changed since the strands about them were filled
    bool came;                         // any has come to a line since they were settled
    struct lines on[DP_WAVE_STRANDS];
};

INLINE double *strand_of(strands *rows, int row, int lane)
{
    return (double *)(void *)(rows + row) + lane;
}

static struct block block_in(const struct dp_wave_points *p, double *room, double **rest)
{
    const int d = p->inputs, n = p->stride;
    struct block b = {.points = p};
    strands *rows = (strands *)(void *)room;
    const struct {
        strands **to;
        int count;
    } parts[] = {{&b.now, d + 1}, {&b.moved, d + 1},
                 {&b.force, d},   {&b.line, d},
                 {&b.second, d},  {&b.z, n},
                 {&b.rate, n},    {&b.side, n},
                 {&b.active, n},  {&b.sums, n * (DP_WAVE_INTERVALS + 1)}};
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        *parts[k].to = rows;
        rows += parts[k].count;
    }
    memset(room, 0, (size_t)((double *)(void *)rows - room) * sizeof *room); // what lies beyond n stays so
    room = (double *)(void *)rows;
    double *const part = room, *const aim = part + n, *const matrix = aim + d, *const base = matrix + d * d;
    b.own = base + d;
    int *list = (int *)(void *)(b.own + d);
    for (int l = 0; l < DP_WAVE_STRANDS; l++, list += 3 * n)
        b.on[l] = (struct lines){0, list, list + n, list + 2 * n, part, aim, matrix, base};
    *rest = room + (13 * n + d * (d + 3) + 7) / 8 * 8;
    return b;
}

// A change of the lines that a neuron is on.
INLINE void set_count(struct block *b, int lane, int count)
{
    b->on[lane].count = count;
    b->lined = (b->lined & ~(1u << lane)) | (count > 0 ? 1u << lane : 0);
    b->stale = true;
}

INLINE strands strand_take(const double *from, strand_masks at)
{
    strands values;
    for (int l = 0; l < DP_WAVE_STRANDS; l++)
        values[l] = from[at[l]];
    return values;
}

/* Fills the strands with the x of the lines of those on one or two; for others they are zero, and squares 1.
 */
INLINE void show_lines(struct block *b, int d)
{
    const struct dp_wave_points *p = b->points;
    const strands zero = {0}, one = strand_all(1);
    strand_masks count, first, next, from;
    for (int l = 0; l < DP_WAVE_STRANDS; l++) {
        const struct lines *on = &b->on[l];
        count[l] = on->count;
        first[l] = on->count > 0 ? on->sample[0] : 0;
        from[l] = on->count > 0 ? on->from[0] : 0;
        next[l] = on->count > 1 ? on->sample[1] : 0;
    }
    b->one = count == 1;
    b->two = count == 2;
    b->many = count > 2;
    b->first = first;
    b->next = next;
    b->from = strand_pick(b->one, __builtin_convertvector(from, strands), zero);
    b->across = zero;
    const strand_masks few = b->one | b->two;
    for (int j = 0; j < d; j++) {
        const double *const x = p->x + j * p->stride;
        b->line[j] = strand_pick(few, strand_take(x, first), zero);
        b->second[j] = strand_pick(b->two, strand_take(x, next), zero);
        b->across += b->line[j] * b->second[j];
    }
    b->square = strand_pick(few, strand_take(p->square, first), one);
    b->other = strand_pick(b->two, strand_take(p->square, next), one);
    b->stale = false;
}

INLINE void find_z(struct block *b, int d)
{
    const struct dp_wave_points *p = b->points;
    for (int i = 0; i < p->n; i++) {
        strands z = b->now[0] * strand_all(p->x[i]);
        for (int j = 1; j < d; j++)
            z = strand_fma(b->now[j], strand_all(p->x[j * p->stride + i]), z);
        b->z[i] = z;
    }
}

// Lists the lines of a block from its sides, sample by sample: most have none.
static void list_lines(struct block *b, const signed char *sides)
{
    int count[DP_WAVE_STRANDS] = {0};
    for (int i = 0; i < b->points->n; i++, sides += DP_WAVE_STRANDS)
        for (int l = 0; has_zero(sides) && l < DP_WAVE_STRANDS; l++)
            if (sides[l] == 0) {
                b->on[l].from[count[l]] = 0;
                b->on[l].sample[count[l]++] = i;
            }
    for (int l = 0; l < DP_WAVE_STRANDS; l++)
        set_count(b, l, count[l]);
}

// Reads the parameters of a block, and finds z.
INLINE void place_block(struct block *b, int d, const struct dp_wave_neurons *neurons, int64_t index)
{
    const strands *const moved = as_strands(neurons->moved) + index * (d + 1);
    b->start = as_strands(neurons->start) + index * (d + 1);
    for (int j = 0; j <= d; j++) {
        b->moved[j] = moved[j];
        b->now[j] = b->start[j] + moved[j];
    }
    find_z(b, d);
}

INLINE void load_block(struct block *b, int d, const struct dp_wave_neurons *neurons, int64_t index)
{
    const int n = b->points->stride;
    const signed char *const side = neurons->side + index * n * DP_WAVE_STRANDS;
    const strands zero = {0}, one = strand_all(1);
    strand_masks lined = {0};
    place_block(b, d, neurons, index);
    for (int i = 0; i < n; i++) {
        const strands s = strands_of_sides(side + i * DP_WAVE_STRANDS);
        b->side[i] = s;
        b->active[i] = strand_pick(s > zero, one, zero);
        lined |= s == zero;
    }
    b->lined = 0;
    b->stale = b->came = false;
    for (int l = 0; l < DP_WAVE_STRANDS; l++)
        b->on[l].count = 0;
    if (strand_any(lined))
        list_lines(b, side);
}

static void store_block(struct block *b, const struct dp_wave_neurons *neurons, int64_t index)
{
    const int d = b->points->inputs, n = b->points->stride;
    strands *const moved = (strands *)(void *)neurons->moved + index * (d + 1);
    signed char *const side = neurons->side + index * n * DP_WAVE_STRANDS;
    for (int j = 0; j <= d; j++)
        moved[j] = b->moved[j];
    for (int i = 0; i < n; i++)
        sides_of_strands(b->side[i], side + i * DP_WAVE_STRANDS);
}

INLINE void set_side(struct block *b, int i, int lane, int side)
{
    *strand_of(b->side, i, lane) = side;
    *strand_of(b->active, i, lane) = side > 0;
}

// Decides on the lines of one neuron. It leaves some of them here.
static void settle_own(struct block *b, const double *rho, int lane, double sign)
{
    struct lines *const on = &b->on[lane];
    const int d = b->points->inputs, count = on->count;
    int kept = 0;
    for (int j = 0; j < d; j++)
        b->own[j] = *strand_of(b->force, j, lane);
    resolve(on, b->points, rho, sign, b->own);
    for (int j = 0; j < d; j++)
        *strand_of(b->force, j, lane) = b->own[j];
    for (int r = 0; r < count; r++) {
        if (on->state[r] != 0)
            set_side(b, on->sample[r], lane, on->state[r]);
        else
            on->from[kept] = 0, on->sample[kept++] = on->sample[r];
    }
    if (kept != count)
        set_count(b, lane, kept);
}

INLINE strand_masks holds(strands sign, strands pull, strands part)
{
    const strands zero = {0};
    return (sign * pull > zero) & (part >= strand_all(LEAST_PART)) & (part <= strand_all(1));
}

/* The new side of neurons on one line that does not hold them, else 0. One that attracts is left to where
 * they are moved; one that repels to the other side, if they have just come. */
INLINE strands side_beyond(const struct block *b, strands sign, strands pull, strands part)
{
    const strands zero = {0}, one = strand_all(1);
    const strand_masks attracts = sign * pull > zero, up = attracts & (part > one);
    const strand_masks down = attracts & (part < strand_all(LEAST_PART));
    const strands side = strand_pick(attracts, strand_pick(up, one, strand_pick(down, -one, zero)), -b->from);
    return strand_pick(b->one, side, zero);
}

static void leave_line(struct block *b, int lane, int side)
{
    set_side(b, b->on[lane].sample[0], lane, side);
    set_count(b, lane, 0);
}

// Those that do not slide: on one line, they leave it to this side.
static void settle_others(struct block *b, const double *rho, const strands *side, const strand_masks *slides,
                          const strands *sign)
{
    for (int l = 0; l < DP_WAVE_STRANDS; l++) {
        if ((*side)[l] != 0)
            leave_line(b, l, (int)(*side)[l]);
        else if (b->on[l].count > 0 && !(*slides)[l])
            settle_own(b, rho, l, (*sign)[l] > 0 ? 1 : (*sign)[l] < 0 ? -1 : 0);
    }
}

/* Neurons on one line or two slide along them if these attract and hold: part pull x.x + part' pull' x'.x =
 * -G.x. Others on one line leave it. What is left needs more than that. */
INLINE void settle_block(struct block *b, int d, const double *rho)
{
    const strands zero = {0}, one = strand_all(1), a = b->now[d];
    if (b->stale)
        show_lines(b, d);
    const strand_masks few = b->one | b->two;
    const strands pull = strand_pick(few, strand_take(rho, b->first), zero),
                  pull2 = strand_pick(b->two, strand_take(rho, b->next), zero);
    strands off = zero, off2 = zero, along = zero;
    for (int j = 0; j < d; j++) {
        off = strand_fma(-b->force[j], b->line[j], off);
        off2 = strand_fma(-b->force[j], b->second[j], off2);
        along = strand_fma(b->force[j], b->now[j], along);
    }
    const strands sign = strand_pick(a != zero, a, -along);
    const strands whole = b->square * b->other, left = whole - b->across * b->across;
    const strand_masks apart = left > 1e-13 * whole;
    const strands divisor = strand_pick(apart, left, one);
    const strands by = (off * b->other - off2 * b->across) / divisor,
                  by2 = (off2 * b->square - off * b->across) / divisor;
    const strands part = by / strand_pick(pull != zero, pull, one),
                  part2 = by2 / strand_pick(pull2 != zero, pull2, one);
    const strand_masks slides = few & apart & holds(sign, pull, part) & (b->one | holds(sign, pull2, part2));
    const strands side = strand_pick(slides, zero, side_beyond(b, sign, pull, part));
    const strands first = strand_pick(slides, by, strand_pick(side > zero, pull, zero)),
                  second = strand_pick(slides, by2, zero);
    for (int j = 0; j < d; j++)
        b->force[j] += first * b->line[j] + second * b->second[j];
    b->from = zero;
    if (strand_any((few & ~slides) | b->many))
        settle_others(b, rho, &side, &slides, &sign);
    for (int l = 0; b->came && l < DP_WAVE_STRANDS; l++)
        for (int r = 0; r < b->on[l].count; r++)
            b->on[l].from[r] = 0;
    b->came = false;
}

// Sums over the active samples; those of few inputs, known when this is compiled, stay in registers.
INLINE void pull_of_active(struct block *b, int d, const double *push)
{
    const struct dp_wave_points *p = b->points;
    strands sum[FEW_INPUTS] = {0};
    if (d > FEW_INPUTS) {
        for (int j = 0; j < d; j++) {
            b->force[j] = strand_all(0);
            for (int i = 0; i < p->n; i++)
                b->force[j] = strand_fma(b->active[i], strand_all(push[j * p->stride + i]), b->force[j]);
        }
        return;
    }
    for (int i = 0; i < p->n; i++) {
        const strands active = b->active[i];
#pragma GCC unroll 6
        for (int j = 0; j < d; j++)
            sum[j] = strand_fma(active, strand_all(push[j * p->stride + i]), sum[j]);
    }
#pragma GCC unroll 6
    for (int j = 0; j < d; j++)
        b->force[j] = sum[j];
}

/* G of all; along: G.w. push [D][stride]: rho x. */
INLINE strands pull_block(struct block *b, int d, const double *rho, const double *push, strands *along)
{
    strands square = {0}, sum = {0};
    pull_of_active(b, d, push);
    if (b->lined)
        settle_block(b, d, rho);
    for (int j = 0; j < d; j++) {
        square = strand_fma(b->force[j], b->force[j], square);
        sum = strand_fma(b->force[j], b->now[j], sum);
    }
    *along = sum;
    return strand_root(square);
}
