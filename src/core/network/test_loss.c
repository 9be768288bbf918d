// SPDX-License-Identifier: BSD-3-Clause
#include "core/network/kinks.h"
#include "core/network/network.h"
#include "core/network/reals.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The loss of the run in a place on points other than its own. */

enum { KINK_POINTS = 400 };

/* The run in a place as a layer of its own, its neurons over the lanes, so that looking at one place of 16
 * does not cost 16 times as much. blocks: room for start and moved. */
static struct dp_layer layer_of(const struct dp_network *net, int lane, char *blocks)
{
    struct dp_layer layer = net->layer;
    if (!layer.stacked)
        return layer;
    const int bits = net->kernels->bits, rows = dp_rows_of(&net->layer);
    layer.stacked = 0;
    layer.start = blocks;
    layer.moved =
        blocks + (size_t)(dp_block_count(&layer) * rows * DP_LANES) * dp_real_bytes(net->kernels->bits);
    for (int64_t k = 0; k < layer.width; k++)
        for (int j = 0; j < rows; j++) {
            const int64_t from = dp_index_of(&net->layer, lane, k, j);
            const int64_t to = (k / DP_LANES * rows + j) * DP_LANES + k % DP_LANES;
            dp_set_real(layer.start, bits, to, dp_get_real(net->layer.start, bits, from));
            dp_set_real(layer.moved, bits, to, dp_get_real(net->layer.moved, bits, from));
        }
    return layer;
}

// Bytes of the blocks start and moved of a single run; none where the network's own will do.
static size_t single_bytes(const struct dp_network *net)
{
    const int64_t blocks = (net->layer.width + DP_LANES - 1) / DP_LANES;
    return net->layer.stacked ? 2 * dp_aligned((size_t)(blocks * dp_rows_of(&net->layer) * DP_LANES) *
                                               dp_real_bytes(net->kernels->bits))
                              : 0;
}

// sum e^2 over the samples by the kernels, a stretch of points at a time.
static enum dp_status sum_by_kernels(const struct dp_network *net, int lane, const struct dp_samples *samples,
                                     double *sum, struct dp_error *error)
{
    const int64_t o = samples->outputs;
    const size_t points =
        dp_aligned((size_t)(DP_TEST_STRETCH * samples->inputs) * dp_real_bytes(net->kernels->bits));
    const size_t outputs = dp_aligned((size_t)(DP_TEST_STRETCH * o) * sizeof(double));
    const size_t blocks = single_bytes(net);
    char *x = aligned_alloc(DP_ALIGN, points + outputs + blocks);
    if (!x)
        return dp_fail(error, DP_NO_MEMORY, "no memory for %lld points", (long long)samples->count);
    memset(x + points + outputs, 0, blocks);
    double *f = (double *)(void *)(x + points);
    const struct dp_layer layer = layer_of(net, lane, x + points + outputs);
    for (int64_t first = 0; first < samples->count; first += DP_TEST_STRETCH) {
        const int64_t left = samples->count - first, count = left < DP_TEST_STRETCH ? left : DP_TEST_STRETCH;
        for (int64_t i = 0; i < count; i++)
            dp_fill_point(net->kernels->bits, 0, samples, first + i, i, false, x);
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
    const size_t points = dp_aligned((size_t)(n * samples->inputs) * dp_real_bytes(net->kernels->bits));
    const size_t scratch = dp_aligned((size_t)(rows * DP_LANES) * dp_real_bytes(net->kernels->bits)),
                 blocks = single_bytes(net);
    char *memory = aligned_alloc(DP_ALIGN, points + scratch + blocks);
    if (!memory)
        return dp_fail(error, DP_NO_MEMORY, "no memory for %lld points", (long long)n);
    memset(memory + points + scratch, 0, blocks);
    for (int64_t i = 0; i < n; i++)
        dp_fill_point(net->kernels->bits, 0, samples, i, i, false, memory);
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

/* Sorting kinks costs about as much as 200 points by the kernels, which take 16 places at once in a stacked
 * layer. */
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
