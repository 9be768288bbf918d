// SPDX-License-Identifier: BSD-3-Clause
#include "core/network/network.h"
#include "core/network/reals.h"
#include "dewpoint/core/activations.h"
#include <stdlib.h>
#include <string.h>

enum { STACKED_WIDTH = 64, PAGE = 4096 };

bool dp_network_stacks(int64_t width)
{
    // wider networks fill the lanes with neurons, and 16 of them would no longer fit the first-level cache
    return width <= STACKED_WIDTH;
}

struct dp_layer dp_network_layer(const struct dp_shape *shape)
{
    const enum dp_activation activation = dp_activations[shape->activation].kernel;
    return (struct dp_layer){.activation = (int)activation,
                             .power = activation == DP_TANH ? (int)shape->multiplicity : 1,
                             .inputs = (int)shape->inputs,
                             .outputs = (int)shape->outputs,
                             .stacked = dp_network_stacks(shape->width),
                             .biasless = !shape->bias,
                             .pace = shape->pace,
                             .width = shape->width};
}

// The next bytes of an allocation, or how many it takes.
struct memory {
    char *at; // NULL: only count
    size_t bytes;
};

static void *reserve(struct memory *memory, size_t bytes)
{
    void *taken = memory->at ? memory->at + memory->bytes : NULL;
    memory->bytes += dp_aligned(bytes);
    return taken;
}

/* A processor compares a load with earlier stores by the lowest 12 bits of their addresses. If two arrays of
 * one loop are a multiple of a page apart, loads of one would wait for stores to the other. */
static void keep_apart(struct memory *memory)
{
    memory->bytes += (PAGE + PAGE / 2 - memory->bytes % PAGE) % PAGE;
}

static void reserve_points(const struct dp_network *net, const struct dp_shape *shape, bool own,
                           struct memory *memory, struct dp_point_set *points)
{
    const size_t numbers = (size_t)(shape->points * shape->inputs) * (own ? DP_LANES : 1);
    points->x = reserve(memory, numbers * dp_real_bytes(net->kernels->bits));
    points->y = reserve(memory, (size_t)(shape->points * shape->outputs * net->lanes) * sizeof(double));
    points->batch = (struct dp_batch){.count = shape->points, .own = own, .x = points->x};
}

/* Lays out all arrays; those that need not be zero come last. Returns the bytes of those that must be
 * zero. */
static size_t lay_out(struct dp_network *net, const struct dp_shape *shape, bool own, struct memory *memory)
{
    const int64_t n = shape->points, d = shape->inputs, o = shape->outputs;
    const int64_t widest = n > DP_TEST_STRETCH ? n : DP_TEST_STRETCH;
    const int64_t kept_rows = dp_kept_rows(&net->layer, n);
    const size_t vector = (size_t)(n * o * net->lanes) * sizeof(double);
    net->layer.start = reserve(memory, dp_network_block_bytes(net));
    keep_apart(memory);
    net->layer.moved = reserve(memory, dp_network_block_bytes(net));
    reserve_points(net, shape, own, memory, &net->now);
    if (shape->batched)
        reserve_points(net, shape, own, memory, &net->other);
    net->f = reserve(memory, vector);
    net->residual = reserve(memory, vector);
    net->probe = reserve(memory, vector);
    net->image = reserve(memory, vector);
    const size_t zeros = memory->bytes;
    if (kept_rows > 0) // one for both sets of points: a block's are read before they are written
        net->now.batch.kept = net->other.batch.kept =
            reserve(memory, (size_t)(dp_block_count(&net->layer) * kept_rows * DP_LANES) *
                                dp_real_bytes(net->kernels->bits));
    net->layer.scratch = reserve(memory, (size_t)(dp_scratch_rows(widest, d, o) * DP_LANES) *
                                             dp_real_bytes(net->kernels->bits));
    return zeros;
}

double dp_network_memory(const struct dp_shape *shape)
{
    const struct dp_kernels kernels = {.bits = (int)shape->bits};
    struct dp_network net = {.kernels = &kernels, .layer = dp_network_layer(shape)};
    struct memory memory = {0};
    net.lanes = net.layer.stacked ? DP_LANES : 1;
    lay_out(&net, shape, net.lanes > 1, &memory);
    return (double)memory.bytes / net.lanes;
}

