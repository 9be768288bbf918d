// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/core/directions.h"
#include "core/directions/peaks.h"
#include "core/math/elementary.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double SLACK = 1 - 1e-9;      // rounding must not decide where shares are equal by design
static const double CHANCE_DEVIATIONS = 3; // standard deviations
enum { MOVES = 2 };

/* The counted peaks, with what they hold. */
struct held {
    int count, rows;
    double *unit;                                   // [count][rows]
    double *vector;                                 // [count][rows], sums over the members
    double amplitude[DP_PEAKS], agreeing[DP_PEAKS]; // all of it, and what is on the side of unit
};

// x^n for whole n >= 0
static double whole_power(double x, int n)
{
    double power = 1;
    for (; n > 0; n /= 2, x *= x)
        power *= n % 2 ? x : 1;
    return power;
}

/* The share of the sphere S^inputs within R / 2 of a point: the integral of sin^(inputs - 1) up to there over
 * that up to pi, by Simpson's rule. */
static double even_share(int inputs, double resolution)
{
    enum { PARTS = 64 };
    double part[2] = {0};
    const double to[2] = {resolution / 2, 180};
    if (inputs == 1)
        return resolution / 360;
    for (int side = 0; side < 2; side++)
        for (int i = 0; i <= PARTS; i++) {
            double sine, cosine;
            dp_sincos_turns(to[side] / 360 * i / PARTS, &sine, &cosine);
            part[side] += (i % PARTS == 0 ? 1 : i % 2 ? 4 : 2) * to[side] * whole_power(sine, inputs - 1);
        }
    return part[0] / part[1];
}

/* Drops the peaks that do not stand out, until those left do over the rest that they leave, and lifts their
 * passes to the level above which they stand. */
static void keep_outstanding(struct dp_share_peaks *peaks, double share, double even, double effective,
                             int rows)
{
    int before = -1;
    double level[DP_PEAKS];
    while (peaks->count != before) {
        double rest = 1;
        before = peaks->count;
        for (int i = 0; i < before; i++)
            rest -= peaks->height[i];
        const double bare = 1 - before * even, spread = rest > 0 && bare > even ? rest / bare * even : 0;
        peaks->count = 0;
        for (int i = 0; i < before; i++) {
            const int to = peaks->count;
            const double floor = fmax(peaks->pass[i], spread), standing = peaks->height[i] - floor;
            if (standing < SLACK * fmax(share, CHANCE_DEVIATIONS * sqrt(floor / effective)))
                continue;
            level[to] = floor;
            peaks->height[to] = peaks->height[i];
            peaks->pass[to] = peaks->pass[i];
            memmove(peaks->unit + to * rows, peaks->unit + i * rows, (size_t)rows * sizeof(double));
            peaks->count++;
        }
    }
    for (int i = 0; i < peaks->count; i++)
        peaks->pass[i] = level[i];
}

// The sectors of a circle that may lie within half the resolution of a direction: few, and the others need no
// look.
static void mark_near(const struct held *held, double resolution, bool lines, bool near[DP_CIRCLE_SECTORS])
{
    const double per_radian = DP_CIRCLE_SECTORS / 2 / 0x1.921fb54442d18p+1;
    const int reach = (int)(resolution * DP_CIRCLE_SECTORS / 720) + 2,
              opposite = lines ? DP_CIRCLE_SECTORS / 2 : 0;
    memset(near, 0, DP_CIRCLE_SECTORS * sizeof *near);
    for (int i = 0; i < held->count; i++) {
        const double angle = dp_atan2(held->unit[2 * i + 1], held->unit[2 * i]);
        const int sector = (int)floor(angle * per_radian) + 2 * DP_CIRCLE_SECTORS;
        for (int s = sector - reach; s <= sector + reach; s++)
            near[s % DP_CIRCLE_SECTORS] = near[(s + opposite) % DP_CIRCLE_SECTORS] = true;
    }
}

