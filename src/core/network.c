// SPDX-License-Identifier: BSD-3-Clause
#include "core/network.h"
#include "core/rng.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 64, TEST_STRETCH = 128, STACKED_WIDTH = 64 };

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

// Points first.. of samples into x: [count][d], or a lane of [count][d][16] with points of each place's own.
static void fill_points(const struct dp_network *net, int lane, const struct dp_samples *samples,
                        int64_t first, int64_t count, bool own, void *x)
{
    const int64_t d = samples->inputs;
    for (int64_t i = 0; i < count * d; i++)
        set_real(x, net->kernels->bits, own ? i * DP_LANES + lane : i, samples->x[first * d + i]);
}

// xtanh and x2tanh are members of the family x^(p-1) tanh x; the kernels know only the family.
static void set_activation(const struct dp_run *run, struct dp_layer *layer)
{
    const bool family =
        run->activation == DP_TANH || run->activation == DP_XTANH || run->activation == DP_X2TANH;
    layer->activation = family ? DP_TANH : (int)run->activation;
    layer->power = family ? (int)dp_run_multiplicity(run) : 1;
}

// The next bytes of an allocation.
static void *take(char **at, size_t bytes)
{
    void *taken = *at;
    *at += bytes;
    return taken;
}

enum dp_status dp_network_acquire(const struct dp_run *run, int64_t n, int64_t d, bool own,
                                  const struct dp_kernels *kernels, struct dp_network *net,
                                  struct dp_error *error)
{
    const bool stacked = dp_network_stacks(run->width);
    *net = (struct dp_network){.kernels = kernels, .lanes = stacked ? DP_LANES : 1};
    net->layer = (struct dp_layer){.inputs = (int)d, .outputs = 1, .stacked = stacked, .width = run->width};
    set_activation(run, &net->layer);
    const int64_t widest = n > TEST_STRETCH ? n : TEST_STRETCH;
    const int kept_rows = dp_kept_rows(net->layer.activation, net->layer.power);
    const size_t block = aligned(dp_network_block_bytes(net)), real = real_bytes(net);
    const size_t kept = (size_t)(dp_block_count(&net->layer) * n * kept_rows * DP_LANES) * real;
    const size_t scratch = (size_t)(dp_scratch_rows(widest, d, 1) * DP_LANES) * real;
    const size_t x = aligned((size_t)(n * d * (own && stacked ? DP_LANES : 1)) * real);
    const size_t vector = aligned((size_t)(n * net->lanes) * sizeof(double));
    const size_t total = 2 * block + x + 5 * vector + kept + scratch;
    char *at = net->memory = aligned_alloc(ALIGN, total);
    if (!at)
        return dp_fail(error, DP_NO_MEMORY, "no memory for a network of %lld neurons (%zu bytes)",
                       (long long)run->width, total);
    memset(at, 0, total - kept - scratch);
    net->layer.start = take(&at, block);
    net->layer.moved = take(&at, block);
    net->batch = (struct dp_batch){.count = n, .own = own && stacked, .x = net->x = take(&at, x)};
    net->y = take(&at, vector);
    net->f = take(&at, vector);
    net->residual = take(&at, vector);
    net->probe = take(&at, vector);
    net->image = take(&at, vector);
    net->batch.kept = kept > 0 ? take(&at, kept) : NULL;
    net->layer.scratch = take(&at, scratch);
    for (int lane = 0; lane < DP_LANES; lane++)
        net->alpha[lane] = 1;
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

// One component of the neurons first .. first + count - 1, first a multiple of 16.
static void set_starts(struct dp_network *net, int lane, int64_t first, int64_t count, int component,
                       const double *values)
{
    const int64_t at = index_of(net, lane, first, component);
    for (int64_t k = 0; k < count; k++)
        set_real(net->layer.start, net->kernels->bits, at + k * step_of(net), values[k]);
}

/* Draws 16 neurons, or pairs of partners, at a time. */
static void init(struct dp_network *net, int lane, const struct dp_run *run)
{
    const struct dp_scales scales = dp_run_scales(run);
    const int amplitude = net->layer.inputs + 1, partners = run->antisymmetric ? 2 : 1;
    const int64_t draws = run->width / partners;
    net->alpha[lane] = scales.alpha;
    _Alignas(64) double normals[2 * DP_LANES];
    for (int64_t first = 0; first < draws; first += DP_LANES)
        for (int j = 0; j <= amplitude; j++) {
            if (j % 2 == 0)
                dp_normals(net->kernels->isa, run->seed, DP_STREAM_WEIGHTS, first, j / 2, normals);
            double values[2 * DP_LANES];
            for (int l = 0; l < DP_LANES; l++) {
                const double value =
                    normals[j % 2 * DP_LANES + l] * (j == amplitude ? scales.beta1 : scales.beta2);
                values[partners * l] = value;
                values[partners * l + partners - 1] = partners == 2 && j == amplitude ? -value : value;
            }
            for (int half = 0; half < partners; half++) {
                const int64_t k = first * partners + half * DP_LANES, rest = run->width - k;
                set_starts(net, lane, k, rest < DP_LANES ? rest : DP_LANES, j, values + half * DP_LANES);
            }
        }
}

void dp_network_place(struct dp_network *net, int lane, const struct dp_run *run,
                      const struct dp_samples *train)
{
    fill_points(net, lane, train, 0, train->count, net->batch.own, net->x);
    for (int64_t i = 0; i < train->count; i++)
        net->y[i * net->lanes + lane] = train->y[i];
    dp_network_clear_lane(net, lane, net->layer.moved);
    init(net, lane, run);
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

void dp_network_clear(struct dp_network *net, int lane)
{
    dp_network_clear_lane(net, lane, net->layer.start);
    dp_network_clear_lane(net, lane, net->layer.moved);
    for (int64_t i = 0; i < net->batch.count; i++)
        net->y[i * net->lanes + lane] = net->residual[i * net->lanes + lane] = 0;
    net->alpha[lane] = 1;
}

enum dp_status dp_network_test(const struct dp_network *net, int lane, const struct dp_samples *test,
                               double *loss, struct dp_error *error)
{
    *loss = NAN;
    if (test->count == 0)
        return DP_OK;
    const size_t points = aligned((size_t)(TEST_STRETCH * test->inputs) * real_bytes(net));
    char *x = aligned_alloc(ALIGN, points + aligned((size_t)(TEST_STRETCH * net->lanes) * sizeof(double)));
    if (!x)
        return dp_fail(error, DP_NO_MEMORY, "no memory for %lld test points", (long long)test->count);
    double *f = (double *)(void *)(x + points), sum = 0;
    for (int64_t first = 0; first < test->count; first += TEST_STRETCH) {
        const int64_t count = test->count - first < TEST_STRETCH ? test->count - first : TEST_STRETCH;
        fill_points(net, lane, test, first, count, false, x); // all places take them; one is asked
        net->kernels->output(&net->layer, &(struct dp_batch){.count = count, .x = x}, f);
        for (int64_t i = 0; i < count; i++) {
            const double e = f[i * net->lanes + lane] / net->alpha[lane] - test->y[first + i];
            sum += e * e;
        }
    }
    free(x);
    *loss = sum / (double)test->count;
    return DP_OK;
}
