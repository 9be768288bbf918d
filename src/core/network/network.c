// SPDX-License-Identifier: BSD-3-Clause
#include "core/network/network.h"
#include "core/math/rng.h"
#include "core/network/kinks.h"
#include "dewpoint/activations.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 64, TEST_STRETCH = 128, STACKED_WIDTH = 64, KINK_POINTS = 400, PAGE = 4096 };

bool dp_network_stacks(int64_t width)
{
    // wider networks fill the lanes with neurons, and 16 of them would no longer fit the first-level cache
    return width <= STACKED_WIDTH;
}

static size_t real_bytes(const struct dp_network *net)
{
    return net->kernels->bits == 32 ? sizeof(float) : sizeof(double);
}

static int rows_of(const struct dp_network *net)
{
    return net->layer.inputs + 1 + net->layer.outputs;
}

size_t dp_network_block_bytes(const struct dp_network *net)
{
    return (size_t)(dp_block_count(&net->layer) * rows_of(net) * DP_LANES) * real_bytes(net);
}

static size_t aligned(size_t bytes)
{
    return (bytes + ALIGN - 1) / ALIGN * ALIGN;
}

static void set_real(void *array, int bits, int64_t index, double value)
{
    if (bits == 32)
        ((float *)array)[index] = (float)value;
    else
        ((double *)array)[index] = value;
}

static double get_real(const void *array, int bits, int64_t index)
{
    return bits == 32 ? (double)((const float *)array)[index] : ((const double *)array)[index];
}

// Point `from` of samples into row `to` of x: [count][d], or a lane of [count][d][16] with points of each
// place's own.
static void fill_point(const struct dp_network *net, int lane, const struct dp_samples *samples, int64_t from,
                       int64_t to, bool own, void *x)
{
    const int64_t d = samples->inputs;
    for (int64_t j = 0; j < d; j++)
        set_real(x, net->kernels->bits, own ? (to * d + j) * DP_LANES + lane : to * d + j,
                 samples->x[from * d + j]);
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
    memory->bytes += aligned(bytes);
    return taken;
}

/* A processor compares a load with the stores before it by the lowest 12 bits of their addresses: where
 * arrays that a loop walks through side by side lie whole pages apart, loads of the one wait for stores to
 * the other. */
static void keep_apart(struct memory *memory)
{
    memory->bytes += (PAGE + PAGE / 2 - memory->bytes % PAGE) % PAGE;
}

static void reserve_points(const struct dp_network *net, const struct dp_shape *shape, bool own,
                           struct memory *memory, struct dp_point_set *points)
{
    const size_t numbers = (size_t)(shape->points * shape->inputs) * (own ? DP_LANES : 1);
    points->x = reserve(memory, numbers * real_bytes(net));
    points->y = reserve(memory, (size_t)(shape->points * shape->outputs * net->lanes) * sizeof(double));
    points->batch = (struct dp_batch){.count = shape->points, .own = own, .x = points->x};
}

/* Lays out all arrays; those that need not be zero come last. Returns the bytes of those that must be. */
static size_t lay_out(struct dp_network *net, const struct dp_shape *shape, bool own, struct memory *memory)
{
    const int64_t n = shape->points, d = shape->inputs, o = shape->outputs;
    const int64_t widest = n > TEST_STRETCH ? n : TEST_STRETCH;
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
            reserve(memory, (size_t)(dp_block_count(&net->layer) * kept_rows * DP_LANES) * real_bytes(net));
    net->layer.scratch =
        reserve(memory, (size_t)(dp_scratch_rows(widest, d, o) * DP_LANES) * real_bytes(net));
    return zeros;
}

