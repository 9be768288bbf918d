// SPDX-License-Identifier: BSD-3-Clause
#include "core/observe/sharpness.h"
#include "core/flow/sectors/sectors.h"
#include "core/math/rng.h"
#include "core/math/vector.h"
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

/* The largest eigenvalue of J J^T by steps from a start without the symmetries of data; room: [4][count]. */
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
    double *room = malloc((size_t)(4 * count) * sizeof *room);
    if (room) {
        const double scale = dp_loss_scale(run, samples->count, net->layer.outputs);
        *sharpness = 2 * scale / (net->alpha[lane] * net->alpha[lane]) * iterate(net, &single, count, room);
    }
    const bool found = room != NULL;
    free(room);
    free(single.memory);
    return found ? DP_OK
                 : dp_fail(error, DP_NO_MEMORY, "no memory for the sharpness on %lld samples",
                           (long long)samples->count);
}
