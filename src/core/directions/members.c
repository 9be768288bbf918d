// SPDX-License-Identifier: BSD-3-Clause
#include "core/directions/members.h"
#include "core/math/ranking.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Powers of two by which weights and amplitudes are multiplied: squares of extreme values neither vanish nor
 * overflow. */
struct scales {
    double w, a;
};

static double scale_of(const double *values, int64_t count)
{
    double largest = 0;
    int exponent;
    for (int64_t i = 0; i < count; i++)
        largest = fabs(values[i]) > largest ? fabs(values[i]) : largest;
    if (!(largest > 0) || isinf(largest))
        return 1;
    frexp(largest, &exponent);
    return ldexp(1, -exponent);
}

static struct scales scales_of(const struct dp_neurons *n)
{
    const int64_t weights = (n->inputs + 1) * n->count;
    return (struct scales){scale_of(n->columns, weights),
                           scale_of(n->columns + weights, n->outputs * n->count)};
}

// The norm of the output weights of neuron k.
static double strength_of(const struct dp_neurons *n, double scale, int64_t k)
{
    const double *a = n->columns + (n->inputs + 1) * n->count + k;
    if (n->outputs == 1)
        return fabs(scale * a[0]);
    double square = 0;
    for (int o = 0; o < n->outputs; o++)
        square += (scale * a[o * n->count]) * (scale * a[o * n->count]);
    return sqrt(square);
}

/* Neurons are taken by blocks, in loops that the compiler can turn into vector code: it is the part that
 * costs. */
enum { BLOCK = 64 };

struct block {
    double x[BLOCK], y[BLOCK], amplitude[BLOCK]; // vector and A
    int sector[BLOCK];
};

/* The sector of an angle from tan(angle - 45 degrees) in the first quarter, by a fit of the arctangent to
 * 2e-5 rad; the other quarters by reflection. Without amplitude it goes anywhere. */
static inline int sector_of(double x, double y)
{
    static const double fit[] = {0x1.45f076e30ef5ep-3, -0x1.b070d264852d3p-5, 0x1.e2ac6b147c9e3p-6,
                                 -0x1.de7c48459df74p-7, 0x1.eff7725c0dbb7p-9};
    const double across = fabs(x), up = fabs(y), tangent = (up - across) / (up + across);
    const double z = tangent * tangent;
    double turn = 0.125 + tangent * (fit[0] + z * (fit[1] + z * (fit[2] + z * (fit[3] + z * fit[4]))));
    turn = x < 0 ? 0.5 - turn : turn;
    turn = y < 0 ? 1 - turn : turn;
    turn = turn < 1 ? turn : 0;
    return (int)(turn * DP_CIRCLE_SECTORS);
}

static void fill_block(const struct dp_neurons *n, struct scales scale, int64_t first, int count,
                       struct block *block)
{
    const double *restrict w = n->columns + first, *restrict bias = w + n->count;
    double strength[BLOCK];
    if (n->outputs == 1)
        for (int l = 0; l < count; l++)
            strength[l] = fabs(scale.a * bias[n->count + l]);
    else
        for (int l = 0; l < count; l++)
            strength[l] = strength_of(n, scale.a, first + l);
    for (int l = 0; l < count; l++) {
        const double x = scale.w * w[l], y = scale.w * bias[l];
        block->x[l] = strength[l] * x;
        block->y[l] = strength[l] * y;
        block->amplitude[l] = strength[l] * sqrt(x * x + y * y);
        block->sector[l] = sector_of(x, y);
    }
}

static double largest_amplitude(const struct dp_neurons *n, struct scales scale)
{
    double largest = 0;
    for (int64_t first = 0; first < n->count; first += BLOCK) {
        struct block block;
        const int count = n->count - first < BLOCK ? (int)(n->count - first) : BLOCK;
        fill_block(n, scale, first, count, &block);
        for (int l = 0; l < count; l++)
            largest = block.amplitude[l] > largest ? block.amplitude[l] : largest;
    }
    return largest;
}

static void add_sectors(const struct dp_neurons *n, struct scales scale, double cut,
                        struct dp_members *members)
{
    const double least = cut > 0 ? cut * largest_amplitude(n, scale) : 0;
    double *restrict sums = members->amplitude, square[4] = {0};
    memset(sums, 0, 3 * DP_CIRCLE_SECTORS * sizeof *sums);
    for (int64_t first = 0; first < n->count; first += BLOCK) {
        struct block block;
        const int count = n->count - first < BLOCK ? (int)(n->count - first) : BLOCK;
        fill_block(n, scale, first, count, &block);
        for (int l = 0; l < count; l++) {
            const double amplitude = block.amplitude[l];
            if (amplitude < least)
                continue;
            sums[block.sector[l]] += amplitude;
            sums[DP_CIRCLE_SECTORS + block.sector[l]] += block.x[l];
            sums[2 * DP_CIRCLE_SECTORS + block.sector[l]] += block.y[l];
            square[l % 4] += amplitude * amplitude;
        }
    }
    members->total = 0;
    for (int s = 0; s < DP_CIRCLE_SECTORS; s++)
        members->total += sums[s];
    members->effective = members->total * members->total / (square[0] + square[1] + square[2] + square[3]);
}

void dp_members_sectors(const struct dp_neurons *neurons, double cut, double *room,
                        struct dp_members *members)
{
    *members = (struct dp_members){.rows = 2, .count = DP_CIRCLE_SECTORS};
    members->amplitude = room;
    members->vector = room + DP_CIRCLE_SECTORS;
    add_sectors(neurons, (struct scales){1, 1}, cut, members);
    if (!(members->total > 1e-80 && members->total < 1e80))
        add_sectors(neurons, scales_of(neurons), cut, members);
}

