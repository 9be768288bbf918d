// SPDX-License-Identifier: BSD-3-Clause
#include "core/train.h"
#include "core/flow.h"
#include "core/observe.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* All places of a network, as one array for each quantity: the loop over places is in the innermost of training. */
struct training {
    struct dp_network *net;
    const struct dp_run *run[DP_LANES];
    struct dp_trace *trace[DP_LANES];
    bool live[DP_LANES];
    double loss[DP_LANES], loss_first[DP_LANES], time[DP_LANES], rate[DP_LANES];
    double steps[DP_LANES];
    // a run needs attention when its loss is not above stop_loss, or its time or steps reach these
    double stop_loss[DP_LANES], stop_time[DP_LANES], stop_steps[DP_LANES];
    double kept_steps[DP_LANES]; // of the last point of its curve
    bool flat[DP_LANES];         // the gradient is zero for good: no step can change anything
    double flow_step[DP_LANES];
    struct dp_flow flow[DP_LANES];
    struct dp_adam_state adam;
    double power1[DP_LANES], power2[DP_LANES]; // beta1^t and beta2^t of Adam
};

struct method {
    enum dp_status (*begin)(struct training *t, struct dp_error *error); // NULL: nothing to prepare
    void (*place)(struct training *t, int lane);                         // a new run
    void (*step)(struct training *t);
    void (*end)(struct training *t); // NULL: nothing to release
};

// Losses, and residual_i = 2 (f_i - y_i) / (n alpha) = dL / d(alpha f_i).
static void measure(struct training *t)
{
    const struct dp_network *net = t->net;
    const int lanes = net->lanes;
    const double n = (double)net->batch.count;
    double sum[DP_LANES] = {0}, inverse[DP_LANES], factor[DP_LANES];
    for (int l = 0; l < lanes; l++) {
        inverse[l] = 1 / net->alpha[l];
        factor[l] = 2 / (n * net->alpha[l]);
    }
    for (int64_t i = 0; i < net->batch.count; i++)
        for (int l = 0; l < lanes; l++) {
            const double e = net->f[i * lanes + l] * inverse[l] - net->y[i * lanes + l];
            net->residual[i * lanes + l] = factor[l] * e;
            sum[l] += e * e;
        }
    for (int l = 0; l < lanes; l++)
        t->loss[l] = sum[l] / n;
}

// theta -= rate grad L for every place with its own rate
static void descend(struct training *t)
{
    struct dp_network *net = t->net;
    for (int64_t i = 0; i < net->batch.count; i++)
        for (int l = 0; l < net->lanes; l++)
            net->residual[i * net->lanes + l] *= t->rate[l];
    net->kernels->descend(&net->layer, &net->batch, &net->batch, net->residual, net->f);
    for (int l = 0; l < net->lanes; l++)
        t->time[l] += t->rate[l];
}

static void gd_place(struct training *t, int lane)
{
    t->rate[lane] = t->run[lane]->learning_rate;
}

static void flow_place(struct training *t, int lane)
{
    t->flow[lane] = (struct dp_flow){0};
    t->flow_step[lane] = t->run[lane]->flow_step;
}

static void flow_step(struct training *t)
{
    dp_flow_rates(t->flow, t->net, t->live, t->flow_step, t->rate);
    for (int l = 0; l < t->net->lanes; l++) {
        if (!t->live[l])
            continue;
        t->rate[l] = fmin(t->rate[l], t->stop_time[l] - t->time[l]);
        t->flat[l] = isinf(t->rate[l]);
        if (t->flat[l])
            t->rate[l] = 0;
    }
    descend(t);
}

static enum dp_status adam_begin(struct training *t, struct dp_error *error)
{
    const size_t bytes = (dp_network_block_bytes(t->net) + 63) / 64 * 64;
    char *memory = aligned_alloc(64, 2 * bytes);
    if (!memory)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the moments of adam (%zu bytes)", 2 * bytes);
    memset(memory, 0, 2 * bytes);
    t->adam.mean = memory;
    t->adam.square = memory + bytes;
    for (int l = 0; l < DP_LANES; l++)
        t->adam.epsilon[l] = 1; // of an empty place: 0 / epsilon
    return DP_OK;
}

