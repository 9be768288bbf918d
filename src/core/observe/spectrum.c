// SPDX-License-Identifier: BSD-3-Clause
#include "core/observe/spectrum.h"
#include "core/math/eigen.h"
#include "core/math/rng.h"
#include "core/math/vector.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_VECTORS = 160, SPARE = 2 };
static const double SETTLED = 1e-8; // change of the eigenvalues by a block

/* The basis q_0 .. q_{size-1} and its images under alpha^2 J J^T, [size][count] both. */
struct krylov {
    const struct dp_network *net;
    const struct dp_single *single;
    int64_t count, room; // of the space, and of the basis
    int size;
    double *basis, *image, *none; // none: [count] zeros
    double *matrix;               // [room][room] the kernel on the basis, which the eigenvalues destroy
};

/* Adds a vector to the basis, if it has a component outside it. */
static void take(struct krylov *k, double *vector)
{
    const double before = sqrt(dp_dot(vector, vector, k->count));
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < k->size; i++) {
            const double *const q = k->basis + i * k->count;
            const double part = dp_dot(q, vector, k->count);
            for (int64_t j = 0; j < k->count; j++)
                vector[j] -= part * q[j];
        }
    const double length = sqrt(dp_dot(vector, vector, k->count));
    const double rounding = k->net->kernels->bits == 32 ? 1e-5 : 1e-12;
    if (!(length > rounding * before) || k->size == k->room)
        return;
    double *const q = k->basis + k->size * k->count;
    double unused[DP_LANES];
    for (int64_t j = 0; j < k->count; j++)
        q[j] = vector[j] / length;
    k->net->kernels->curvature(&k->single->layer, &k->single->batch, q, k->none,
                               k->image + k->size * k->count, unused);
    k->size++;
}

static int descending(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a < b) - (a > b);
}

/* The eigenvalues of the kernel on the basis, descending. */
static void solve(struct krylov *k, double *eigenvalues)
{
    const int n = k->size;
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) {
            const double one = dp_dot(k->basis + i * k->count, k->image + j * k->count, k->count);
            const double other = dp_dot(k->basis + j * k->count, k->image + i * k->count, k->count);
            k->matrix[i * n + j] = k->matrix[j * n + i] = (one + other) / 2;
        }
    dp_eigen(n, n, k->matrix, NULL);
    for (int i = 0; i < n; i++)
        eigenvalues[i] = fmax(0, k->matrix[i * n + i]);
    qsort(eigenvalues, (size_t)n, sizeof *eigenvalues, descending);
}

static bool settled(const double *now, const double *before, int wanted)
{
    bool settled = true;
    for (int i = 0; i < wanted; i++)
        settled = settled && fabs(now[i] - before[i]) <= SETTLED * now[0];
    return settled;
}

/* vector: room for [count]. */
static void iterate(struct krylov *k, int wanted, double *vector, double *values)
{
    double eigenvalues[MOST_VECTORS] = {0};
    const int block = wanted + SPARE;
    for (int b = 0; b < block; b++) {
        for (int64_t i = 0; i < k->count; i++)
            vector[i] = dp_uniform(0, DP_STREAM_WEIGHTS, i, b) - 0.5;
        take(k, vector);
    }
    int first = 0;
    for (bool done = false; !done;) {
        solve(k, eigenvalues);
        done = k->size == first || settled(eigenvalues, values, wanted) || k->size == k->room;
        memcpy(values, eigenvalues, (size_t)wanted * sizeof *values);
        const int last = k->size; // the images of the newest vectors go on
        for (int i = first; i < last && !done; i++) {
            memcpy(vector, k->image + i * k->count, (size_t)k->count * sizeof *vector);
            take(k, vector);
        }
        done = done || k->size == last;
        first = last;
    }
}

enum dp_status dp_spectrum(const struct dp_network *net, int lane, const struct dp_run *run,
                           const struct dp_samples *samples, double *values, struct dp_error *error)
{
    const int64_t count = samples->count * net->layer.outputs;
    const int wanted = (int)run->spectrum;
    struct krylov k = {.net = net, .count = count, .room = count < MOST_VECTORS ? count : MOST_VECTORS};
    struct dp_single single;
    DP_TRY(dp_network_single(net, lane, samples, &single, error));
    k.single = &single;
    const size_t room = (size_t)(k.room * (2 * count + k.room) + 2 * count);
    double *const memory = calloc(room, sizeof *memory);
    memset(values, 0, (size_t)wanted * sizeof *values);
    if (memory) {
        k.basis = memory;
        k.image = k.basis + k.room * count;
        k.matrix = k.image + k.room * count;
        k.none = k.matrix + k.room * k.room;
        iterate(&k, wanted, k.none + count, values);
        for (int i = 0; i < wanted; i++)
            values[i] = sqrt(values[i]) / net->alpha[lane];
    }
    const bool found = memory != NULL;
    free(memory);
    free(single.memory);
    return found ? DP_OK
                 : dp_fail(error, DP_NO_MEMORY, "no memory for the spectrum on %lld samples",
                           (long long)samples->count);
}