enum dp_status dp_network_acquire(const struct dp_shape *shape, bool own, const struct dp_kernels *kernels,
                                  struct dp_network *net, struct dp_error *error)
{
    *net = (struct dp_network){.kernels = kernels, .layer = dp_network_layer(shape)};
    net->lanes = net->layer.stacked ? DP_LANES : 1;
    struct memory memory = {0};
    own = own && net->lanes > 1;
    lay_out(net, shape, own, &memory);
    memory.at = net->memory = aligned_alloc(DP_ALIGN, memory.bytes);
    if (!memory.at)
        return dp_fail(error, DP_NO_MEMORY, "no memory for a network of %lld neurons (%zu bytes)",
                       (long long)shape->width, memory.bytes);
    memory.bytes = 0;
    memset(net->memory, 0, lay_out(net, shape, own, &memory));
    net->next = shape->batched ? &net->other : &net->now;
    for (int lane = 0; lane < DP_LANES; lane++)
        net->alpha[lane] = net->scale[lane] = 1;
    return DP_OK;
}

void dp_network_release(struct dp_network *net)
{
    free(net->memory);
    memset(net, 0, sizeof *net);
}

double dp_loss_scale(const struct dp_run *run, int64_t count, int64_t outputs)
{
    const double n = (double)count, o = (double)outputs;
    const double scales[] = {
        [DP_MEAN] = 1 / (n * o), [DP_HALF_MEAN] = 1 / (2 * n), [DP_SUM] = 1, [DP_HALF_SUM] = 0.5};
    return scales[run->reduction];
}

void dp_network_place(struct dp_network *net, int lane, const struct dp_run *run)
{
    dp_network_clear_lane(net, lane, net->layer.start);
    dp_network_clear_lane(net, lane, net->layer.moved);
    net->alpha[lane] = dp_run_scales(run).alpha;
    net->scale[lane] = dp_loss_scale(run, net->now.batch.count, net->layer.outputs);
}

void dp_network_fill(const struct dp_network *net, int lane, struct dp_point_set *points,
                     const struct dp_samples *samples, const int64_t *indices, int64_t count)
{
    const int64_t o = samples->outputs;
    for (int64_t i = 0; i < count; i++) {
        const int64_t from = indices ? indices[i] : i;
        dp_fill_point(net->kernels->bits, lane, samples, from, i, points->batch.own, points->x);
        for (int64_t c = 0; c < o; c++)
            points->y[(i * o + c) * net->lanes + lane] = samples->y[from * o + c];
    }
}

void dp_network_clear(struct dp_network *net, int lane)
{
    dp_network_clear_lane(net, lane, net->layer.start);
    dp_network_clear_lane(net, lane, net->layer.moved);
    for (int64_t i = 0; i < net->now.batch.count * net->layer.outputs; i++) {
        net->now.y[i * net->lanes + lane] = net->residual[i * net->lanes + lane] = 0;
        net->next->y[i * net->lanes + lane] = 0;
    }
    net->alpha[lane] = net->scale[lane] = 1;
}

void dp_network_measure(const struct dp_network *net, double *loss)
{
    const int lanes = net->lanes;
    double sum[DP_LANES] = {0}, inverse[DP_LANES], factor[DP_LANES];
    for (int l = 0; l < lanes; l++) {
        inverse[l] = 1 / net->alpha[l];
        factor[l] = 2 * net->scale[l] / net->alpha[l];
    }
    for (int64_t i = 0; i < net->now.batch.count * net->layer.outputs; i++)
        for (int l = 0; l < lanes; l++) {
            const double e = net->f[i * lanes + l] * inverse[l] - net->now.y[i * lanes + l];
            net->residual[i * lanes + l] = factor[l] * e;
            sum[l] += e * e;
        }
    for (int l = 0; l < lanes; l++)
        loss[l] = sum[l] * net->scale[l];
}
