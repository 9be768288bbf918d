// SPDX-License-Identifier: BSD-3-Clause
#include "bench/cases/setup.h"
#include "bench/machine/repeat.h"
#include "core/data/data.h"
#include "core/network/start.h"
#include "core/observe/observe.h"
#include "core/train/train.h"
#include "dewpoint/core/directions.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <stdlib.h>

const char *const dp_setup_name = "setup-relu-d1-n4-m1000-flow";

// One run as core/run.c executes it, with a look at the clock between its parts.
struct stopwatch {
    const struct dp_run *run;
    bool placed;
    struct dp_samples test;
    double data, init, observe; // s
    int64_t steps;
    enum dp_status status;
    struct dp_error *error;
};

static bool next_run(void *context, struct dp_network *net, int lane, struct dp_placed *placed)
{
    struct stopwatch *watch = context;
    struct dp_samples train;
    if (watch->placed || watch->status != DP_OK)
        return false;
    const double begin = dp_seconds();
    watch->status = dp_data_make(watch->run, NULL, &train, &watch->test, watch->error);
    if (watch->status != DP_OK)
        return false;
    const double made = dp_seconds();
    dp_network_place(net, lane, watch->run);
    watch->status = dp_start_draw(net, lane, watch->run, &train, NULL, watch->error);
    dp_network_fill(net, lane, &net->now, &train, NULL, train.count);
    const double end = dp_seconds();
    dp_samples_free(&train);
    watch->data = made - begin;
    watch->init += end - made;
    watch->placed = true;
    placed->run = watch->run;
    return watch->status == DP_OK;
}

static enum dp_status observe(const struct stopwatch *watch, const struct dp_network *net, int lane)
{
    const struct dp_direction_options options = {watch->run->resolution, watch->run->amplitude_cut,
                                                 watch->run->direction_share};
    struct dp_direction_set directions = {0}, lines = {0};
    double loss, *rows = malloc((size_t)(net->layer.width * (net->layer.inputs + 2)) * sizeof *rows);
    if (!rows)
        return dp_fail(watch->error, DP_NO_MEMORY, "no memory for %lld neurons", (long long)net->layer.width);
    dp_observe_order(net, lane);
    dp_network_columns(net, lane, true, rows);
    const struct dp_neurons neurons = {rows, net->layer.width, net->layer.inputs, net->layer.outputs};
    enum dp_status status = dp_directions_count(&neurons, &options, &directions, &lines, watch->error);
    if (status == DP_OK)
        status = dp_network_loss(net, lane, watch->run, &watch->test, &loss, watch->error);
    free(rows);
    return status;
}

static void done_run(void *context, const struct dp_network *net, int lane, const struct dp_outcome *outcome)
{
    struct stopwatch *watch = context;
    const double begin = dp_seconds();
    watch->status = observe(watch, net, lane);
    watch->observe = dp_seconds() - begin;
    watch->steps = outcome->steps;
}

// One run; *training: what is left of its time.
static enum dp_status watch_run(struct stopwatch *watch, const struct dp_kernels *kernels, double *training)
{
    struct dp_network net;
    const double begin = dp_seconds();
    const struct dp_shape shape = dp_run_shape(watch->run, NULL);
    DP_TRY(dp_network_acquire(&shape, false, kernels, &net, watch->error));
    watch->init = dp_seconds() - begin;
    const unsigned before = kernels->enter();
    enum dp_status status =
        dp_train(&shape, &net, &(struct dp_source){.context = watch, .next = next_run, .done = done_run},
                 watch->error);
    kernels->leave(before);
    *training = dp_seconds() - begin - watch->data - watch->init - watch->observe;
    dp_samples_free(&watch->test);
    dp_network_release(&net);
    return status != DP_OK ? status : watch->status;
}

static struct dp_run flow_run(int bits)
{
    struct dp_run run = dp_run_defaults();
    run.antisymmetric = 1;
    run.samples = 4;
    run.precision = bits == 32 ? DP_FLOAT32 : DP_FLOAT64;
    run.stop_loss = 1e-6;
    return run;
}

enum dp_status dp_setup_measure(const char *isa, int bits, double seconds, struct dp_setup *setup,
                                struct dp_error *error)
{
    const struct dp_run run = flow_run(bits);
    const double end = dp_seconds() + seconds;
    *setup = (struct dp_setup){isa, bits, 0, INFINITY, INFINITY, INFINITY, INFINITY, 0};
    for (int i = 0; i < DP_REPETITIONS || dp_seconds() < end; i++) {
        struct stopwatch watch = {.run = &run, .error = error};
        double training;
        DP_TRY(watch_run(&watch, dp_kernels_select(isa, bits), &training));
        setup->steps = watch.steps;
        setup->data = fmin(setup->data, 1e6 * watch.data);
        setup->init = fmin(setup->init, 1e6 * watch.init);
        setup->observe = fmin(setup->observe, 1e6 * watch.observe);
        setup->training = fmin(setup->training, 1e6 * training);
    }
    setup->share = (setup->data + setup->init + setup->observe) / setup->training;
    return DP_OK;
}
