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
    bool batched; // steps take minibatches
    struct dp_placed placed[DP_LANES];
    const struct dp_run *run[DP_LANES];
    bool live[DP_LANES];
    double loss[DP_LANES], loss_first[DP_LANES], time[DP_LANES], rate[DP_LANES];
    double steps[DP_LANES];
    double goal[DP_LANES];      // loss at which a run is done, by stop_loss and stop_drop; -1: none
    double amplitude[DP_LANES]; // at which it is done, by stop_growth; INFINITY: none
    // a run needs attention when its loss is not above stop_loss, or its time or steps reach these
    double stop_loss[DP_LANES], stop_time[DP_LANES], stop_steps[DP_LANES];
    double most_steps[DP_LANES];
    double kept_steps[DP_LANES]; // of the last point of its curve
    bool flat[DP_LANES];         // the gradient is zero for good: no step can change anything
    int64_t count[DP_LANES];     // of the samples in the batch at hand
    bool last[DP_LANES];         // that batch is the last of its epoch
    bool epoch_over[DP_LANES];   // the step just taken was the last of an epoch, and stop_loss asks
    double decay[DP_LANES];      // rate_decay
    bool decays;                 // any of them is not 0
    bool grows;                  // any run has an amplitude to reach: all are looked at after every step
    struct dp_flow *flow;
    bool refused[DP_LANES]; // the step just tried was too long: the run stands where it stood
    struct dp_adam_state adam;
    double power1[DP_LANES], power2[DP_LANES]; // beta1^t and beta2^t of Adam
};

struct method {
    enum dp_status (*begin)(struct training *t, struct dp_error *error); // NULL: nothing to prepare
    void (*place)(struct training *t, int lane);                         // a new run
    void (*step)(struct training *t);
    void (*end)(struct training *t); // NULL: nothing to release
};

// dp_network_measure on each place's own batch; rows beyond it pull at nothing.
static void measure_batches(struct training *t)
{
    const struct dp_network *net = t->net;
    const int lanes = net->lanes, o = net->layer.outputs;
    for (int l = 0; l < lanes; l++) {
        if (!t->live[l])
            continue;
        const double scale = dp_loss_scale(t->run[l], t->count[l], o);
        double sum = 0;
        for (int64_t i = 0; i < net->now.batch.count * o; i++) {
            const double e = net->f[i * lanes + l] / net->alpha[l] - net->now.y[i * lanes + l];
            const bool there = i < t->count[l] * o;
            net->residual[i * lanes + l] = there ? 2 * scale / net->alpha[l] * e : 0;
            sum += there ? e * e : 0;
        }
        t->loss[l] = sum * scale;
    }
}

static void measure(struct training *t)
{
    if (t->batched)
        measure_batches(t);
    else
        dp_network_measure(t->net, t->loss);
}

// The batch after the one at hand, into points.
static void fill_batch(struct training *t, int lane, struct dp_point_set *points)
{
    struct dp_batches *batches = t->placed[lane].batches;
    const int64_t *indices;
    t->count[lane] = dp_batches_next(batches, &indices);
    t->last[lane] = dp_batches_at_end(batches);
    dp_network_fill(t->net, lane, points, &batches->set, indices, t->count[lane]);
}

// The rates of this step, where they change with the steps.
static void set_rates(struct training *t)
{
    for (int l = 0; l < t->net->lanes && t->decays; l++)
        if (t->live[l])
            t->rate[l] = t->run[l]->learning_rate / (1 + t->decay[l] * t->steps[l]);
}

// theta -= rate grad L for every place with its own rate
static void descend(struct training *t)
{
    struct dp_network *net = t->net;
    for (int64_t i = 0; i < net->now.batch.count * net->layer.outputs; i++)
        for (int l = 0; l < net->lanes; l++)
            net->residual[i * net->lanes + l] *= t->rate[l];
    net->kernels->descend(&net->layer, &net->now.batch, &net->next->batch, net->residual, net->f);
    for (int l = 0; l < net->lanes; l++)
        t->time[l] += t->rate[l];
}

static void gd_place(struct training *t, int lane)
{
    t->rate[lane] = t->run[lane]->learning_rate;
}

static void gd_step(struct training *t)
{
    set_rates(t);
    descend(t);
}

static enum dp_status flow_begin(struct training *t, struct dp_error *error)
{
    return dp_flow_acquire(t->net, &t->flow, error);
}

static void flow_place(struct training *t, int lane)
{
    dp_flow_place(t->flow, lane, t->run[lane]);
}

static void flow_step(struct training *t)
{
    dp_flow_step(t->flow, t->net, t->live, t->goal);
    for (int l = 0; l < t->net->lanes; l++)
        if (t->live[l]) {
            const struct dp_flow_state *state = dp_flow_state(t->flow, l);
            t->time[l] = state->time;
            t->flat[l] = state->flat;
            t->refused[l] = state->refused;
        }
}

