// SPDX-License-Identifier: BSD-3-Clause
#include "core/observe/observe.h"
#include <math.h>

struct dp_order dp_observe_order(const struct dp_network *net, int lane)
{
    struct dp_norms n;
    net->kernels->norms(&net->layer, &n);
    return (struct dp_order){
        .rd = sqrt((n.moved_w[lane] + n.moved_a[lane]) / (n.start_w[lane] + n.start_a[lane])),
        .rd_w = sqrt(n.moved_w[lane] / n.start_w[lane]),
        .rd_a = sqrt(n.moved_a[lane] / n.start_a[lane]),
    };
}

struct dp_amplitude dp_observe_amplitude(const struct dp_network *net, int lane)
{
    const int weights = net->layer.inputs + 1, rows = weights + net->layer.outputs;
    double sum = 0, squares = 0, sizes = 0;
    for (int64_t k = 0; k < net->layer.width; k++) {
        double square[2] = {0};
        for (int j = 0; j < rows; j++) {
            const double value = dp_network_get(net, lane, k, j, true);
            square[j >= weights] += value * value;
        }
        sum += sqrt(square[0] * square[1]);
        squares += square[0] * square[1];
        sizes += square[0] + square[1];
    }
    return (struct dp_amplitude){sum, squares > 0 ? sum * sum / squares : NAN, 2 * sum / sizes};
}

int64_t dp_observe_next(const struct dp_run *run, int64_t step)
{
    int64_t next = INT64_MAX;
    if (run->curve_ratio > 0) {
        const int64_t grown = (int64_t)ceil((double)step * run->curve_ratio);
        next = grown > step ? grown : step + 1;
    }
    if (run->curve_every > 0 && step / run->curve_every * run->curve_every + run->curve_every < next)
        next = step / run->curve_every * run->curve_every + run->curve_every;
    return next;
}

bool dp_run_keeps_curve(const struct dp_run *run)
{
    return run->curve_ratio > 0 || run->curve_every > 0;
}

int64_t dp_run_curve_capacity(const struct dp_run *run)
{
    if (!dp_run_keeps_curve(run))
        return 0;
    // how many steps an epoch on a file's samples takes is not known here
    const int64_t most = run->target == DP_FILE ? run->max_steps : dp_run_most_steps(run, NULL);
    int64_t points = 1; // the last step, wherever it falls
    if (run->curve_ratio == 0)
        return points + (most + run->curve_every - 1) / run->curve_every;
    for (int64_t step = 0; step < most; step = dp_observe_next(run, step))
        points++;
    return points;
}

void dp_observe_point(struct dp_trace *trace, const struct dp_network *net, int lane,
                      const struct dp_curve_point *point)
{
    if (trace->curve_count >= trace->curve_capacity)
        return;
    const int64_t size = net->layer.width * (net->layer.inputs + 1 + net->layer.outputs);
    if (trace->weights_along)
        dp_network_copy(net, lane, true, trace->weights_along + trace->curve_count * size);
    trace->curve[trace->curve_count++] = *point;
}