static void adam_place(struct training *t, int lane)
{
    struct dp_adam_state *adam = &t->adam;
    dp_network_clear_lane(t->net, lane, adam->mean);
    dp_network_clear_lane(t->net, lane, adam->square);
    t->power1[lane] = t->power2[lane] = 1;
    // one run fills all lanes of a network that is not stacked
    for (int l = lane; l < (t->net->lanes == 1 ? DP_LANES : lane + 1); l++) {
        adam->beta1[l] = t->run[lane]->adam_beta1;
        adam->beta2[l] = t->run[lane]->adam_beta2;
        adam->epsilon[l] = t->run[lane]->adam_epsilon;
    }
    t->time[lane] = NAN;
}

// Kingma and Ba, arXiv 1412.6980, algorithm 1, with the corrections in PyTorch's order.
static void adam_step(struct training *t)
{
    struct dp_network *net = t->net;
    struct dp_adam_state *adam = &t->adam;
    for (int l = 0; l < net->lanes; l++) {
        if (!t->live[l])
            continue;
        t->power1[l] *= adam->beta1[l];
        t->power2[l] *= adam->beta2[l];
        adam->rate[l] = t->run[l]->learning_rate / (1 - t->power1[l]);
        adam->root[l] = 1 / sqrt(1 - t->power2[l]);
    }
    for (int l = net->lanes; l < DP_LANES; l++) {
        adam->rate[l] = adam->rate[0];
        adam->root[l] = adam->root[0];
    }
    net->kernels->adam(&net->layer, &net->batch, &net->batch, net->residual, adam, net->f);
}

static void adam_end(struct training *t)
{
    free(t->adam.mean);
}

// In the order of enum dp_method_id.
static const struct method methods[] = {
    [DP_GD] = {NULL, gd_place, descend, NULL},
    [DP_ADAM] = {adam_begin, adam_place, adam_step, adam_end},
    [DP_FLOW] = {NULL, flow_place, flow_step, NULL},
};

static bool keeps_curve(const struct training *t, int lane)
{
    return t->trace[lane] && t->trace[lane]->curve;
}

// The next step at which the loop must look at a run: a point of its curve, or its last step.
static void set_stop_steps(struct training *t, int lane)
{
    const struct dp_run *run = t->run[lane];
    t->stop_steps[lane] = (double)run->max_steps;
    if (keeps_curve(t, lane) && t->kept_steps[lane] >= 0)
        t->stop_steps[lane] = fmin(t->stop_steps[lane],
                                   (double)dp_observe_next((int64_t)t->kept_steps[lane], run->curve_ratio));
    else if (keeps_curve(t, lane))
        t->stop_steps[lane] = 0;
}

static bool place_next(struct training *t, const struct method *method, const struct dp_source *source,
                       int lane)
{
    const struct dp_run *run = NULL;
    t->trace[lane] = NULL;
    t->live[lane] = source->next(source->context, t->net, lane, &run, &t->trace[lane]);
    t->run[lane] = run;
    t->time[lane] = t->steps[lane] = t->rate[lane] = t->loss[lane] = 0;
    t->flat[lane] = false;
    t->loss_first[lane] = NAN; // not measured yet
    t->kept_steps[lane] = -1;
    t->stop_loss[lane] = -1;
    t->stop_time[lane] = t->stop_steps[lane] = INFINITY;
    if (!t->live[lane]) {
        dp_network_clear(t->net, lane);
        return false;
    }
    t->stop_loss[lane] = run->stop_loss > 0 ? run->stop_loss : -1;
    t->stop_time[lane] = run->stop_time;
    set_stop_steps(t, lane);
    method->place(t, lane);
    return true;
}