static void flow_end(struct training *t)
{
    dp_flow_release(t->flow, t->net);
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
    t->rate[lane] = t->run[lane]->learning_rate;
    t->time[lane] = NAN;
}

// Kingma and Ba, arXiv 1412.6980, algorithm 1, with the corrections in PyTorch's order.
static void adam_step(struct training *t)
{
    struct dp_network *net = t->net;
    struct dp_adam_state *adam = &t->adam;
    set_rates(t);
    for (int l = 0; l < net->lanes; l++) {
        if (!t->live[l])
            continue;
        t->power1[l] *= adam->beta1[l];
        t->power2[l] *= adam->beta2[l];
        adam->rate[l] = t->rate[l] / (1 - t->power1[l]);
        adam->root[l] = 1 / sqrt(1 - t->power2[l]);
    }
    for (int l = net->lanes; l < DP_LANES; l++) {
        adam->rate[l] = adam->rate[0];
        adam->root[l] = adam->root[0];
    }
    net->kernels->adam(&net->layer, &net->now.batch, &net->next->batch, net->residual, adam, net->f);
}

static void adam_end(struct training *t)
{
    free(t->adam.mean);
}

/* Neurons stop one by one, at the growth of their own amplitude; when none moves the run is over. */
static void normalized_step(struct training *t)
{
    struct dp_network *net = t->net;
    struct dp_normalized_step step;
    double moving[DP_LANES];
    for (int l = 0; l < DP_LANES; l++) {
        const int lane = l < net->lanes ? l : 0;
        step.size[l] = t->live[lane] ? t->run[lane]->learning_rate : 0;
        step.growth[l] = t->live[lane] ? t->run[lane]->stop_growth : 1;
    }
    net->kernels->normalized(&net->layer, &net->now.batch, net->residual, &step, moving);
    net->kernels->output(&net->layer, &net->now.batch, net->f);
    for (int l = 0; l < net->lanes; l++) {
        t->time[l] += step.size[l];
        t->flat[l] = t->live[l] && moving[l] == 0;
    }
}

static void no_place(struct training *t, int lane)
{
    (void)t;
    (void)lane;
}

// In the order of enum dp_method_id.
static const struct method methods[] = {
    [DP_GD] = {NULL, gd_place, gd_step, NULL},
    [DP_SGD] = {NULL, gd_place, gd_step, NULL},
    [DP_ADAM] = {adam_begin, adam_place, adam_step, adam_end},
    [DP_FLOW] = {flow_begin, flow_place, flow_step, flow_end},
    [DP_NORMALIZED_FLOW] = {NULL, no_place, normalized_step, NULL},
};

// Steps after which a run is over whatever its loss.
static double most_steps(const struct training *t, int lane)
{
    const struct dp_run *run = t->run[lane];
    const struct dp_samples *set = t->batched ? &t->placed[lane].batches->set : NULL;
    return (double)dp_run_most_steps(run, set);
}

// The next step at which the loop must look at a run: a point of its curve, or its last step.
static void set_stop_steps(struct training *t, int lane)
{
    const struct dp_run *run = t->run[lane];
    t->stop_steps[lane] = t->most_steps[lane];
    if (t->placed[lane].curve && t->kept_steps[lane] >= 0)
        t->stop_steps[lane] =
            fmin(t->stop_steps[lane], (double)dp_observe_next(run, (int64_t)t->kept_steps[lane]));
    else if (t->placed[lane].curve)
        t->stop_steps[lane] = 0;
}

static bool place_next(struct training *t, const struct method *method, const struct dp_source *source,
                       int lane)
{
    t->placed[lane] = (struct dp_placed){0};
    t->live[lane] = source->next(source->context, t->net, lane, &t->placed[lane]);
    const struct dp_run *run = t->run[lane] = t->placed[lane].run;
    t->time[lane] = t->steps[lane] = t->rate[lane] = t->loss[lane] = t->decay[lane] = 0;
    t->flat[lane] = t->epoch_over[lane] = false;
    t->loss_first[lane] = NAN; // not measured yet
    t->kept_steps[lane] = -1;
    t->stop_loss[lane] = t->goal[lane] = -1;
    t->amplitude[lane] = t->stop_time[lane] = t->stop_steps[lane] = INFINITY;
    if (!t->live[lane]) {
        dp_network_clear(t->net, lane);
        return false;
    }
    if (t->batched)
        fill_batch(t, lane, &t->net->now);
    t->stop_time[lane] = run->stop_time;
    t->most_steps[lane] = most_steps(t, lane);
    t->decay[lane] = run->rate_decay;
    t->decays = t->decays || run->rate_decay != 0;
    set_stop_steps(t, lane);
    method->place(t, lane);
    return true;
}

static bool has_grown(const struct training *t, int lane)
{
    return isfinite(t->amplitude[lane]) && dp_observe_amplitude(t->net, lane) >= t->amplitude[lane];
}

