// SPDX-License-Identifier: BSD-3-Clause
#include "core/train.h"
#include "core/flow.h"
#include "core/observe.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct training {
    const struct dp_run *run;
    struct dp_network *net;
    struct dp_outcome *now;
    struct dp_flow flow;
    struct dp_adam_state adam;
    double power1, power2; // beta1^t and beta2^t of Adam
    bool flat;             // the gradient is zero for good: no step can change anything
};

struct method {
    enum dp_status (*begin)(struct training *training, struct dp_error *error); // NULL: nothing to prepare
    void (*step)(struct training *training);
    void (*end)(struct training *training); // NULL: nothing to release
};

// residual_i = scale * 2 (f_i - y_i) / (n alpha): with scale 1, dL / d(alpha f_i).
static void set_residual(struct dp_network *net, double scale)
{
    const double factor = scale * 2 / ((double)net->batch.count * net->alpha);
    for (int64_t i = 0; i < net->batch.count; i++)
        net->residual[i] = factor * (net->f[i] / net->alpha - net->y[i]);
}

static void descend(struct training *training, double rate)
{
    struct dp_network *net = training->net;
    set_residual(net, rate);
    net->kernels->descend(&net->layer, &net->batch, net->residual, net->f);
    training->now->time += rate;
}

static void gd_step(struct training *training)
{
    descend(training, training->run->learning_rate);
}

static void flow_step(struct training *training)
{
    set_residual(training->net, 1);
    const double rate = dp_flow_rate(&training->flow, training->net, training->run->flow_step);
    const double left = training->run->stop_time - training->now->time;
    training->flat = isinf(rate) && isinf(left);
    if (!training->flat)
        descend(training, fmin(rate, left));
}

static enum dp_status adam_begin(struct training *training, struct dp_error *error)
{
    const struct dp_run *run = training->run;
    const size_t bytes = (dp_network_block_bytes(training->net) + 63) / 64 * 64;
    char *memory = aligned_alloc(64, 2 * bytes);
    if (!memory)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the moments of adam (%zu bytes)", 2 * bytes);
    memset(memory, 0, 2 * bytes);
    training->adam = (struct dp_adam_state){
        .mean = memory,
        .square = memory + bytes,
        .beta1 = run->adam_beta1,
        .beta2 = run->adam_beta2,
        .epsilon = run->adam_epsilon,
    };
    training->power1 = training->power2 = 1;
    training->now->time = NAN;
    return DP_OK;
}

// Kingma and Ba, arXiv 1412.6980, algorithm 1, with the corrections in PyTorch's order.
static void adam_step(struct training *training)
{
    struct dp_adam_state *adam = &training->adam;
    training->power1 *= adam->beta1;
    training->power2 *= adam->beta2;
    adam->rate = training->run->learning_rate / (1 - training->power1);
    adam->root_square = sqrt(1 - training->power2);
    struct dp_network *net = training->net;
    set_residual(net, 1);
    net->kernels->adam(&net->layer, &net->batch, net->residual, adam, net->f);
}

static void adam_end(struct training *training)
{
    free(training->adam.mean);
}

// In the order of enum dp_method_id.
static const struct method methods[] = {
    [DP_GD] = {NULL, gd_step, NULL},
    [DP_ADAM] = {adam_begin, adam_step, adam_end},
    [DP_FLOW] = {NULL, flow_step, NULL},
};

// Whether to stop before another step, and as what.
static bool finished(const struct training *training)
{
    const struct dp_run *run = training->run;
    struct dp_outcome *now = training->now;
    if (!isfinite(now->loss))
        now->status = DP_DIVERGED;
    else if ((run->stop_loss > 0 && now->loss <= run->stop_loss) || now->time >= run->stop_time)
        now->status = DP_DONE;
    else if (now->steps >= run->max_steps || training->flat)
        now->status = run->stop_loss > 0 || isfinite(run->stop_time) ? DP_STEP_LIMIT : DP_DONE;
    else
        return false;
    return true;
}

static void train_loop(struct training *training, struct dp_trace *trace)
{
    const struct method *method = &methods[training->run->method];
    struct dp_network *net = training->net;
    struct dp_outcome *now = training->now;
    int64_t next = 0, kept = -1;
    for (;;) {
        now->loss = dp_mean_square(net->f, net->y, net->batch.count, net->alpha);
        const bool last = finished(training);
        if (trace && (now->steps == next || (last && kept != now->steps))) {
            dp_observe_curve(trace, net, now->steps, now->time, now->loss);
            kept = now->steps;
            next = dp_observe_next(now->steps, training->run->curve_ratio);
        }
        if (last)
            return;
        method->step(training);
        now->steps += !training->flat;
    }
}

enum dp_status dp_train(const struct dp_run *run, struct dp_network *net, struct dp_trace *trace,
                        struct dp_outcome *outcome, struct dp_error *error)
{
    const struct method *method = &methods[run->method];
    *outcome = (struct dp_outcome){.status = DP_PENDING};
    struct training training = {.run = run, .net = net, .now = outcome};
    if (method->begin)
        DP_TRY(method->begin(&training, error));
    net->kernels->output(&net->layer, &net->batch, net->f);
    outcome->loss_first = dp_mean_square(net->f, net->y, net->batch.count, net->alpha);
    train_loop(&training, trace);
    if (method->end)
        method->end(&training);
    return DP_OK;
}
