// SPDX-License-Identifier: BSD-3-Clause
#include "core/directions/peaks.h"
#include "core/math/elementary.h"
#include "core/math/vector.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Peaks of g on the sphere. Ascents start from enough neurons that every direction has about ten. Each ascent
 * moves to the mean of the neurons within R / 2 (mean shift, which climbs), until it stays or reaches the end
 * of another ascent. The ends are the nodes, at least R / 4 apart; the middles of nodes that share a cap are
 * nodes, too. The pass between two nodes is the lowest g on the great circle between them, or on the best
 * path over other nodes. Nodes farther apart than 2 R have no direct path, because there are nodes between
 * them. */

enum { NODES = 64, MOST_MOVES = 30, STARTS_PER_SHARE = 10, STEPS_PER_RADIUS = 8 };

struct search {
    const struct dp_caps *caps; // of R / 2, the radius within which g counts
    const struct dp_members *members;
    double near, apart; // cosines of R / 4 and R
    double radius;      // rad
    double share;
    bool lines;
    int count;
    double *node; // [NODES + 1][rows] unit vectors; the last is the one on its way
    double height[NODES + 1];
    double *ends;            // [NODES][rows], the nodes before those in their middles
    double *mean, *point;    // [rows]
    struct dp_within within; // the cap looked at last
};

// cos of the angle between two directions, or two lines.
static double closeness(const struct search *s, const double *u, const double *v)
{
    const double cosine = dp_dot(u, v, s->members->rows);
    return s->lines ? fabs(cosine) : cosine;
}

static double level_at(struct search *s, const double *unit)
{
    return dp_caps_look(s->caps, unit, s->lines, &s->within);
}

// The nearest node within R / 4, or -1.
static int node_near(const struct search *s, const double *unit)
{
    int nearest = -1;
    double most = s->near;
    for (int i = 0; i < s->count; i++) {
        const double cosine = closeness(s, s->node + i * s->members->rows, unit);
        if (cosine >= most) {
            most = cosine;
            nearest = i;
        }
    }
    return nearest;
}

// Keeps the nodes sorted, the highest first; the lowest of too many is lost.
static void insert(struct search *s, const double *unit, double height)
{
    const int rows = s->members->rows;
    int at = s->count;
    while (at > 0 && s->height[at - 1] < height)
        at--;
    if (at == NODES)
        return;
    const int moved = (s->count < NODES ? s->count : NODES - 1) - at;
    memmove(s->node + (at + 1) * rows, s->node + at * rows, (size_t)(moved * rows) * sizeof *s->node);
    memmove(s->height + at + 1, s->height + at, (size_t)moved * sizeof *s->height);
    memcpy(s->node + at * rows, unit, (size_t)rows * sizeof *s->node);
    s->height[at] = height;
    s->count += s->count < NODES;
}

static void drop(struct search *s, int at)
{
    const int rows = s->members->rows, moved = s->count - at - 1;
    memmove(s->node + at * rows, s->node + (at + 1) * rows, (size_t)(moved * rows) * sizeof *s->node);
    memmove(s->height + at, s->height + at + 1, (size_t)moved * sizeof *s->height);
    s->count--;
}

// Climbs from s->point to a node of its own, if that is worth one.
static void ascend(struct search *s)
{
    const int rows = s->members->rows;
    double height = 0;
    for (int move = 0; move < MOST_MOVES; move++) {
        const int known = node_near(s, s->point);
        height = level_at(s, s->point);
        if (known >= 0 && s->height[known] >= height) // most ascents end so
            return;
        dp_caps_mean(s->caps, &s->within, s->mean);
        dp_normalise(s->mean, rows);
        if (dp_dot(s->mean, s->point, rows) >= 1 - 1e-14)
            break;
        memcpy(s->point, s->mean, (size_t)rows * sizeof *s->point);
    }
    if (height < s->share / 2)
        return;
    for (int known = node_near(s, s->point); known >= 0; known = node_near(s, s->point))
        drop(s, known);
    insert(s, s->point, height);
}

/* Bundles that share a cap have a peak between them, which a mean shift leaves for the stronger bundle. */
static void add_middles(struct search *s)
{
    const int rows = s->members->rows, ends = s->count;
    double height[NODES];
    memcpy(s->ends, s->node, (size_t)(ends * rows) * sizeof *s->ends);
    memcpy(height, s->height, sizeof height);
    for (int i = 0; i < ends; i++)
        for (int j = 0; j < i; j++) {
            const double *one = s->ends + i * rows, *other = s->ends + j * rows;
            const double side = s->lines && dp_dot(one, other, rows) < 0 ? -1 : 1;
            if (closeness(s, one, other) < s->apart)
                continue;
            for (int l = 0; l < rows; l++)
                s->point[l] = one[l] + side * other[l];
            dp_normalise(s->point, rows);
            const double middle = level_at(s, s->point);
            const int known = node_near(s, s->point);
            if (middle > height[i] && middle > height[j] && (known < 0 || s->height[known] < middle))
                insert(s, s->point, middle);
        }
}

