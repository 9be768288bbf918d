// SPDX-License-Identifier: BSD-3-Clause
#include "core/directions.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static const double SHARE = 0.1;
static const double COS_RADIUS = 0.99619469809174553; // cos 5 degrees
enum {
    MOST_MOVES = 4,
    MOST_CLUSTERS = 20, // led by ever weaker members; those with a tenth come early
    SECTORS = 512,      // of the circle, a power of two
    NEAR = 12,          // sectors that cover 5 degrees wherever they are narrowest
};

/* What clusters are made of: neurons, or the sectors of the circle, in order of their angle. */
struct cloud {
    int64_t count;
    int rows;          // inputs + 1
    bool circle;       // members are sectors
    double *unit;      // [count][rows]
    double *amplitude; // [count]
    double *left;      // [count], the amplitude not yet in a cluster
    double *centre;    // [rows], of the cluster at hand, unit length
    double *mean;      // [rows], sum of amplitude x direction of its members
    double total;
    double span[SECTORS / 4]; // the angles of the sectors of a quarter, in radians
};

static void normalise(double *vector, int rows)
{
    double square = 0;
    for (int j = 0; j < rows; j++)
        square += vector[j] * vector[j];
    const double inverse = square > 0 ? 1 / sqrt(square) : 0;
    for (int j = 0; j < rows; j++)
        vector[j] *= inverse;
}

static void fill_neurons(struct cloud *cloud, const double *columns)
{
    for (int64_t k = 0; k < cloud->count; k++) {
        double square = 0, *unit = cloud->unit + k * cloud->rows;
        for (int j = 0; j < cloud->rows; j++) {
            unit[j] = columns[j * cloud->count + k];
            square += unit[j] * unit[j];
        }
        normalise(unit, cloud->rows);
        cloud->amplitude[k] = fabs(columns[cloud->rows * cloud->count + k]) * sqrt(square);
        cloud->total += cloud->amplitude[k];
    }
}

// The sector of a direction, by y / (|x| + |y|), which grows with the angle in each quarter and needs no arctangent.
static int sector_of(double x, double y)
{
    const double along = fabs(y) / (fabs(x) + fabs(y));
    const double turn = x >= 0 ? (y >= 0 ? along : 4 - along) : (y >= 0 ? 2 - along : 2 + along);
    const int sector = (int)(turn * (SECTORS / 4));
    return sector < SECTORS ? sector : 0;
}

// The sine of so small an angle is the angle.
static void measure_sectors(double span[SECTORS / 4])
{
    double x = 1, y = 0;
    for (int s = 0; s < SECTORS / 4; s++) {
        const double along = (s + 1) * (4.0 / SECTORS),
                     size = sqrt(along * along + (1 - along) * (1 - along));
        const double next_x = (1 - along) / size, next_y = along / size;
        span[s] = x * next_y - y * next_x;
        x = next_x;
        y = next_y;
    }
}

static void fill_sectors(struct cloud *cloud, const double *columns, int64_t neurons)
{
    const double *x = columns, *y = columns + neurons, *a = columns + 2 * neurons;
    measure_sectors(cloud->span);
    for (int s = 0; s < SECTORS; s++)
        cloud->amplitude[s] = cloud->unit[2 * s] = cloud->unit[2 * s + 1] = 0;
    for (int64_t k = 0; k < neurons; k++) {
        const double size = sqrt(x[k] * x[k] + y[k] * y[k]), strength = fabs(a[k]);
        cloud->total += strength * size;
        if (!(strength * size > 0) || isinf(size))
            continue;
        const int s = sector_of(x[k], y[k]);
        cloud->amplitude[s] += strength * size;
        cloud->unit[2 * s] += strength * x[k];
        cloud->unit[2 * s + 1] += strength * y[k];
    }
    for (int s = 0; s < SECTORS; s++)
        normalise(cloud->unit + 2 * s, 2);
}

static int64_t strongest(const struct cloud *cloud)
{
    int64_t best = 0;
    for (int64_t k = 1; k < cloud->count; k++)
        if (cloud->left[k] > cloud->left[best])
            best = k;
    return best;
}

// Adds one member to the cluster if it lies within the radius (with lines: it or its opposite).
static double add_member(struct cloud *cloud, int64_t k, bool lines, bool take)
{
    const double *unit = cloud->unit + k * cloud->rows;
    double cosine = 0;
    if (!(cloud->left[k] > 0))
        return 0;
    for (int j = 0; j < cloud->rows; j++)
        cosine += cloud->centre[j] * unit[j];
    const int side = cosine >= COS_RADIUS ? 1 : lines && -cosine >= COS_RADIUS ? -1 : 0;
    if (side == 0)
        return 0;
    const double amplitude = cloud->left[k];
    for (int j = 0; j < cloud->rows; j++)
        cloud->mean[j] += side * amplitude * unit[j];
    if (take)
        cloud->left[k] = 0;
    return amplitude;
}

