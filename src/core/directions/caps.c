// SPDX-License-Identifier: BSD-3-Clause
#include "core/directions/caps.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

// Multiplications and additions stay apart (-ffp-contract=off), so that all clones give the same bits.
// Functions with clones are static: clang 14 does not find them from other files.
#if defined __x86_64__ && defined __GLIBC__ && defined __has_attribute && !defined __SANITIZE_ADDRESS__
#    if __has_attribute(target_clones)
#        define VECTOR_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#    endif
#endif
#ifndef VECTOR_CLONES
#    define VECTOR_CLONES
#endif

enum { BLOCK = DP_CAPS_BLOCK, PARTS = BLOCK / 8, LOOKED_AT = 16 };

// The compiler's vectors, which it splits into registers of any length without a change of bits.
typedef double eight __attribute__((vector_size(64), aligned(8), may_alias));
typedef int64_t eight_masks __attribute__((vector_size(64)));
typedef signed char eight_bytes __attribute__((vector_size(8), aligned(1), may_alias));
#define INLINE static inline __attribute__((always_inline)) // into every clone

// Where block b begins, of members or of cones.
INLINE double *block_at(double *blocks, int rows, int b)
{
    return blocks + (int64_t)b * (rows + 2) * BLOCK;
}

// A member and what it is ordered by.
struct place {
    float along;
    int member;
};

// Puts those below the pivot first and returns how many; without a branch, which half of them would take.
INLINE int partition(struct place *place, int count, float pivot, bool or_equal)
{
    int first = 0;
    for (int i = 0; i < count; i++) {
        const struct place here = place[i];
        place[i] = place[first];
        place[first] = here;
        first += or_equal ? here.along <= pivot : here.along < pivot;
    }
    return first;
}

// Puts the `half` smallest of `count` first.
static void split(struct place *place, int count, int half)
{
    while (half > 0 && half < count) {
        const float one = place[0].along, two = place[count / 2].along, three = place[count - 1].along;
        const float pivot = fmaxf(fminf(one, two), fminf(fmaxf(one, two), three));
        int first = partition(place, count, pivot, false);
        const bool smallest = first == 0;
        if (smallest) // else equal ones would never end
            first = partition(place, count, pivot, true);
        if (half < first) {
            if (smallest)
                return;
            count = first;
        } else {
            place += first;
            count -= first;
            half -= first;
        }
    }
}

// The component in which some of the members differ most. unit: [rows][members].
static int widest(const float *unit, int rows, int64_t members, const struct place *place, int count)
{
    int most = 0;
    float largest = -1;
    const int step = count / LOOKED_AT;
    for (int j = 0; j < rows; j++) {
        float sum = 0, square = 0;
        for (int i = 0; i < LOOKED_AT; i++) {
            const float u = unit[j * members + place[i * step].member];
            sum += u;
            square += u * u;
        }
        if (square * LOOKED_AT - sum * sum > largest) {
            largest = square * LOOKED_AT - sum * sum;
            most = j;
        }
    }
    return most;
}

/* Orders members so that every block, every two blocks and so on hold similar directions: halves them along
 * the widest component. */
static void order(const float *unit, int rows, int64_t members, struct place *place, int count)
{
    while (count > BLOCK) {
        const int half = (count / 2 + BLOCK - 1) / BLOCK * BLOCK;
        const float *component = unit + widest(unit, rows, members, place, count) * members;
        for (int i = 0; i < count; i++)
            place[i].along = component[place[i].member];
        split(place, count, half);
        order(unit, rows, members, place, half);
        place += half;
        count -= half;
    }
}

/* The cone around the members of block b, and where it is met: at an angle of at most its own and the cap's.
 * The margin is far above the rounding of unit, so that no member is lost. middle: room, [rows]. */
