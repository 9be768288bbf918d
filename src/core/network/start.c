// SPDX-License-Identifier: BSD-3-Clause
#include "core/network/start.h"
#include "core/math/linear.h"
#include "core/math/rng.h"
#include <math.h>
#include <stdlib.h>

/* 16 neurons, or pairs of partners, while they are drawn: first normals, then parameters. */
struct drawing {
    const struct dp_run *run;
    struct dp_scales scales;
    int weights, outputs;       // d + 1 with the bias, o
    double (*values)[DP_LANES]; // [d + 1 + o]
};

static void draw_normals(const struct drawing *d, const char *isa, int64_t first)
{
    _Alignas(64) double pair[2][DP_LANES];
    const int rows = d->weights + d->outputs;
    for (int j = 0; j < rows; j++) {
        if (j % 2 == 0)
            dp_normals(isa, d->run->seed, DP_STREAM_WEIGHTS, first, j / 2, pair[0]);
        for (int l = 0; l < DP_LANES; l++)
            d->values[j][l] = pair[j % 2][l];
    }
    for (int l = 0; l < DP_LANES && !d->run->bias; l++)
        d->values[d->weights - 1][l] = 0;
}

static double length_of(const struct drawing *d, int lane)
{
    double square = 0;
    for (int j = 0; j < d->weights; j++)
        square += d->values[j][lane] * d->values[j][lane];
    return sqrt(square);
}

// The factor of each neuron's weights and amplitudes, which then are drawn.
static void scale(const struct drawing *d)
{
    for (int l = 0; l < DP_LANES; l++) {
        const double length = d->run->draw == DP_DRAW_NORMAL ? 1 : length_of(d, l);
        const double weight = d->run->draw == DP_DRAW_SPHERE ? d->scales.beta2 / length : d->scales.beta2;
        for (int j = 0; j < d->weights; j++)
            d->values[j][l] *= weight;
        for (int c = d->weights; c < d->weights + d->outputs; c++)
            if (d->run->draw == DP_DRAW_BALANCED)
                d->values[c][l] = copysign(length * d->scales.beta2 / sqrt(d->outputs), d->values[c][l]);
            else
                d->values[c][l] *= d->scales.beta1;
    }
}

// The drawn neurons to their places; with partners two for each.
static void put(struct dp_network *net, int lane, const struct drawing *d, int64_t first)
{
    const int partners = d->run->antisymmetric ? 2 : 1;
    for (int j = 0; j < d->weights + d->outputs; j++) {
        double values[2 * DP_LANES];
        for (int l = 0; l < DP_LANES; l++) {
            const double value = d->values[j][l];
            values[partners * l] = value;
            values[partners * l + partners - 1] = partners == 2 && j >= d->weights ? -value : value;
        }
        for (int half = 0; half < partners; half++) {
            const int64_t k = first * partners + half * DP_LANES, rest = d->run->width - k;
            dp_network_put(net, lane, k, rest < DP_LANES ? rest : DP_LANES, j, values + half * DP_LANES);
        }
    }
}

static enum dp_status draw_neurons(struct dp_network *net, int lane, const struct dp_run *run,
                                   struct dp_error *error)
{
    struct drawing d = {.run = run,
                        .scales = dp_run_scales(run),
                        .weights = net->layer.inputs + 1,
                        .outputs = net->layer.outputs};
    d.values = malloc((size_t)(d.weights + d.outputs) * sizeof *d.values);
    if (!d.values)
        return dp_fail(error, DP_NO_MEMORY, "no memory to draw neurons of %d inputs", net->layer.inputs);
    const int64_t draws = run->width / (run->antisymmetric ? 2 : 1);
    for (int64_t first = 0; first < draws; first += DP_LANES) {
        draw_normals(&d, net->kernels->isa, first);
        scale(&d);
        put(net, lane, &d, first);
    }
    free(d.values);
    return DP_OK;
}

static enum dp_status read_start(struct dp_network *net, int lane, const struct dp_start *start,
                                 struct dp_error *error)
{
    const int rows = net->layer.inputs + 1 + net->layer.outputs;
    if (!start || start->width != net->layer.width || start->components != rows)
        return dp_fail(error, DP_BAD_INPUT,
                       "the weights to start from must be %lld rows of %d (weights, bias, amplitudes)",
                       (long long)net->layer.width, rows);
    for (int64_t k = 0; k < start->width; k++)
        for (int j = 0; j < rows; j++)
            dp_network_set(net, lane, k, j, start->values[k * rows + j]);
    return DP_OK;
}

/* R D B^T, or its rows: value of neuron k and side component j for the basis [size][size] of that side. */
static double aligned_value(const struct dp_run *run, const double *frame, int64_t columns, int64_t k,
                            const double *basis, int64_t size, int64_t j, int side, double deviation)
{
    double sum = 0;
    for (int64_t m = 0; m < size && m < run->width; m++)
        sum += frame[k * columns + m] * deviation * dp_normal(run->seed, DP_STREAM_MODES, m, side) *
               basis[j * size + m];
    return sum;
}

static void put_diagonal(struct dp_network *net, int lane, const struct dp_run *run, const double *frame,
                         int64_t columns, const double *u, const double *v)
{
    const struct dp_scales scales = dp_run_scales(run);
    const int64_t d = net->layer.inputs, o = net->layer.outputs;
    for (int64_t k = 0; k < run->width; k++) {
        for (int64_t j = 0; j < d; j++)
            dp_network_set(net, lane, k, (int)j,
                           aligned_value(run, frame, columns, k, v, d, j, 0, scales.beta2));
        for (int64_t c = 0; c < o; c++)
            dp_network_set(net, lane, k, (int)(d + 1 + c),
                           aligned_value(run, frame, columns, k, u, o, c, 1, scales.beta1));
    }
}

static enum dp_status draw_diagonal(struct dp_network *net, int lane, const struct dp_run *run,
                                    const struct dp_samples *train, struct dp_error *error)
{
    const int64_t d = train->inputs, o = train->outputs, m = run->width, most = d > o ? d : o;
    const int64_t columns = most < m ? most : m;
    double *memory = malloc((size_t)(o * d + o * o + d * d + o + m * columns) * sizeof *memory);
    if (!memory)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the modes of %lld inputs", (long long)d);
    double *map = memory, *u = map + o * d, *v = u + o * o, *s = v + d * d, *frame = s + o;
    enum dp_status status = dp_linear_map(train, map, error);
    if (status == DP_OK)
        status = dp_linear_modes(map, o, d, u, s, v, error);
    if (status == DP_OK) {
        for (int64_t k = 0; k < m; k++)
            for (int64_t c = 0; c < columns; c++)
                frame[k * columns + c] = dp_normal(run->seed, DP_STREAM_WEIGHTS, k, c);
        dp_linear_frame(frame, m, columns);
        put_diagonal(net, lane, run, frame, columns, u, v);
    }
    free(memory);
    return status;
}

enum dp_status dp_start_draw(struct dp_network *net, int lane, const struct dp_run *run,
                             const struct dp_samples *train, const struct dp_start *start,
                             struct dp_error *error)
{
    if (run->scheme == DP_SCHEME_FILE)
        return read_start(net, lane, start, error);
    if (run->draw == DP_DRAW_DIAGONAL)
        return draw_diagonal(net, lane, run, train, error);
    return draw_neurons(net, lane, run, error);
}
