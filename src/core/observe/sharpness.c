// SPDX-License-Identifier: BSD-3-Clause
#include "core/observe/sharpness.h"
#include "core/flow/sectors/sectors.h"
#include "core/math/rng.h"
#include "core/math/vector.h"
#include "kernels/waveform.h"
#include "kernels/waves.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STEPS = 60, BISECTIONS = 60 };
static const double SETTLED = 1e-8; // change of the largest Ritz value in a step

// The symmetric tridiagonal matrix that the iteration has made so far.
struct tridiagonal {
    int size;
    double diagonal[MOST_STEPS], beside[MOST_STEPS]; // beside[i] between i - 1 and i
};

// Whether t - x has no positive eigenvalue: all pivots of its elimination are negative.
static bool lies_below(const struct tridiagonal *t, double x)
{
    double pivot = t->diagonal[0] - x;
    for (int i = 1; i < t->size && pivot < 0; i++)
        pivot = t->diagonal[i] - x - t->beside[i] * t->beside[i] / pivot;
    return pivot < 0;
}

static double largest_of(const struct tridiagonal *t)
{
    double low = 0, high = 0;
    for (int i = 0; i < t->size; i++) {
        const double left = i > 0 ? t->beside[i] : 0, right = i + 1 < t->size ? t->beside[i + 1] : 0;
        high = fmax(high, t->diagonal[i] + left + right);
    }
    for (int k = 0; k < BISECTIONS; k++) {
        const double middle = (low + high) / 2;
        if (lies_below(t, middle))
            high = middle;
        else
            low = middle;
    }
    return high;
}

/* The largest eigenvalue of J J^T, iterated from a start without the symmetries of data; room: [4][count]. */
static double iterate(const struct dp_network *net, const struct dp_single *single, int64_t count,
                      double *room)
{
    double *v = room, *before = v + count, *image = before + count, *none = image + count;
    const double rounding = net->kernels->bits == 32 ? 1e-5 : 1e-12;
    struct tridiagonal t = {0};
    double beside, last = 0, largest = 0, unused[DP_LANES];
    memset(none, 0, (size_t)count * sizeof *none);
    memset(before, 0, (size_t)count * sizeof *before);
    for (int64_t i = 0; i < count; i++)
        v[i] = 0.5 + dp_uniform(0, DP_STREAM_WEIGHTS, i, 0);
    beside = sqrt(dp_dot(v, v, count));
    for (int64_t i = 0; i < count; i++)
        v[i] /= beside;
    beside = 0;
    while (t.size < MOST_STEPS && t.size < count) {
        net->kernels->curvature(&single->layer, &single->batch, v, none, image, unused);
        const double along = dp_dot(v, image, count);
        t.diagonal[t.size] = along;
        t.beside[t.size++] = beside;
        last = largest;
        largest = largest_of(&t);
        for (int64_t i = 0; i < count; i++)
            image[i] -= along * v[i] + beside * before[i];
        beside = sqrt(dp_dot(image, image, count));
        if (!(beside > rounding * largest) || fabs(largest - last) <= SETTLED * largest)
            break;
        for (int64_t i = 0; i < count; i++) {
            before[i] = v[i];
            v[i] = image[i] / beside;
        }
    }
    return largest;
}

// Whether all of J J^T is to be had in one pass, and its eigenvalues cost little.
static bool has_kernel(const struct dp_network *net, const struct dp_single *single)
{
    return net->kernels->bits == 64 && single->layer.outputs == 1 &&
           single->layer.inputs < DP_WAVEFORM_INPUTS && single->batch.count <= DP_WAVEFORM_SAMPLES;
}

static int64_t kernel_room(int64_t count)
{
    const int64_t stride = (count + 7) / 8 * 8;
    return 2 * stride * stride + 5 * stride + dp_waveform_room(count);
}

static double from_kernel(const struct dp_network *net, const struct dp_single *single, double *room)
{
    const int count = (int)single->batch.count, stride = (count + 7) / 8 * 8;
    double *const values = room + 2 * stride * stride, *const rest = values + stride;
    double largest = 0;
    memset(room, 0, (size_t)(2 * stride * stride) * sizeof *room);
    dp_waveform_select(net->kernels->isa)->gram(&single->layer, &single->batch, stride, room, rest);
    dp_wave_kernels_select(net->kernels->isa)->eigen(count, stride, room, values, rest);
    for (int i = 0; i < count; i++)
        largest = fmax(largest, values[i]);
    return largest;
}

enum dp_status dp_sharpness(const struct dp_network *net, int lane, const struct dp_run *run,
                            const struct dp_samples *samples, double *sharpness, struct dp_error *error)
{
    const int64_t count = samples->count * net->layer.outputs;
    if (net->next == &net->now && dp_sectors_serve(net)) {
        struct dp_sectors sectors;
        dp_sectors_begin(&sectors, net);
        *sharpness = dp_sectors_sharpness(&sectors);
        return DP_OK;
    }
    struct dp_single single;
    DP_TRY(dp_network_single(net, lane, samples, &single, error));
    const bool few = has_kernel(net, &single);
    const size_t numbers = (size_t)(few ? kernel_room(count) : 4 * count);
    double *room = aligned_alloc(64, (numbers + 7) / 8 * 8 * sizeof *room);
    if (room) {
        const double scale = dp_loss_scale(run, samples->count, net->layer.outputs);
        const double largest = few ? from_kernel(net, &single, room) : iterate(net, &single, count, room);
        *sharpness = 2 * scale / (net->alpha[lane] * net->alpha[lane]) * largest;
    }
    const bool found = room != NULL;
    free(room);
    free(single.memory);
    return found ? DP_OK
                 : dp_fail(error, DP_NO_MEMORY, "no memory for the sharpness on %lld samples",
                           (long long)samples->count);
}