static void enclose(struct dp_caps *caps, int b, const float *unit, const struct place *place, int count,
                    double *middle)
{
    static const double MARGIN = 1e-6, TINY = 1e-280;
    const int rows = caps->members.rows;
    const int64_t members = caps->members.count;
    double *cone = block_at(caps->cone, rows, b / BLOCK) + b % BLOCK, cosine = 1;
    bool known = true;
    for (int j = 0; j < rows; j++) {
        middle[j] = 0;
        for (int l = 0; l < count; l++)
            middle[j] += (double)unit[j * members + place[l].member];
    }
    dp_normalise(middle, rows);
    for (int l = 0; l < count; l++) {
        double along = 0;
        for (int j = 0; j < rows; j++)
            along += middle[j] * (double)unit[j * members + place[l].member];
        cosine = fmin(cosine, along);
        // below, a vector has too few digits to tell its direction
        known = known && caps->members.amplitude[place[l].member] > TINY;
    }
    for (int j = 0; j < rows; j++)
        cone[(j + 1) * BLOCK] = middle[j];
    const double near = cosine - MARGIN, cap = caps->cosine - MARGIN;
    *cone = near * cap - sqrt(1 - near * near) * sqrt(1 - cap * cap) - MARGIN;
    if (!known || near <= -cap)
        *cone = -INFINITY;
}

static void fill_block(struct dp_caps *caps, int b, const struct place *place, int count)
{
    const struct dp_members *members = &caps->members;
    double *block = block_at(caps->block, members->rows, b);
    for (int l = 0; l < count; l++) {
        const double amplitude = members->amplitude[place[l].member];
        block[l] = amplitude > 0 ? caps->cosine * amplitude : INFINITY; // without amplitude it is in no cap
        for (int j = 0; j < members->rows; j++)
            block[(j + 1) * BLOCK + l] = members->vector[j * members->count + place[l].member];
        block[(members->rows + 1) * BLOCK + l] = amplitude;
    }
    for (int l = count; l < BLOCK; l++)
        block[l] = INFINITY;
}

// room: [rows]; unit: [rows][members]
static void fill(struct dp_caps *caps, double *room, float *unit, struct place *place)
{
    const struct dp_members *members = &caps->members;
    const int count = (int)members->count, rows = members->rows;
    for (int k = 0; k < count; k++)
        place[k].member = k;
    for (int j = 0; j < rows; j++)
        for (int k = 0; k < count; k++) {
            const double amplitude = members->amplitude[k],
                         component = members->vector[j * members->count + k];
            unit[j * count + k] = amplitude > 0 ? (float)(component / amplitude) : 0;
        }
    order(unit, rows, count, place, count);
    for (int b = 0; b < caps->blocks; b++) {
        const int first = b * BLOCK, held = count - first < BLOCK ? count - first : BLOCK;
        enclose(caps, b, unit, place + first, held, room);
        fill_block(caps, b, place + first, held);
    }
    for (int b = caps->blocks; b % BLOCK != 0; b++) // no cap meets what is only room
        block_at(caps->cone, rows, b / BLOCK)[b % BLOCK] = INFINITY;
}

enum dp_status dp_caps_create(const struct dp_members *members, double cosine, struct dp_caps *caps,
                              struct dp_error *error)
{
    *caps = (struct dp_caps){.cosine = cosine, .sampled = members->count > DP_CAPS_MEMBERS};
    DP_TRY(dp_members_sample(members, DP_CAPS_MEMBERS, &caps->members, error));
    const size_t rows = (size_t)members->rows, count = (size_t)caps->members.count;
    const size_t blocks = (count + BLOCK - 1) / BLOCK, cones = (blocks + BLOCK - 1) / BLOCK;
    const size_t size = (blocks + cones) * (rows + 2) * BLOCK * sizeof(double);
    double *room = malloc(rows * sizeof *room + count * (sizeof(struct place) + rows * sizeof(float)));
    caps->blocks = (int)blocks;
    caps->block = aligned_alloc(sizeof(eight), size); // a vector lies in one line of the cache
    if (caps->block && room) {
        struct place *place = (struct place *)(void *)(room + rows);
        memset(caps->block, 0, size);
        caps->cone = block_at(caps->block, members->rows, caps->blocks);
        fill(caps, room, (float *)(void *)(place + count), place);
        free(room);
        return DP_OK;
    }
    free(room);
    dp_caps_free(caps);
    return dp_fail(error, DP_NO_MEMORY, "no memory to count directions");
}

void dp_caps_free(struct dp_caps *caps)
{
    free(caps->block);
    if (caps->sampled)
        dp_members_free(&caps->members);
    *caps = (struct dp_caps){0};
}

/* Compares the columns of a block with their limits. met: not 0 for one that is as much along the centre or,
 * with lines, against it; side: 1 and -1 for those, else 0. */