enum dp_status dp_network_acquire(const struct dp_shape *shape, bool own, const struct dp_kernels *kernels,
                                  struct dp_network *net, struct dp_error *error)
{
    *net = (struct dp_network){.kernels = kernels, .layer = dp_network_layer(shape)};
    net->lanes = net->layer.stacked ? DP_LANES : 1;
    struct memory memory = {0};
    own = own && net->lanes > 1;
    lay_out(net, shape, own, &memory);
    memory.at = net->memory = aligned_alloc(ALIGN, memory.bytes);
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

static int64_t index_of(const struct dp_network *net, int lane, int64_t k, int component)
{
    const int64_t block = net->layer.stacked ? k : k / DP_LANES;
    return (block * rows_of(net) + component) * DP_LANES + (net->layer.stacked ? lane : k % DP_LANES);
}

double dp_network_get(const struct dp_network *net, int lane, int64_t k, int component, bool now)
{
    const int64_t index = index_of(net, lane, k, component);
    const double start = get_real(net->layer.start, net->kernels->bits, index);
    return now ? start + get_real(net->layer.moved, net->kernels->bits, index) : start;
}

void dp_network_set(struct dp_network *net, int lane, int64_t k, int component, double value)
{
    const int64_t index = index_of(net, lane, k, component);
    set_real(net->layer.start, net->kernels->bits, index, value);
    set_real(net->layer.moved, net->kernels->bits, index, 0);
}

double dp_network_moved(const struct dp_network *net, int lane, int64_t k, int component)
{
    return get_real(net->layer.moved, net->kernels->bits, index_of(net, lane, k, component));
}

void dp_network_set_moved(struct dp_network *net, int lane, int64_t k, int component, double value)
{
    set_real(net->layer.moved, net->kernels->bits, index_of(net, lane, k, component), value);
}

double dp_network_input(const struct dp_network *net, int lane, int64_t i, int j)
{
    const int64_t at = i * net->layer.inputs + j;
    return get_real(net->now.x, net->kernels->bits, net->now.batch.own ? at * DP_LANES + lane : at);
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
    return net->layer.stacked ? (int64_t)rows_of(net) * DP_LANES : 1;
}

void dp_network_columns(const struct dp_network *net, int lane, bool now, double *columns)
{
    const int64_t width = net->layer.width;
    for (int64_t first = 0; first < width; first += DP_LANES)
        for (int j = 0; j < rows_of(net); j++)
            read_reals(net, index_of(net, lane, first, j), step_of(net),
                       width - first < DP_LANES ? width - first : DP_LANES, now, columns + j * width + first);
}

void dp_network_copy(const struct dp_network *net, int lane, bool now, double *rows)
{
    const int components = rows_of(net);
    for (int64_t k = 0; k < net->layer.width; k++)
        for (int j = 0; j < components; j++)
            rows[k * components + j] = dp_network_get(net, lane, k, j, now);
}

void dp_network_put(struct dp_network *net, int lane, int64_t first, int64_t count, int component,
                    const double *values)
{
    const int64_t at = index_of(net, lane, first, component);
    for (int64_t k = 0; k < count; k++)
        set_real(net->layer.start, net->kernels->bits, at + k * step_of(net), values[k]);
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
        fill_point(net, lane, samples, from, i, points->batch.own, points->x);
        for (int64_t c = 0; c < o; c++)
            points->y[(i * o + c) * net->lanes + lane] = samples->y[from * o + c];
    }
}

void dp_network_clear_lane(const struct dp_network *net, int lane, void *blocks)
{
    if (!net->layer.stacked) {
        memset(blocks, 0, dp_network_block_bytes(net));
        return;
    }
    for (int64_t row = 0; row < net->layer.width * rows_of(net); row++)
        set_real(blocks, net->kernels->bits, row * DP_LANES + lane, 0);
}

void dp_network_copy_lane(const struct dp_network *net, int lane, const void *from, void *to)
{
    if (!net->layer.stacked) {
        memcpy(to, from, dp_network_block_bytes(net));
        return;
    }
    for (int64_t row = 0; row < net->layer.width * rows_of(net); row++)
        set_real(to, net->kernels->bits, row * DP_LANES + lane,
                 get_real(from, net->kernels->bits, row * DP_LANES + lane));
}

void dp_network_row(const struct dp_network *net, const void *blocks, int64_t row, double *values)
{
    if (net->kernels->bits == 64)
        memcpy(values, (const double *)blocks + row * DP_LANES, DP_LANES * sizeof *values);
    for (int l = 0; net->kernels->bits == 32 && l < DP_LANES; l++)
        values[l] = (double)((const float *)blocks)[row * DP_LANES + l];
}

void dp_network_put_row(const struct dp_network *net, void *blocks, int64_t row, const double *values)
{
    if (net->kernels->bits == 64)
        memcpy((double *)blocks + row * DP_LANES, values, DP_LANES * sizeof *values);
    for (int l = 0; net->kernels->bits == 32 && l < DP_LANES; l++)
        ((float *)blocks)[row * DP_LANES + l] = (float)values[l];
}

