// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/relaxation/points.h"
#include "core/math/reserve.h"
#include <math.h>
#include <string.h>

enum { STRANDS = DP_WAVE_STRANDS, NO_POINT = -1 };
static const double NO_RANK = 1e-13; // of the largest |x|: what is left of points is rounding

void dp_flow_points_lay_out(struct dp_flow_points *p, const struct dp_network *net, int stride, char *memory,
                            size_t *bytes)
{
    const int64_t samples = net->now.batch.count, d = net->layer.inputs + !net->layer.biasless;
    p->dimensions = (int)d;
    p->x = dp_reserve(memory, bytes, d * stride);
    p->square = dp_reserve(memory, bytes, stride);
    p->y = dp_reserve(memory, bytes, samples);
    p->root = dp_reserve(memory, bytes, samples);
    p->point = (int *)(void *)dp_reserve(memory, bytes, samples);
    p->basis = dp_reserve(memory, bytes, (d < samples ? d : samples) * d);
    p->rest = dp_reserve(memory, bytes, d * stride);
}

static double input_of(const struct dp_network *net, int lane, int i, int j)
{
    return j < net->layer.inputs ? dp_network_input(net, lane, i, j) : 1;
}

static bool is_origin(const struct dp_network *net, int lane, int i, int d)
{
    int j = 0;
    while (j < d && input_of(net, lane, i, j) == 0)
        j++;
    return j == d;
}

// The point of an earlier sample with the inputs of sample i; n if there is none.
static int find_point(const struct dp_flow_points *p, const struct dp_network *net, int lane, int i, int n)
{
    if (is_origin(net, lane, i, p->dimensions))
        return NO_POINT;
    for (int earlier = 0; earlier < i; earlier++)
        if (dp_network_same_input(net, lane, i, earlier))
            return p->point[earlier];
    return n;
}

// Fills x with the points, root with the numbers of their samples and y with the sums of their labels.
static int find_points(struct dp_flow_points *p, const struct dp_network *net, int lane, int stride)
{
    int n = 0;
    for (int i = 0; i < net->now.batch.count; i++) {
        const int u = p->point[i] = find_point(p, net, lane, i, n);
        if (u == NO_POINT)
            continue;
        if (u == n) {
            for (int j = 0; j < p->dimensions; j++)
                p->x[j * stride + u] = input_of(net, lane, i, j);
            p->root[u] = p->y[u] = 0;
            n++;
        }
        p->root[u]++;
        p->y[u] += net->now.y[i * net->lanes + lane];
    }
    return n;
}

static double square_of(const double *x, int d, int stride, int u)
{
    double sum = 0;
    for (int j = 0; j < d; j++)
        sum += x[j * stride + u] * x[j * stride + u];
    return sum;
}

static int longest_of(const double *x, int d, int stride, int n)
{
    int longest = 0;
    for (int u = 1; u < n; u++)
        if (square_of(x, d, stride, u) > square_of(x, d, stride, longest))
            longest = u;
    return longest;
}

// Takes the direction q [D] out of the points in rest.
static void take_out(double *rest, const double *q, int d, int stride, int n)
{
    for (int u = 0; u < n; u++) {
        double along = 0;
        for (int j = 0; j < d; j++)
            along += q[j] * rest[j * stride + u];
        for (int j = 0; j < d; j++)
            rest[j * stride + u] -= along * q[j];
    }
}

/* Fills basis with orthonormal directions that span the points, by Gram and Schmidt's method with the longest
 * point first, and returns their number. Every direction is taken out twice: what rounding has left. */
static int find_basis(const struct dp_flow_points *p, int stride, int n)
{
    const int d = p->dimensions;
    const double largest = square_of(p->x, d, stride, longest_of(p->x, d, stride, n));
    int rank = 0;
    memcpy(p->rest, p->x, (size_t)(d * stride) * sizeof *p->rest);
    for (; rank < d && rank < n; rank++) {
        const int u = longest_of(p->rest, d, stride, n);
        const double size = sqrt(square_of(p->rest, d, stride, u));
        double *const q = p->basis + rank * d;
        if (!(size > NO_RANK * sqrt(largest)))
            break;
        for (int j = 0; j < d; j++)
            q[j] = p->rest[j * stride + u] / size;
        for (int twice = 0; twice < 2; twice++)
            take_out(p->rest, q, d, stride, n);
    }
    return rank;
}

// Puts the points into coordinates along the first directions of the basis.
static void turn_points(struct dp_flow_points *p, int rank, int stride, int n)
{
    const int d = p->dimensions;
    memcpy(p->rest, p->x, (size_t)(d * stride) * sizeof *p->rest);
    memset(p->x, 0, (size_t)(d * stride) * sizeof *p->x);
    for (int r = 0; r < rank; r++)
        for (int u = 0; u < n; u++)
            for (int j = 0; j < d; j++)
                p->x[r * stride + u] += p->basis[r * d + j] * p->rest[j * stride + u];
}

