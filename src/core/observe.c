// SPDX-License-Identifier: BSD-3-Clause
#include "core/observe.h"
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

int64_t dp_observe_next(int64_t step, double ratio)
{
    const int64_t grown = (int64_t)ceil((double)step * ratio);
    return grown > step ? grown : step + 1;
}

int64_t dp_run_curve_capacity(const struct dp_run *run)
{
    if (run->curve_ratio == 0)
        return 0;
    int64_t points = 1; // the last step, wherever it falls
    for (int64_t step = 0; step < run->max_steps; step = dp_observe_next(step, run->curve_ratio))
        points++;
    return points;
}

void dp_observe_curve(struct dp_trace *trace, const struct dp_network *net, int lane, int64_t step,
                      double time, double loss)
{
    if (trace->curve_count >= trace->curve_capacity)
        return;
    const struct dp_order order = dp_observe_order(net, lane);
    trace->curve[trace->curve_count++] = (struct dp_curve_point){
        .step = (double)step,
        .flow_time = time,
        .loss = loss,
        .loss_test = NAN,
        .rd = order.rd,
        .rd_w = order.rd_w,
        .rd_a = order.rd_a,
    };
}