// Gives every member to its nearest direction, if that is within half the resolution.
static void assign(const struct dp_members *members, double resolution, double cosine, bool lines,
                   struct held *held)
{
    const bool circle = held->rows == 2;
    bool near[DP_CIRCLE_SECTORS];
    if (circle)
        mark_near(held, resolution, lines, near);
    const int rows = held->rows;
    memset(held->vector, 0, (size_t)(held->count * rows) * sizeof(double));
    for (int i = 0; i < held->count; i++)
        held->amplitude[i] = held->agreeing[i] = 0;
    for (int64_t k = 0; k < members->count; k++) {
        double most = cosine * members->amplitude[k], side = 1;
        int nearest = -1;
        if (!(members->amplitude[k] > 0) || (circle && !near[k]))
            continue;
        for (int i = 0; i < held->count; i++) {
            double along = 0;
            for (int j = 0; j < rows; j++)
                along += held->unit[i * rows + j] * members->vector[j * members->count + k];
            if ((lines ? fabs(along) : along) < most)
                continue;
            most = lines ? fabs(along) : along;
            side = along < 0 ? -1 : 1;
            nearest = i;
        }
        if (nearest < 0)
            continue;
        held->amplitude[nearest] += members->amplitude[k];
        held->agreeing[nearest] += side > 0 ? members->amplitude[k] : 0;
        for (int j = 0; j < rows; j++)
            held->vector[nearest * rows + j] += side * members->vector[j * members->count + k];
    }
}

static void put_kept(const struct held *held, const struct dp_share_peaks *peaks, double total, bool lines,
                     struct dp_direction_set *set)
{
    const int rows = held->rows;
    double taken = 0;
    int kept = 0;
    for (int i = 0; i < held->count; i++) {
        const double amplitude = held->amplitude[i];
        const double *vector = held->vector + i * rows;
        int at = kept < set->capacity ? kept++ : kept;
        taken += amplitude;
        while (at > 0 && set->kept[at - 1].share < amplitude / total) {
            if (at < set->capacity) {
                set->kept[at] = set->kept[at - 1];
                memcpy(set->unit + at * rows, set->unit + (at - 1) * rows, (size_t)rows * sizeof(double));
            }
            at--;
        }
        if (at == set->capacity)
            continue;
        double *unit = set->unit + at * rows;
        memcpy(unit, vector, (size_t)rows * sizeof(double));
        const double length = dp_normalise(unit, rows) / amplitude;
        for (int j = 0; lines && 2 * held->agreeing[i] < amplitude && j < rows; j++)
            unit[j] = -unit[j];
        set->kept[at] = (struct dp_direction){
            .share = amplitude / total,
            .width = sqrt(2 * fmax(0, 1 - length)),
            .height = peaks->height[i],
            .standing = peaks->height[i] - peaks->pass[i],
        };
    }
    set->rest = fmax(0, 1 - taken / total);
}

/* Where the peaks stand, moved to the mean of what they hold, and what that is. */
static void describe(const struct dp_members *members, const struct dp_share_peaks *peaks, double resolution,
                     bool lines, double *vector, struct dp_direction_set *set)
{
    struct held held = {.count = peaks->count, .rows = members->rows, .unit = peaks->unit, .vector = vector};
    double unused, cosine;
    dp_sincos_turns(resolution / 720, &unused, &cosine);
    assign(members, resolution, cosine, lines, &held);
    for (int move = 0; move < MOVES; move++) {
        for (int i = 0; i < held.count; i++) {
            double *unit = held.unit + i * held.rows;
            memcpy(unit, vector + i * held.rows, (size_t)held.rows * sizeof(double));
            dp_normalise(unit, held.rows);
        }
        assign(members, resolution, cosine, lines, &held);
    }
    put_kept(&held, peaks, members->total, lines, set);
}