INLINE void compare(const double *block, int rows, const double *centre, bool lines, signed char *met,
                    eight *side)
{
    const eight one = {1, 1, 1, 1, 1, 1, 1, 1}, *limit = (const eight *)(const void *)block,
                *row = limit + PARTS;
    const int64_t opposite = lines ? -1 : 0;
    eight sum[PARTS];
    for (int p = 0; p < PARTS; p++)
        sum[p] = centre[0] * row[p];
    for (int j = 1; j < rows; j++) {
        row += PARTS;
        for (int p = 0; p < PARTS; p++)
            sum[p] += centre[j] * row[p];
    }
    for (int p = 0; p < PARTS; p++) {
        const eight_masks along = sum[p] >= limit[p], against = (-sum[p] >= limit[p]) & opposite;
        *(eight_bytes *)(met + 8 * p) = __builtin_convertvector(along | against, eight_bytes);
        side[p] = (eight)(along & (eight_masks)one) - (eight)(against & (eight_masks)one);
    }
}

// Whether any of BLOCK bytes is not 0.
INLINE bool any_of(const signed char *bytes)
{
    int64_t part[PARTS], any = 0;
    memcpy(part, bytes, sizeof part);
    for (int p = 0; p < PARTS; p++)
        any |= part[p];
    return any != 0;
}

// The blocks whose cones the cap meets; returns how many.
INLINE int list_blocks(const struct dp_caps *caps, const double *centre, bool lines, int *listed)
{
    const int rows = caps->members.rows;
    int count = 0;
    for (int first = 0; first < caps->blocks; first += BLOCK) {
        signed char met[BLOCK];
        eight unused[PARTS];
        compare(block_at(caps->cone, rows, first / BLOCK), rows, centre, lines, met, unused);
        for (int l = 0; l < BLOCK; l++) {
            listed[count] = first + l;
            count += met[l] & 1;
        }
    }
    return count;
}

// The sum over lanes, in an order that no register's length decides.
INLINE double sum_of(const eight *lanes)
{
    double lane[BLOCK];
    memcpy(lane, lanes, sizeof lane);
    for (int half = BLOCK / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++)
            lane[l] += lane[l + half];
    return lane[0];
}

VECTOR_CLONES
static double look(const struct dp_caps *caps, const double *centre, bool lines,
                   struct dp_within *restrict within)
{
    int listed[DP_CAPS_MEMBERS / BLOCK + 1];
    const int rows = caps->members.rows, count = list_blocks(caps, centre, lines, listed);
    eight lanes[PARTS] = {{0}};
    within->count = 0;
    for (int i = 0; i < count; i++) {
        const double *block = block_at(caps->block, rows, listed[i]);
        const eight *amplitude = (const eight *)(const void *)(block + (rows + 1) * BLOCK);
        eight *side = (eight *)(void *)(within->side + within->count * BLOCK);
        signed char met[BLOCK];
        compare(block, rows, centre, lines, met, side);
        if (!any_of(met))
            continue;
        within->block[within->count++] = listed[i];
        for (int p = 0; p < PARTS; p++)
            lanes[p] += side[p] * side[p] * amplitude[p];
    }
    return sum_of(lanes);
}

VECTOR_CLONES
static void sum_vectors(const struct dp_caps *caps, const struct dp_within *within, double *sum)
{
    const int rows = caps->members.rows;
    const eight *side = (const eight *)(const void *)within->side;
    for (int j = 0; j < rows; j++) {
        eight lanes[PARTS] = {{0}};
        for (int i = 0; i < within->count; i++) {
            const double *block = block_at(caps->block, rows, within->block[i]);
            const eight *row = (const eight *)(const void *)(block + (j + 1) * BLOCK);
            for (int p = 0; p < PARTS; p++)
                lanes[p] += side[i * PARTS + p] * row[p];
        }
        sum[j] = sum_of(lanes);
    }
}

double dp_caps_look(const struct dp_caps *caps, const double *centre, bool lines, struct dp_within *within)
{
    return look(caps, centre, lines, within) / caps->members.total;
}

void dp_caps_mean(const struct dp_caps *caps, const struct dp_within *within, double *mean)
{
    sum_vectors(caps, within, mean);
}