// Whether a run is over, and as what.
static bool is_over(const struct training *t, int lane, enum dp_run_status *status)
{
    const struct dp_run *run = t->run[lane];
    if (!isfinite(t->loss[lane]))
        *status = DP_DIVERGED;
    else if (t->loss[lane] <= t->stop_loss[lane] || t->time[lane] >= run->stop_time)
        *status = DP_DONE;
    else if (t->steps[lane] >= (double)run->max_steps || t->flat[lane])
        *status = run->stop_loss > 0 || isfinite(run->stop_time) ? DP_STEP_LIMIT : DP_DONE;
    else
        return false;
    return true;
}

/* Looks at a run that may be over or at a point of its curve; true when it is over and its outcome delivered. */
static bool attend(struct training *t, const struct dp_source *source, int lane)
{
    struct dp_outcome outcome = {.steps = (int64_t)t->steps[lane],
                                 .time = t->time[lane],
                                 .loss_first = t->loss_first[lane],
                                 .loss = t->loss[lane]};
    const bool over = is_over(t, lane, &outcome.status);
    if (keeps_curve(t, lane) && (over || t->steps[lane] >= t->stop_steps[lane])) {
        dp_observe_curve(t->trace[lane], t->net, lane, outcome.steps, outcome.time, outcome.loss);
        t->kept_steps[lane] = t->steps[lane];
        set_stop_steps(t, lane);
    }
    if (over)
        source->done(source->context, t->net, lane, &outcome);
    return over;
}

// Whether any run needs a look: the one question asked at every step.
static bool any_event(const struct training *t)
{
    int events = 0;
    for (int l = 0; l < t->net->lanes; l++)
        events += !(t->loss[l] > t->stop_loss[l] && t->loss[l] < INFINITY) || t->time[l] >= t->stop_time[l] ||
                  t->steps[l] >= t->stop_steps[l] || t->flat[l];
    return events > 0;
}

/* Attends to all places; those whose run is over get the next one. Whether any new run was placed: then the outputs
 * are not up to date. */
static bool attend_all(struct training *t, const struct method *method, const struct dp_source *source)
{
    bool placed = false;
    for (int lane = 0; lane < t->net->lanes; lane++)
        if (t->live[lane] && attend(t, source, lane))
            placed = place_next(t, method, source, lane) || placed;
    return placed;
}

static bool any_live(const struct training *t)
{
    bool any = false;
    for (int l = 0; l < t->net->lanes; l++)
        any = any || t->live[l];
    return any;
}

// The outputs and losses of all places, and first losses of those just placed. Old places' outputs do not change.
static void measure_start(struct training *t)
{
    t->net->kernels->output(&t->net->layer, &t->net->batch, t->net->f);
    measure(t);
    for (int l = 0; l < t->net->lanes; l++)
        if (isnan(t->loss_first[l]))
            t->loss_first[l] = t->loss[l];
}

static void train_loop(struct training *t, const struct method *method, const struct dp_source *source)
{
    bool placed = false;
    for (int lane = 0; lane < t->net->lanes; lane++)
        placed = place_next(t, method, source, lane) || placed;
    while (any_live(t)) {
        // a run can be over as soon as it is placed: again until none is
        while (placed) {
            measure_start(t);
            placed = any_event(t) && attend_all(t, method, source);
        }
        if (!any_live(t))
            return;
        method->step(t);
        for (int l = 0; l < t->net->lanes; l++)
            t->steps[l] += t->live[l] && !t->flat[l];
        measure(t);
        if (any_event(t))
            placed = attend_all(t, method, source);
    }
}

enum dp_status dp_train(enum dp_method_id method_id, struct dp_network *net, const struct dp_source *source,
                        struct dp_error *error)
{
    const struct method *method = &methods[method_id];
    struct training training = {.net = net};
    if (method->begin)
        DP_TRY(method->begin(&training, error));
    train_loop(&training, method, source);
    if (method->end)
        method->end(&training);
    return DP_OK;
}