static enum dp_status count_set(const struct dp_members *members, const struct dp_caps *caps,
                                const struct dp_direction_options *options, bool lines, double *room,
                                struct dp_direction_set *set, struct dp_error *error)
{
    struct dp_share_peaks peaks = {.unit = room};
    const double share = SLACK * options->share;
    if (members->rows == 2)
        dp_circle_peaks(members, options->resolution, share, lines, &peaks);
    else
        DP_TRY(dp_sphere_peaks(caps, options->resolution, share, lines, &peaks, error));
    const double even = (lines ? 2 : 1) * even_share(members->rows - 1, options->resolution);
    keep_outstanding(&peaks, options->share, even, members->effective, members->rows);
    set->count = peaks.count;
    set->effective = members->effective;
    if (set->capacity > 0)
        describe(members, &peaks, options->resolution, lines, room + DP_PEAKS * members->rows, set);
    return DP_OK;
}

static enum dp_status count_both(const struct dp_members *members, const struct dp_direction_options *options,
                                 double *room, struct dp_direction_set *directions,
                                 struct dp_direction_set *lines, struct dp_error *error)
{
    struct dp_caps caps = {0};
    double unused, cosine;
    enum dp_status status = DP_OK;
    if (!(members->total > 0 && isfinite(members->total)))
        return DP_OK;
    dp_sincos_turns(options->resolution / 720, &unused, &cosine);
    if (members->rows > 2)
        DP_TRY(dp_caps_create(members, cosine, &caps, error));
    if (directions)
        status = count_set(members, &caps, options, false, room, directions, error);
    if (lines && status == DP_OK)
        status = count_set(members, &caps, options, true, room, lines, error);
    dp_caps_free(&caps);
    return status;
}

static enum dp_status count_on_sphere(const struct dp_neurons *neurons,
                                      const struct dp_direction_options *options,
                                      struct dp_direction_set *directions, struct dp_direction_set *lines,
                                      struct dp_error *error)
{
    struct dp_members members;
    double *room = malloc((size_t)(2 * DP_PEAKS * (neurons->inputs + 1)) * sizeof *room);
    if (!room)
        return dp_fail(error, DP_NO_MEMORY, "no memory to count directions");
    enum dp_status status = dp_members_neurons(neurons, options->amplitude_cut, &members, error);
    if (status == DP_OK) {
        status = count_both(&members, options, room, directions, lines, error);
        dp_members_free(&members);
    }
    free(room);
    return status;
}

enum dp_status dp_directions_count(const struct dp_neurons *neurons,
                                   const struct dp_direction_options *options,
                                   struct dp_direction_set *directions, struct dp_direction_set *lines,
                                   struct dp_error *error)
{
    struct dp_direction_set *sets[] = {directions, lines};
    for (int i = 0; i < 2; i++)
        if (sets[i]) {
            sets[i]->count = 0;
            sets[i]->rest = sets[i]->effective = NAN;
        }
    if (neurons->inputs > 1)
        return count_on_sphere(neurons, options, directions, lines, error);
    struct dp_members members;
    double sectors[3 * DP_CIRCLE_SECTORS], room[4 * DP_PEAKS];
    dp_members_sectors(neurons, options->amplitude_cut, sectors, &members);
    return count_both(&members, options, room, directions, lines, error);
}

enum dp_status dp_directions_grid(const struct dp_neurons *neurons, const struct dp_direction_grid *grid,
                                  struct dp_error *error)
{
    for (int r = 0; r < grid->resolutions; r++)
        for (int c = 0; c < grid->cuts; c++)
            for (int s = 0; s < grid->shares; s++) {
                const struct dp_direction_options options = {grid->resolution[r], grid->cut[c],
                                                             grid->share[s]};
                struct dp_direction_set directions = {0}, lines = {0};
                DP_TRY(dp_directions_count(neurons, &options, grid->directions ? &directions : NULL,
                                           grid->lines ? &lines : NULL, error));
                const int at = (r * grid->cuts + c) * grid->shares + s;
                if (grid->directions)
                    grid->directions[at] = directions.count;
                if (grid->lines)
                    grid->lines[at] = lines.count;
            }
    return DP_OK;
}