int64_t dp_network_sum(const struct dp_network *net, int lane, const void *blocks, double *sum)
{
    int64_t count = 0;
    *sum = 0;
    for (int64_t k = 0; k < net->layer.width; k++)
        for (int j = 0; j < rows_of(net); j++) {
            const double value = get_real(blocks, net->kernels->bits, index_of(net, lane, k, j));
            *sum += fabs(value);
            count += value != 0;
        }
    return count;
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

/* The run in a place as a layer of its own, its neurons over the lanes, so that looking at one place of 16
 * does not cost 16 times as much. blocks: room for start and moved. */
static struct dp_layer layer_of(const struct dp_network *net, int lane, char *blocks)
{
    struct dp_layer layer = net->layer;
    if (!layer.stacked)
        return layer;
    const int bits = net->kernels->bits, rows = rows_of(net);
    layer.stacked = 0;
    layer.start = blocks;
    layer.moved = blocks + (size_t)(dp_block_count(&layer) * rows * DP_LANES) * real_bytes(net);
    for (int64_t k = 0; k < layer.width; k++)
        for (int j = 0; j < rows; j++) {
            const int64_t from = index_of(net, lane, k, j);
            const int64_t to = (k / DP_LANES * rows + j) * DP_LANES + k % DP_LANES;
            set_real(layer.start, bits, to, get_real(net->layer.start, bits, from));
            set_real(layer.moved, bits, to, get_real(net->layer.moved, bits, from));
        }
    return layer;
}

// Bytes of the blocks start and moved of a single run; none where the network's own will do.
static size_t single_bytes(const struct dp_network *net)
{
    const int64_t blocks = (net->layer.width + DP_LANES - 1) / DP_LANES;
    return net->layer.stacked ? 2 * aligned((size_t)(blocks * rows_of(net) * DP_LANES) * real_bytes(net)) : 0;
}

// sum e^2 over the samples by the kernels, a stretch of points at a time.
static enum dp_status sum_by_kernels(const struct dp_network *net, int lane, const struct dp_samples *samples,
                                     double *sum, struct dp_error *error)
{
    const int64_t o = samples->outputs;
    const size_t points = aligned((size_t)(TEST_STRETCH * samples->inputs) * real_bytes(net));
    const size_t outputs = aligned((size_t)(TEST_STRETCH * o) * sizeof(double));
    const size_t blocks = single_bytes(net);
    char *x = aligned_alloc(ALIGN, points + outputs + blocks);
    if (!x)
        return dp_fail(error, DP_NO_MEMORY, "no memory for %lld points", (long long)samples->count);
    memset(x + points + outputs, 0, blocks);
    double *f = (double *)(void *)(x + points);
    const struct dp_layer layer = layer_of(net, lane, x + points + outputs);
    for (int64_t first = 0; first < samples->count; first += TEST_STRETCH) {
        const int64_t left = samples->count - first, count = left < TEST_STRETCH ? left : TEST_STRETCH;
        for (int64_t i = 0; i < count; i++)
            fill_point(net, 0, samples, first + i, i, false, x);
        net->kernels->output(&layer, &(struct dp_batch){.count = count, .x = x}, f);
        for (int64_t i = 0; i < count * o; i++) {
            const double e = f[i] / net->alpha[lane] - samples->y[first * o + i];
            *sum += e * e;
        }
    }
    free(x);
    return DP_OK;
}

enum dp_status dp_network_single(const struct dp_network *net, int lane, const struct dp_samples *samples,
                                 struct dp_single *single, struct dp_error *error)
{
    const int64_t n = samples->count, rows = dp_scratch_rows(n, samples->inputs, samples->outputs);
    const size_t points = aligned((size_t)(n * samples->inputs) * real_bytes(net));
    const size_t scratch = aligned((size_t)(rows * DP_LANES) * real_bytes(net)), blocks = single_bytes(net);
    char *memory = aligned_alloc(ALIGN, points + scratch + blocks);
    if (!memory)
        return dp_fail(error, DP_NO_MEMORY, "no memory for %lld points", (long long)n);
    memset(memory + points + scratch, 0, blocks);
    for (int64_t i = 0; i < n; i++)
        fill_point(net, 0, samples, i, i, false, memory);
    *single = (struct dp_single){.layer = layer_of(net, lane, memory + points + scratch),
                                 .batch = {.count = n, .x = memory},
                                 .memory = memory};
    single->layer.scratch = memory + points;
    return DP_OK;
}

// The same for relu networks of one input, from kink to kink.
static enum dp_status sum_by_kinks(const struct dp_network *net, int lane, const struct dp_samples *samples,
                                   double *sum, struct dp_error *error)
{
    double *columns = malloc((size_t)(3 * net->layer.width + samples->count) * sizeof *columns);
    if (!columns)
        return dp_fail(error, DP_NO_MEMORY, "no memory for %lld points", (long long)samples->count);
    double *f = columns + 3 * net->layer.width;
    dp_network_columns(net, lane, true, columns);
    const enum dp_status status =
        dp_kinks_output(columns, net->layer.width, samples->x, samples->count, f, error);
    for (int64_t i = 0; status == DP_OK && i < samples->count; i++) {
        const double e = f[i] / net->alpha[lane] - samples->y[i];
        *sum += e * e;
    }
    free(columns);
    return status;
}

/* Sorting kinks costs about as much as 200 points by the kernels, 16 places at once in a stacked layer. */
static bool takes_kinks(const struct dp_network *net, int64_t points)
{
    return net->layer.activation == DP_RELU && net->layer.inputs == 1 && net->layer.outputs == 1 &&
           points > KINK_POINTS;
}

enum dp_status dp_network_loss(const struct dp_network *net, int lane, const struct dp_run *run,
                               const struct dp_samples *samples, double *loss, struct dp_error *error)
{
    double sum = 0;
    *loss = NAN;
    if (samples->count == 0)
        return DP_OK;
    if (takes_kinks(net, samples->count))
        DP_TRY(sum_by_kinks(net, lane, samples, &sum, error));
    else
        DP_TRY(sum_by_kernels(net, lane, samples, &sum, error));
    *loss = dp_loss_scale(run, samples->count, samples->outputs) * sum;
    return DP_OK;
}
