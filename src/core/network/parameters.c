// SPDX-License-Identifier: BSD-3-Clause
#include "core/network/network.h"
#include "core/network/reals.h"
#include <math.h>
#include <string.h>

/* The parameters of a run in a place: one, a column, all, and arrays like theirs. */

size_t dp_network_block_bytes(const struct dp_network *net)
{
    return (size_t)(dp_block_count(&net->layer) * dp_rows_of(&net->layer) * DP_LANES) *
           dp_real_bytes(net->kernels->bits);
}

double dp_network_get(const struct dp_network *net, int lane, int64_t k, int component, bool now)
{
    const int64_t index = dp_index_of(&net->layer, lane, k, component);
    const double start = dp_get_real(net->layer.start, net->kernels->bits, index);
    return now ? start + dp_get_real(net->layer.moved, net->kernels->bits, index) : start;
}

void dp_network_set(struct dp_network *net, int lane, int64_t k, int component, double value)
{
    const int64_t index = dp_index_of(&net->layer, lane, k, component);
    dp_set_real(net->layer.start, net->kernels->bits, index, value);
    dp_set_real(net->layer.moved, net->kernels->bits, index, 0);
}

double dp_network_input(const struct dp_network *net, int lane, int64_t i, int j)
{
    const int64_t at = i * net->layer.inputs + j;
    return dp_get_real(net->now.x, net->kernels->bits, net->now.batch.own ? at * DP_LANES + lane : at);
}

bool dp_network_same_input(const struct dp_network *net, int lane, int64_t i, int64_t j)
{
    static const double SAME = 1e-12;
    double off = 0, size = net->layer.biasless ? 0 : 1;
    for (int c = 0; c < net->layer.inputs; c++) {
        const double x = dp_network_input(net, lane, i, c), way = x - dp_network_input(net, lane, j, c);
        off += way * way;
        size += x * x;
    }
    return off <= SAME * SAME * size;
}

// start + moved, or start alone, of `count` entries that lie `step` apart.
static void read_reals(const struct dp_network *net, int64_t at, int64_t step, int64_t count, bool now,
                       double *values)
{
    if (net->kernels->bits == 32) {
        const float *start = (const float *)net->layer.start + at,
                    *moved = (const float *)net->layer.moved + at;
        for (int64_t k = 0; k < count; k++)
            values[k] = (double)start[k * step] + (now ? (double)moved[k * step] : 0);
    } else {
        const double *start = (const double *)net->layer.start + at,
                     *moved = (const double *)net->layer.moved + at;
        for (int64_t k = 0; k < count; k++)
            values[k] = start[k * step] + (now ? moved[k * step] : 0);
    }
}

// What lies between the same component of neighbouring neurons.
static int64_t step_of(const struct dp_network *net)
{
    return net->layer.stacked ? (int64_t)dp_rows_of(&net->layer) * DP_LANES : 1;
}

void dp_network_columns(const struct dp_network *net, int lane, bool now, double *columns)
{
    const int64_t width = net->layer.width;
    for (int64_t first = 0; first < width; first += DP_LANES)
        for (int j = 0; j < dp_rows_of(&net->layer); j++)
            read_reals(net, dp_index_of(&net->layer, lane, first, j), step_of(net),
                       width - first < DP_LANES ? width - first : DP_LANES, now, columns + j * width + first);
}

void dp_network_copy(const struct dp_network *net, int lane, bool now, double *rows)
{
    const int components = dp_rows_of(&net->layer);
    for (int64_t k = 0; k < net->layer.width; k++)
        for (int j = 0; j < components; j++)
            rows[k * components + j] = dp_network_get(net, lane, k, j, now);
}

void dp_network_put(struct dp_network *net, int lane, int64_t first, int64_t count, int component,
                    const double *values)
{
    const int64_t at = dp_index_of(&net->layer, lane, first, component);
    for (int64_t k = 0; k < count; k++)
        dp_set_real(net->layer.start, net->kernels->bits, at + k * step_of(net), values[k]);
}

void dp_network_take(const struct dp_network *net, int lane, int64_t first, int64_t count, int component,
                     double *start, double *moved)
{
    const int bits = net->kernels->bits;
    const int64_t at = dp_index_of(&net->layer, lane, first, component), step = step_of(net);
    for (int64_t k = 0; k < count; k++) {
        const bool beyond = first + k >= net->layer.width;
        start[k] = beyond ? 0 : dp_get_real(net->layer.start, bits, at + k * step);
        moved[k] = beyond ? 0 : dp_get_real(net->layer.moved, bits, at + k * step);
    }
}

void dp_network_put_moved(struct dp_network *net, int lane, int64_t first, int64_t count, int component,
                          const double *moved)
{
    const int64_t at = dp_index_of(&net->layer, lane, first, component), step = step_of(net);
    const int64_t left = net->layer.width - first, there = left < count ? left : count;
    if (there <= 0)
        return;
    if (net->kernels->bits == 64 && step == 1) {
        memcpy((double *)net->layer.moved + at, moved, (size_t)there * sizeof *moved);
        return;
    }
    for (int64_t k = 0; k < there; k++)
        dp_set_real(net->layer.moved, net->kernels->bits, at + k * step, moved[k]);
}

void dp_network_clear_lane(const struct dp_network *net, int lane, void *blocks)
{
    if (!net->layer.stacked) {
        memset(blocks, 0, dp_network_block_bytes(net));
        return;
    }
    for (int64_t row = 0; row < net->layer.width * dp_rows_of(&net->layer); row++)
        dp_set_real(blocks, net->kernels->bits, row * DP_LANES + lane, 0);
}

void dp_network_copy_lane(const struct dp_network *net, int lane, const void *from, void *to)
{
    if (!net->layer.stacked) {
        memcpy(to, from, dp_network_block_bytes(net));
        return;
    }
    for (int64_t row = 0; row < net->layer.width * dp_rows_of(&net->layer); row++)
        dp_set_real(to, net->kernels->bits, row * DP_LANES + lane,
                    dp_get_real(from, net->kernels->bits, row * DP_LANES + lane));
}

int64_t dp_network_sum(const struct dp_network *net, int lane, const void *blocks, double *sum)
{
    int64_t count = 0;
    *sum = 0;
    for (int64_t k = 0; k < net->layer.width; k++)
        for (int j = 0; j < dp_rows_of(&net->layer); j++) {
            const double value =
                dp_get_real(blocks, net->kernels->bits, dp_index_of(&net->layer, lane, k, j));
            *sum += fabs(value);
            count += value != 0;
        }
    return count;
}