// The untaken members around the centre: their amplitude and mean, and their removal if `take`.
static double gather(struct cloud *cloud, bool lines, bool take)
{
    double amplitude = 0;
    for (int j = 0; j < cloud->rows; j++)
        cloud->mean[j] = 0;
    if (!cloud->circle) {
        for (int64_t k = 0; k < cloud->count; k++)
            amplitude += add_member(cloud, k, lines, take);
        return amplitude;
    }
    const int middle = sector_of(cloud->centre[0], cloud->centre[1]);
    for (int s = middle - NEAR; s <= middle + NEAR; s++) {
        const unsigned sector = (unsigned)(s + SECTORS) % SECTORS;
        amplitude += add_member(cloud, sector, lines, take);
        if (lines)
            amplitude += add_member(cloud, (sector + SECTORS / 2) % SECTORS, lines, take);
    }
    return amplitude;
}

// Takes the cluster around the strongest member left out of the cloud and returns its amplitude.
static double take_cluster(struct cloud *cloud, bool lines)
{
    const int64_t leader = strongest(cloud);
    for (int j = 0; j < cloud->rows; j++)
        cloud->centre[j] = cloud->unit[leader * cloud->rows + j];
    double amplitude = gather(cloud, lines, false);
    // a leader at the edge of a cluster would split it; one without a cluster is not worth the moves
    for (int move = 0; move < MOST_MOVES && amplitude >= SHARE / 2 * cloud->total; move++) {
        for (int j = 0; j < cloud->rows; j++)
            cloud->centre[j] = cloud->mean[j];
        normalise(cloud->centre, cloud->rows);
        amplitude = gather(cloud, lines, false);
    }
    gather(cloud, lines, true);
    cloud->left[leader] = 0; // even when the centre has moved away from it: every round takes a member
    return amplitude;
}

/* Whether a cluster with its share may be left: on the circle, some row of sectors that just covers 10 degrees, which
 * no cluster exceeds, must hold that much. A cloud without directions is told by this at once. */
static bool may_hold_share(const struct cloud *cloud, bool lines)
{
    static const double diameter = 0.1746; // 10 degrees, rounded up
    if (!cloud->circle)
        return true;
    double ring[SECTORS + 4 * NEAR], window = 0, covered = 0, most = 0;
    for (unsigned s = 0; s < SECTORS + 4 * NEAR; s++)
        ring[s] = cloud->left[s % SECTORS] + (lines ? cloud->left[(s + SECTORS / 2) % SECTORS] : 0);
    // sectors s..end - 1; those behind s cover the diameter, wherever in s the cluster begins
    for (unsigned s = 0, end = 1; s < SECTORS; s++) {
        if (s == 0)
            window = ring[0];
        else
            covered -= cloud->span[s % (SECTORS / 4)];
        for (; covered < diameter; end++) {
            window += ring[end];
            covered += cloud->span[end % (SECTORS / 4)];
        }
        most = window > most ? window : most;
        window -= ring[s];
    }
    return most >= SHARE * (1 - 1e-9) * cloud->total; // differences of sums: allow for their rounding
}

static int64_t count_clusters(struct cloud *cloud, bool lines)
{
    for (int64_t k = 0; k < cloud->count; k++)
        cloud->left[k] = cloud->amplitude[k];
    double remaining = cloud->total;
    int64_t clusters = 0;
    for (int round = 0; round < MOST_CLUSTERS && remaining >= SHARE * cloud->total; round++) {
        if (!may_hold_share(cloud, lines))
            break;
        const double amplitude = take_cluster(cloud, lines);
        clusters += amplitude >= SHARE * cloud->total;
        remaining -= amplitude;
    }
    return clusters;
}

enum dp_status dp_directions_count(const double *columns, int64_t count, int inputs,
                                   struct dp_directions *result, struct dp_error *error)
{
    struct cloud cloud = {.count = inputs == 1 ? SECTORS : count, .rows = inputs + 1, .circle = inputs == 1};
    const size_t rows = (size_t)cloud.rows, members = (size_t)cloud.count;
    *result = (struct dp_directions){0};
    cloud.unit = malloc((members * (rows + 2) + 2 * rows) * sizeof(double));
    if (!cloud.unit)
        return dp_fail(error, DP_NO_MEMORY, "no memory to count the directions of %lld neurons",
                       (long long)count);
    cloud.amplitude = cloud.unit + members * rows;
    cloud.left = cloud.amplitude + members;
    cloud.centre = cloud.left + members;
    cloud.mean = cloud.centre + rows;
    if (cloud.circle)
        fill_sectors(&cloud, columns, count);
    else
        fill_neurons(&cloud, columns);
    if (isfinite(cloud.total) && cloud.total > 0) {
        result->directions = count_clusters(&cloud, false);
        result->lines = count_clusters(&cloud, true);
    }
    free(cloud.unit);
    return DP_OK;
}