// Whether a run that goes no further was to reach something. The neurons of normalized flow stop where they should.
static bool is_asked_more(const struct training *t, int lane)
{
    const bool stopped = t->run[lane]->method == DP_NORMALIZED_FLOW && t->flat[lane];
    return !stopped &&
           (t->goal[lane] >= 0 || isfinite(t->run[lane]->stop_time) || isfinite(t->run[lane]->stop_growth));
}

// Whether a run with this loss is over, and as what.
static bool is_over(const struct training *t, int lane, double loss, enum dp_run_status *status)
{
    const struct dp_run *run = t->run[lane];
    const bool asks = !t->batched || t->epoch_over[lane]; // observing a run must not end it
    if (!isfinite(loss))
        *status = DP_DIVERGED;
    else if ((asks && loss <= t->goal[lane]) || t->time[lane] >= run->stop_time || has_grown(t, lane))
        *status = DP_DONE;
    else if (t->steps[lane] >= t->most_steps[lane] || t->flat[lane])
        *status = is_asked_more(t, lane) ? DP_STEP_LIMIT : DP_DONE;
    else
        return false;
    return true;
}

// The loss of the set of which the batch at hand is a part.
static double loss_of_set(const struct training *t, int lane)
{
    double loss = t->loss[lane];
    if (t->batched && isfinite(loss))
        dp_network_loss(t->net, lane, t->run[lane], &t->placed[lane].batches->set, &loss, NULL);
    return loss;
}

/* Looks at a run that may be over or at a point of its curve; true when it is over and its outcome delivered. */
static bool attend(struct training *t, const struct dp_source *source, int lane)
{
    const struct dp_flow_state *flow = t->flow ? dp_flow_state(t->flow, lane) : NULL;
    struct dp_outcome outcome = {.steps = (int64_t)t->steps[lane],
                                 .evaluations = flow ? flow->evaluations : (int64_t)t->steps[lane],
                                 .flow_error = flow ? flow->error : NAN,
                                 .time = t->time[lane],
                                 .loss_first = t->loss_first[lane],
                                 .loss = loss_of_set(t, lane)};
    const bool over = is_over(t, lane, outcome.loss, &outcome.status);
    if (t->placed[lane].curve && (over || t->steps[lane] >= t->stop_steps[lane])) {
        source->point(source->context, t->net, lane, &outcome);
        t->kept_steps[lane] = t->steps[lane];
        set_stop_steps(t, lane);
    }
    t->epoch_over[lane] = false;
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
                  t->steps[l] >= t->stop_steps[l] || t->flat[l] || t->epoch_over[l];
    return events > 0 || t->grows;
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

// What a run is to reach, some of it measured by where it starts.
static void set_goals(struct training *t, int lane)
{
    const struct dp_run *run = t->run[lane];
    t->loss_first[lane] = loss_of_set(t, lane);
    if (run->stop_loss > 0)
        t->goal[lane] = run->stop_loss;
    if (run->stop_drop > 0)
        t->goal[lane] = fmax(t->goal[lane], (1 - run->stop_drop) * t->loss_first[lane]);
    if (!t->batched)
        t->stop_loss[lane] = t->goal[lane];
    if (isfinite(run->stop_growth) && run->method != DP_NORMALIZED_FLOW) {
        t->amplitude[lane] = run->stop_growth * dp_observe_amplitude(t->net, lane);
        t->grows = true;
    }
}

// The outputs and losses of all places, and first losses of those just placed. Old places' outputs do not change.
static void measure_start(struct training *t)
{
    t->net->kernels->output(&t->net->layer, &t->net->now.batch, t->net->f);
    measure(t);
    for (int l = 0; l < t->net->lanes; l++)
        if (t->live[l] && isnan(t->loss_first[l]))
            set_goals(t, l);
}

/* One step of all places. With minibatches the kernels put out on the batch after, which then is the one at hand. */
static void step(struct training *t, const struct method *method)
{
    struct dp_network *net = t->net;
    bool last[DP_LANES];
    memcpy(last, t->last, sizeof last);
    for (int l = 0; t->batched && l < net->lanes; l++)
        if (t->live[l])
            fill_batch(t, l, net->next);
    method->step(t);
    for (int l = 0; l < net->lanes; l++)
        t->steps[l] += t->live[l] && !t->flat[l] && !t->refused[l];
    if (!t->batched)
        return;
    const struct dp_point_set now = net->now;
    net->now = net->other;
    net->other = now;
    for (int l = 0; l < net->lanes; l++)
        t->epoch_over[l] = t->live[l] && last[l] && t->goal[l] >= 0;
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
        step(t, method);
        measure(t);
        if (any_event(t))
            placed = attend_all(t, method, source);
    }
}

enum dp_status dp_train(enum dp_method_id method_id, struct dp_network *net, const struct dp_source *source,
                        struct dp_error *error)
{
    const struct method *method = &methods[method_id];
    struct training training = {.net = net, .batched = net->next != &net->now};
    if (method->begin)
        DP_TRY(method->begin(&training, error));
    train_loop(&training, method, source);
    if (method->end)
        method->end(&training);
    return DP_OK;
}
