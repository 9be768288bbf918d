// SPDX-License-Identifier: BSD-3-Clause
#include "core/network.h"
#include "core/rng.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 64, TEST_STRETCH = 256 };

static int64_t blocks_of(int64_t width)
{
    return (width + DP_LANES - 1) / DP_LANES;
}

static size_t real_bytes(const struct dp_network *net)
{
    return net->kernels->bits == 32 ? sizeof(float) : sizeof(double);
}

size_t dp_network_block_bytes(const struct dp_network *net)
{
    return (size_t)(blocks_of(net->layer.width) * (net->layer.inputs + 2) * DP_LANES) * real_bytes(net);
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

// The points as the kernels read them: [n][d + 1] with the bias input last.
static void augment(const struct dp_samples *samples, int64_t first, int64_t count, int bits, void *x)
{
    const int64_t d = samples->inputs;
    for (int64_t i = 0; i < count; i++) {
        for (int64_t j = 0; j < d; j++)
            set_real(x, bits, i * (d + 1) + j, samples->x[(first + i) * d + j]);
        set_real(x, bits, i * (d + 1) + d, 1);
    }
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

enum dp_status dp_network_acquire(const struct dp_run *run, const struct dp_samples *train,
                                  const struct dp_kernels *kernels, struct dp_network *net,
                                  struct dp_error *error)
{
    *net = (struct dp_network){.kernels = kernels, .y = train->y, .alpha = 1};
    net->layer = (struct dp_layer){.inputs = (int)train->inputs, .width = run->width};
    set_activation(run, &net->layer);
    const int64_t n = train->count, d = train->inputs, blocks = blocks_of(run->width);
    const bool keeps = net->layer.activation != DP_RELU && net->layer.activation != DP_LINEAR;
    const size_t block = aligned(dp_network_block_bytes(net)), real = real_bytes(net);
    const size_t kept = keeps ? aligned((size_t)(blocks * n * 2 * DP_LANES) * real) : 0;
    const int64_t widest = n > TEST_STRETCH ? n : TEST_STRETCH;
    const size_t scratch = aligned((size_t)(dp_scratch_rows(widest, d) * DP_LANES) * real);
    const size_t x = aligned((size_t)(n * (d + 1)) * real), vector = aligned((size_t)n * sizeof(double));
    const size_t total = 2 * block + kept + scratch + x + 4 * vector;
    char *at = net->memory = aligned_alloc(ALIGN, total);
    if (!at)
        return dp_fail(error, DP_NO_MEMORY, "no memory for a network of %lld neurons (%zu bytes)",
                       (long long)run->width, total);
    memset(at, 0, 2 * block);
    net->layer.start = take(&at, block);
    net->layer.moved = take(&at, block);
    net->layer.kept = take(&at, kept);
    net->layer.scratch = take(&at, scratch);
    void *points = take(&at, x);
    augment(train, 0, n, kernels->bits, points);
    net->batch = (struct dp_batch){.count = n, .x = points};
    net->f = take(&at, vector);
    net->residual = take(&at, vector);
    net->probe = take(&at, vector);
    net->image = take(&at, vector);
    return DP_OK;
}

void dp_network_release(struct dp_network *net)
{
    free(net->memory);
    memset(net, 0, sizeof *net);
}

static int64_t index_of(const struct dp_network *net, int64_t k, int component)
{
    return (k / DP_LANES * (net->layer.inputs + 2) + component) * DP_LANES + k % DP_LANES;
}

double dp_network_get(const struct dp_network *net, int64_t k, int component, bool now)
{
    const int64_t index = index_of(net, k, component);
    const double start = get_real(net->layer.start, net->kernels->bits, index);
    return now ? start + get_real(net->layer.moved, net->kernels->bits, index) : start;
}

void dp_network_set(struct dp_network *net, int64_t k, int component, double value)
{
    const int64_t index = index_of(net, k, component);
    set_real(net->layer.start, net->kernels->bits, index, value);
    set_real(net->layer.moved, net->kernels->bits, index, 0);
}

void dp_network_init(struct dp_network *net, const struct dp_run *run, const struct dp_scales *scales)
{
    const int d = net->layer.inputs;
    const int64_t partners = run->antisymmetric ? 2 : 1;
    net->alpha = scales->alpha;
    for (int64_t k = 0; k < net->layer.width; k += partners)
        for (int j = 0; j < d + 2; j += 2) {
            double normal[2];
            dp_normal_pair(run->seed, DP_STREAM_WEIGHTS, k, j / 2, normal);
            for (int i = j; i < j + 2 && i < d + 2; i++) {
                const double value = normal[i - j] * (i == d + 1 ? scales->beta1 : scales->beta2);
                dp_network_set(net, k, i, value);
                if (run->antisymmetric)
                    dp_network_set(net, k + 1, i, i == d + 1 ? -value : value);
            }
        }
}

double dp_mean_square(const double *f, const double *y, int64_t count, double alpha)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++) {
        const double e = f[i] / alpha - y[i];
        sum += e * e;
    }
    return sum / (double)count;
}

enum dp_status dp_network_test(const struct dp_network *net, const struct dp_samples *test, double *loss,
                               struct dp_error *error)
{
    *loss = NAN;
    if (test->count == 0)
        return DP_OK;
    const size_t bytes = aligned((size_t)(TEST_STRETCH * (test->inputs + 1)) * sizeof(double));
    void *x = aligned_alloc(ALIGN, bytes);
    if (!x)
        return dp_fail(error, DP_NO_MEMORY, "no memory for %lld test points", (long long)test->count);
    double f[TEST_STRETCH], sum = 0;
    for (int64_t first = 0; first < test->count; first += TEST_STRETCH) {
        const int64_t count = test->count - first < TEST_STRETCH ? test->count - first : TEST_STRETCH;
        augment(test, first, count, net->kernels->bits, x);
        net->kernels->predict(&net->layer, &(struct dp_batch){.count = count, .x = x}, f);
        sum += (double)count * dp_mean_square(f, test->y + first, count, net->alpha);
    }
    free(x);
    *loss = sum / (double)test->count;
    return DP_OK;
}