static enum dp_status acquire(int rows, int64_t count, struct dp_members *members, struct dp_error *error)
{
    *members = (struct dp_members){.rows = rows, .count = count};
    members->amplitude = calloc((size_t)count * (size_t)(rows + 1), sizeof(double));
    if (!members->amplitude)
        return dp_fail(error, DP_NO_MEMORY, "no memory to count the directions of %lld neurons",
                       (long long)count);
    members->vector = members->amplitude + count;
    return DP_OK;
}

void dp_members_free(struct dp_members *members)
{
    free(members->amplitude);
    *members = (struct dp_members){0};
}

// What decides between neurons of one amplitude: their vectors, so that the order in which they came does
// not.
struct equal {
    double first, second;
    int64_t neuron;
};

static int by_vector(const void *left, const void *right)
{
    const struct equal *l = left, *r = right;
    if (l->first != r->first)
        return l->first > r->first ? -1 : 1;
    return (l->second < r->second) - (l->second > r->second);
}

// room takes `count` of them.
static void sort_equal(const struct dp_neurons *n, struct scales scale, struct dp_ranked *ranked,
                       int64_t count, struct equal *room)
{
    for (int64_t i = 0; i < count; i++) {
        const int64_t k = ranked[i].index;
        const double strength = strength_of(n, scale.a, k);
        room[i] = (struct equal){strength * (scale.w * n->columns[k]),
                                 strength * (scale.w * n->columns[n->count + k]), k};
    }
    qsort(room, (size_t)count, sizeof *room, by_vector);
    for (int64_t i = 0; i < count; i++)
        ranked[i].index = room[i].neuron;
}

static double fill_ranked(const struct dp_neurons *n, struct scales scale, struct dp_ranked *ranked)
{
    double total = 0;
    for (int64_t k = 0; k < n->count; k++) {
        double square = 0;
        for (int j = 0; j <= n->inputs; j++) {
            const double w = scale.w * n->columns[j * n->count + k];
            square += w * w;
        }
        ranked[k] = (struct dp_ranked){strength_of(n, scale.a, k) * sqrt(square), k};
        total += ranked[k].value;
    }
    return total;
}

// The strongest first; returns how many reach the part `cut` of the strongest.
static int64_t rank(const struct dp_neurons *n, struct scales scale, double cut, struct dp_ranked *ranked,
                    struct equal *room)
{
    int64_t kept = 0;
    dp_ranking_sort(ranked, n->count, (struct dp_ranked *)(void *)room);
    while (kept < n->count && ranked[kept].value > 0 && ranked[kept].value >= cut * ranked[0].value)
        kept++;
    for (int64_t first = 0, last; first < kept; first = last) {
        last = first + 1;
        while (last < kept && !(ranked[last].value < ranked[first].value))
            last++;
        if (last > first + 1)
            sort_equal(n, scale, ranked + first, last - first, room);
    }
    return kept;
}

static void fill_neurons(const struct dp_neurons *n, struct scales scale, const struct dp_ranked *ranked,
                         struct dp_members *members)
{
    double square = 0;
    for (int64_t i = 0; i < members->count; i++) {
        const int64_t k = ranked[i].index;
        const double strength = strength_of(n, scale.a, k);
        members->amplitude[i] = ranked[i].value;
        for (int j = 0; j < members->rows; j++)
            members->vector[j * members->count + i] = strength * (scale.w * n->columns[j * n->count + k]);
        members->total += ranked[i].value;
        square += ranked[i].value * ranked[i].value;
    }
    members->effective = members->total * members->total / square;
}

enum dp_status dp_members_neurons(const struct dp_neurons *neurons, double cut, struct dp_members *members,
                                  struct dp_error *error)
{
    const struct scales scale = scales_of(neurons);
    const size_t count = (size_t)neurons->count;
    struct dp_ranked *const ranked = malloc(count * (sizeof *ranked + sizeof(struct equal)));
    if (!ranked)
        return dp_fail(error, DP_NO_MEMORY, "no memory to sort %lld neurons", (long long)neurons->count);
    const double total = fill_ranked(neurons, scale, ranked);
    const int64_t kept =
        isfinite(total) ? rank(neurons, scale, cut, ranked, (struct equal *)(void *)(ranked + count)) : 0;
    const enum dp_status status = acquire(neurons->inputs + 1, kept, members, error);
    if (status == DP_OK)
        fill_neurons(neurons, scale, ranked, members);
    free(ranked);
    return status;
}

enum dp_status dp_members_sample(const struct dp_members *members, int64_t count, struct dp_members *sample,
                                 struct dp_error *error)
{
    if (members->count <= count) {
        *sample = *members;
        return DP_OK;
    }
    DP_TRY(acquire(members->rows, count, sample, error));
    const double each = members->total / (double)count;
    double passed = 0;
    int64_t k = 0;
    for (int64_t i = 0; i < count; i++) {
        // the member in whose stretch of the line of amplitudes the middle of the i-th part lies
        while (k + 1 < members->count && passed + members->amplitude[k] <= ((double)i + 0.5) * each)
            passed += members->amplitude[k++];
        sample->amplitude[i] = each;
        for (int j = 0; j < members->rows; j++)
            sample->vector[j * sample->count + i] =
                each / members->amplitude[k] * members->vector[j * members->count + k];
    }
    sample->total = members->total;
    sample->effective = members->effective;
    return DP_OK;
}

double dp_normalise(double *vector, int rows)
{
    double square = 0;
    for (int j = 0; j < rows; j++)
        square += vector[j] * vector[j];
    const double length = sqrt(square), inverse = length > 0 ? 1 / length : 0;
    for (int j = 0; j < rows; j++)
        vector[j] *= inverse;
    return length;
}
