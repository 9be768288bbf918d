// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/run.h"
#include "core/data.h"
#include "core/directions.h"
#include "core/network.h"
#include "core/observe.h"
#include "core/train.h"
#include "dewpoint/isa.h"
#include <math.h>
#include <string.h>

int64_t dp_run_inputs(const struct dp_run *run, const struct dp_samples *file)
{
    return dp_data_inputs(run, file);
}

double dp_run_cost(const struct dp_run *run, const struct dp_samples *file)
{
    static const double sigma_cost[] = {[DP_RELU] = 1,   [DP_TANH] = 8,  [DP_SIGMOID] = 8, [DP_SOFTPLUS] = 12,
                                        [DP_LINEAR] = 1, [DP_XTANH] = 9, [DP_X2TANH] = 9};
    const double n = (double)dp_data_count(run, file), d = (double)dp_data_inputs(run, file);
    // a flow ends by its stop, usually after hundreds of steps; gd and adam are often given a number of them
    const double typical = run->method == DP_FLOW ? 500 : 20000;
    const double steps = fmin((double)run->max_steps, typical);
    const double step = n * (3 * (d + 2) + sigma_cost[run->activation]) + 4 * d + 7;
    return (double)run->width * (steps * step + 400) + 20000;
}

static enum dp_status observe_end(const struct dp_network *net, const struct dp_samples *test,
                                  struct dp_record *record, struct dp_trace *trace, struct dp_error *error)
{
    const struct dp_order order = dp_observe_order(net);
    record->rd = order.rd;
    record->rd_w = order.rd_w;
    record->rd_a = order.rd_a;
    struct dp_directions count;
    DP_TRY(dp_directions_count(net, &count, error));
    record->directions = count.directions;
    record->lines = count.lines;
    if (trace && trace->weights_last)
        dp_observe_weights(net, true, trace->weights_last);
    return dp_network_test(net, test, &record->loss_test, error);
}

static enum dp_status train_and_observe(const struct dp_run *run, struct dp_network *net,
                                        const struct dp_samples *test, struct dp_record *record,
                                        struct dp_trace *trace, struct dp_error *error)
{
    const struct dp_scales scales = dp_run_scales(run);
    dp_network_init(net, run, &scales);
    if (trace && trace->weights_first)
        dp_observe_weights(net, false, trace->weights_first);
    struct dp_outcome outcome;
    DP_TRY(dp_train(run, net, trace && trace->curve ? trace : NULL, &outcome, error));
    *record = (struct dp_record){
        .status = outcome.status,
        .steps = outcome.steps,
        .flow_time = outcome.time,
        .loss_first = outcome.loss_first,
        .loss = outcome.loss,
    };
    return observe_end(net, test, record, trace, error);
}

static enum dp_status execute(const struct dp_run *run, const struct dp_samples *file,
                              const struct dp_kernels *kernels, struct dp_record *record,
                              struct dp_trace *trace, struct dp_error *error)
{
    struct dp_samples train, test;
    DP_TRY(dp_data_make(run, file, &train, &test, error));
    struct dp_network net;
    enum dp_status status = dp_network_acquire(run, &train, kernels, &net, error);
    if (status == DP_OK)
        status = train_and_observe(run, &net, &test, record, trace, error);
    dp_network_release(&net);
    dp_samples_free(&test);
    dp_samples_free(&train);
    return status;
}

enum dp_status dp_run_execute(const struct dp_run *run, const struct dp_samples *file, const char *isa,
                              struct dp_record *record, struct dp_trace *trace, struct dp_error *error)
{
    const char *selected = dp_isa_select(isa);
    if (!selected)
        return dp_fail(error, DP_BAD_INPUT, "the instruction set %s is not known or not available here", isa);
    memset(record, 0, sizeof *record);
    if (trace)
        trace->curve_count = 0;
    const struct dp_kernels *kernels = dp_kernels_select(selected, run->precision == DP_FLOAT32 ? 32 : 64);
    const unsigned before = kernels->enter();
    const enum dp_status status = execute(run, file, kernels, record, trace, error);
    kernels->leave(before);
    return status;
}