static void find_nodes(struct search *s)
{
    const struct dp_members *members = s->members;
    const int64_t starts = (int64_t)ceil(STARTS_PER_SHARE / s->share);
    const int64_t count = starts < members->count ? starts : members->count;
    double passed = 0;
    int64_t k = 0;
    for (int64_t i = 0; i < count; i++) {
        if (count == members->count)
            k = i;
        else // even distances along the order of amplitude
            while (k + 1 < members->count &&
                   passed + members->amplitude[k] <= ((double)i + 0.5) / (double)count * members->total)
                passed += members->amplitude[k++];
        for (int j = 0; j < members->rows; j++)
            s->point[j] = members->vector[j * members->count + k];
        dp_normalise(s->point, members->rows);
        ascend(s);
    }
}

// The lowest level on the great circle from node i to node j; 0 if they are far apart.
static double direct_pass(struct search *s, int i, int j)
{
    const int rows = s->members->rows;
    const double *from = s->node + i * rows, *to = s->node + j * rows;
    const double side = s->lines && dp_dot(from, to, rows) < 0 ? -1 : 1;
    double apart = 0, sum = 0, lowest = fmin(s->height[i], s->height[j]);
    for (int l = 0; l < rows; l++) {
        apart += (from[l] - side * to[l]) * (from[l] - side * to[l]);
        sum += (from[l] + side * to[l]) * (from[l] + side * to[l]);
    }
    const double angle = 2 * dp_atan2(sqrt(apart), sqrt(sum));
    if (angle > 4 * s->radius)
        return 0;
    const int steps = (int)ceil(STEPS_PER_RADIUS * angle / s->radius);
    for (int step = 1; step < steps && lowest > 0; step++) {
        double a, b, unused; // sin of the parts of the angle on either side
        const double turns = angle * 0.15915494309189535 / steps;
        dp_sincos_turns(turns * (steps - step), &a, &unused);
        dp_sincos_turns(turns * step, &b, &unused);
        for (int l = 0; l < rows; l++)
            s->point[l] = a * from[l] + b * side * to[l];
        dp_normalise(s->point, rows);
        lowest = fmin(lowest, level_at(s, s->point));
    }
    return lowest;
}

/* The passes between nodes in different groups: at first not known, but not above the lower of the two. */
struct passes {
    double level[NODES][NODES];
    bool known[NODES][NODES];
    int group[NODES]; // its highest node
};

// The highest pass between two groups, of those that may be; 0 without one.
static double highest_pass(const struct search *s, const struct passes *p, int *from, int *to)
{
    double most = 0;
    for (int i = 0; i < s->count; i++)
        for (int j = 0; j < i; j++)
            if (p->level[i][j] > most && p->group[i] != p->group[j]) {
                most = p->level[i][j];
                *from = i;
                *to = j;
            }
    return most;
}

/* Passes of all nodes to a higher one. Groups of nodes are joined over the highest passes first: where a
 * group meets a higher one is the pass of its highest node. Within groups, passes need not be known. */
static void find_passes(struct search *s, double pass[NODES])
{
    struct passes p = {.known = {{false}}};
    int i = 0, j = 0;
    for (i = 0; i < s->count; i++) {
        pass[i] = 0;
        p.group[i] = i;
        for (j = 0; j < i; j++)
            p.level[i][j] = fmin(s->height[i], s->height[j]);
    }
    for (double level; (level = highest_pass(s, &p, &i, &j)) > 0;) {
        if (!p.known[i][j]) {
            p.level[i][j] = direct_pass(s, i, j);
            p.known[i][j] = true;
            continue;
        }
        const int high = p.group[i] < p.group[j] ? p.group[i] : p.group[j],
                  low = p.group[i] + p.group[j] - high;
        pass[low] = level;
        for (int k = 0; k < s->count; k++)
            p.group[k] = p.group[k] == low ? high : p.group[k];
    }
}

static void find_peaks(struct search *s, struct dp_share_peaks *peaks)
{
    double pass[NODES];
    const int rows = s->members->rows;
    find_nodes(s);
    add_middles(s);
    find_passes(s, pass);
    peaks->count = 0;
    for (int i = 0; i < s->count; i++) {
        if (s->height[i] - pass[i] < s->share)
            continue;
        peaks->height[peaks->count] = s->height[i];
        peaks->pass[peaks->count] = pass[i];
        memcpy(peaks->unit + peaks->count * rows, s->node + i * rows, (size_t)rows * sizeof(double));
        peaks->count++;
    }
}

enum dp_status dp_sphere_peaks(const struct dp_caps *caps, double resolution, double share, bool lines,
                               struct dp_share_peaks *peaks, struct dp_error *error)
{
    const int rows = caps->members.rows;
    double unused;
    struct search search = {.caps = caps, .members = &caps->members, .share = share, .lines = lines};
    search.radius = resolution / 2 * 0.017453292519943295;
    dp_sincos_turns(resolution / 1440, &unused, &search.near);
    dp_sincos_turns(resolution / 360, &unused, &search.apart);
    search.node = malloc((size_t)((2 * NODES + 3) * rows) * sizeof(double));
    if (!search.node)
        return dp_fail(error, DP_NO_MEMORY, "no memory to count directions");
    search.ends = search.node + (NODES + 1) * rows;
    search.mean = search.ends + NODES * rows;
    search.point = search.mean + rows;
    find_peaks(&search, peaks);
    free(search.node);
    return DP_OK;
}
