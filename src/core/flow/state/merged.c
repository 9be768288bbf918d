// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/state/merged.h"
#include "core/math/reserve.h"
#include <math.h>

static const double SAME = 1e-6; // of how far samples are apart: not much above float32

void dp_merged_lay_out(struct dp_merged *points, const struct dp_network *net, char *memory, size_t *bytes)
{
    const int64_t samples = net->now.batch.count, numbers = samples * net->layer.outputs;
    points->x = dp_reserve(memory, bytes, samples * net->layer.inputs);
    points->targets = dp_reserve(memory, bytes, numbers);
    points->weight = dp_reserve(memory, bytes, numbers);
    points->point = (int *)(void *)dp_reserve(memory, bytes, samples);
}

static double label(const struct dp_network *net, int lane, int64_t i, int64_t c)
{
    return net->now.y[(i * net->layer.outputs + c) * net->lanes + lane];
}

// |x_i - x|^2
static double distance(const struct dp_network *net, int lane, int64_t i, const double *x)
{
    double sum = 0;
    for (int j = 0; j < net->layer.inputs; j++) {
        const double off = dp_network_input(net, lane, i, j) - x[j];
        sum += off * off;
    }
    return sum;
}

// That of an earlier sample no further away, or a new one.
static int find_point(const struct dp_merged *points, const struct dp_network *net, int lane, int64_t i,
                      double square)
{
    int u = 0;
    while (u < points->count && distance(net, lane, i, points->x + u * net->layer.inputs) > square)
        u++;
    return u;
}

// The square of the distance of samples that are one, from that of the sample furthest from the first.
static double square_of_same(const struct dp_merged *points, const struct dp_network *net, int lane)
{
    double most = 0;
    for (int j = 0; j < net->layer.inputs; j++)
        points->x[j] = dp_network_input(net, lane, 0, j);
    for (int64_t i = 0; i < net->now.batch.count; i++)
        most = fmax(most, distance(net, lane, i, points->x));
    return SAME * SAME * most;
}

void dp_merged_take(struct dp_merged *points, const struct dp_network *net, int lane, double scale)
{
    const int64_t samples = net->now.batch.count, o = net->layer.outputs, d = net->layer.inputs;
    const double square = square_of_same(points, net, lane);
    points->count = 0;
    for (int64_t i = 0; i < samples; i++) {
        const int64_t u = points->point[i] = find_point(points, net, lane, i, square);
        const bool is_new = u == points->count;
        points->count += is_new;
        for (int64_t j = 0; j < d && is_new; j++)
            points->x[u * d + j] = dp_network_input(net, lane, i, (int)j);
        for (int64_t c = u * o; c < (u + 1) * o; c++) {
            points->targets[c] = (is_new ? 0 : points->targets[c]) + label(net, lane, i, c - u * o);
            points->weight[c] = (is_new ? 0 : points->weight[c]) + 1;
        }
    }
    for (int64_t c = 0; c < points->count * o; c++)
        points->targets[c] /= points->weight[c];
    points->apart = 0;
    for (int64_t i = 0; i < samples; i++)
        for (int64_t c = 0; c < o; c++) {
            const double off = label(net, lane, i, c) - points->targets[points->point[i] * o + c];
            points->apart += scale * off * off;
        }
}

void dp_merged_put(const struct dp_merged *points, struct dp_network *net, int lane, const double *f)
{
    const int64_t o = net->layer.outputs;
    for (int64_t i = 0; i < net->now.batch.count; i++)
        for (int64_t c = 0; c < o; c++)
            net->f[(i * o + c) * net->lanes + lane] = f[points->point[i] * o + c];
}