void dp_flow_points_take(struct dp_flow_points *p, const struct dp_network *net, int lane, double scale,
                         struct dp_wave_points *points)
{
    const int d = p->dimensions, stride = points->stride;
    memset(p->x, 0, (size_t)(d * stride) * sizeof *p->x);
    memset(p->square, 0, (size_t)stride * sizeof *p->square);
    const int n = find_points(p, net, lane, stride), rank = find_basis(p, stride, n);
    const bool reduced = rank > 0 && rank < d && rank < n;
    p->apart = 0;
    for (int i = 0; i < net->now.batch.count; i++) {
        const int u = p->point[i];
        const double off = net->now.y[i * net->lanes + lane] - (u == NO_POINT ? 0 : p->y[u] / p->root[u]);
        p->apart += scale * off * off;
    }
    if (reduced)
        turn_points(p, rank, stride, n);
    for (int u = 0; u < n; u++) {
        const double root = sqrt(p->root[u]);
        p->y[u] = root * (p->y[u] / p->root[u]);
        p->root[u] = root;
        for (int j = 0; j < d; j++)
            p->x[j * stride + u] *= root;
        p->square[u] = square_of(p->x, d, stride, u);
    }
    points->n = n;
    points->inputs = reduced ? rank : d;
}

static void add_turned(double factor, const double *from, double *to)
{
    for (int l = 0; l < STRANDS; l++)
        to[l] += factor * from[l];
}

void dp_flow_points_take_neurons(const struct dp_flow_points *p, const struct dp_network *net, int lane,
                                 int coordinates, double *start, double *moved)
{
    const int d = p->dimensions, c = coordinates;
    double from[STRANDS], way[STRANDS];
    for (int64_t k = 0; k < net->layer.width; k += STRANDS) {
        double *const s = start + dp_wave_at(c + 1, k, 0), *const m = moved + dp_wave_at(c + 1, k, 0);
        memset(s, 0, (size_t)(c * STRANDS) * sizeof *s);
        memset(m, 0, (size_t)(c * STRANDS) * sizeof *m);
        for (int j = 0; j < d; j++) {
            dp_network_take(net, lane, k, STRANDS, j, from, way);
            for (int r = c < d ? 0 : j; r < (c < d ? c : j + 1); r++) {
                const double factor = c < d ? p->basis[r * d + j] : 1;
                add_turned(factor, from, s + r * STRANDS);
                add_turned(factor, way, m + r * STRANDS);
            }
        }
        dp_network_take(net, lane, k, STRANDS, net->layer.inputs + 1, s + c * STRANDS, m + c * STRANDS);
    }
}

void dp_flow_points_put(const struct dp_flow_points *p, struct dp_network *net, int lane, int coordinates,
                        const double *moved, const double *f)
{
    const int d = p->dimensions, c = coordinates;
    for (int64_t k = 0; k < net->layer.width; k += STRANDS) {
        const double *const m = moved + dp_wave_at(c + 1, k, 0);
        for (int j = 0; j < d; j++) {
            double way[STRANDS] = {0};
            for (int r = 0; r < c && c < d; r++)
                add_turned(p->basis[r * d + j], m + r * STRANDS, way);
            dp_network_put_moved(net, lane, k, STRANDS, j, c < d ? way : m + j * STRANDS);
        }
        dp_network_put_moved(net, lane, k, STRANDS, net->layer.inputs + 1, m + c * STRANDS);
    }
    for (int64_t i = 0; i < net->now.batch.count; i++) {
        const int u = p->point[i];
        net->f[i * net->lanes + lane] = u == NO_POINT ? 0 : f[u] / p->root[u];
    }
}

void dp_flow_points_archive(struct dp_flow_points *p, const struct dp_network *net,
                            struct dp_wave_points *points, struct dp_archive *to)
{
    const size_t d = (size_t)p->dimensions, stride = (size_t)points->stride,
                 samples = (size_t)net->now.batch.count;
    DP_ARCHIVE(to, points->n);
    DP_ARCHIVE(to, points->inputs);
    DP_ARCHIVE(to, p->apart);
    dp_archive_bytes(to, p->x, d * stride * sizeof *p->x);
    dp_archive_bytes(to, p->square, stride * sizeof *p->square);
    dp_archive_bytes(to, p->y, samples * sizeof *p->y);
    dp_archive_bytes(to, p->root, samples * sizeof *p->root);
    dp_archive_bytes(to, p->point, samples * sizeof *p->point);
    dp_archive_bytes(to, p->basis, (d < samples ? d : samples) * d * sizeof *p->basis);
}
