// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/train.h"
#include "core/observe/observe.h"
#include "core/train/state/begin.h"
#include "core/train/state/checkpoint.h"
#include "core/train/state/repetition.h"
#include "core/train/stop.h"
#include <math.h>
#include <string.h>

// dp_network_measure on each place's own batch; rows beyond it pull at nothing.
static void measure_batches(struct dp_training *t)
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

static void measure(struct dp_training *t)
{
    if (t->batched)
        measure_batches(t);
    else
        dp_network_measure(t->net, t->loss);
}

// The batch after the one at hand, into points.
static void fill_batch(struct dp_training *t, int lane, struct dp_point_set *points)
{
    struct dp_batches *batches = t->placed[lane].batches;
    const int64_t *indices;
    t->count[lane] = dp_batches_next(batches, &indices);
    t->last[lane] = dp_batches_at_end(batches);
    dp_network_fill(t->net, lane, points, &batches->set, indices, t->count[lane]);
}

static bool place_next(struct dp_training *t, const struct dp_method *method, const struct dp_source *source,
                       int lane)
{
    t->placed[lane] = (struct dp_placed){0};
    t->live[lane] = source->next(source->context, t->net, lane, &t->placed[lane]);
    t->run[lane] = t->placed[lane].run;
    dp_training_clear(t, lane);
    if (!t->live[lane]) {
        dp_network_clear(t->net, lane);
        return false;
    }
    if (t->batched)
        fill_batch(t, lane, &t->net->now);
    dp_training_begin(t, method, lane);
    return true;
}

/* Counts a rise from `before`, and measures it from the lowest loss so far, so that it says something of slow
 * rises, too. A loss that is not a number is no fall either. */
static void count_rise(struct dp_training *t, int lane, double loss)
{
    if (loss <= t->before[lane] || sqrt(loss) <= sqrt(t->before[lane]) + t->slack[lane])
        return;
    t->rises[lane]++;
    t->rise[lane] = fmax(t->rise[lane], loss / t->lowest[lane] - 1);
}

// What the next loss is compared with.
static void keep_loss(struct dp_training *t, int lane, double loss)
{
    t->before[lane] = loss;
    t->lowest[lane] = loss < t->lowest[lane] ? loss : t->lowest[lane];
}

// Those of a step of all places. Rises are rare, and roots dear beside a step of few small networks.
static void count_rises(struct dp_training *t)
{
    int rises = 0;
    for (int l = 0; l < t->net->lanes; l++)
        rises += !(t->loss[l] <= t->before[l]);
    for (int l = 0; l < t->net->lanes && rises > 0; l++)
        count_rise(t, l, t->loss[l]);
    for (int l = 0; l < t->net->lanes; l++)
        keep_loss(t, l, t->loss[l]);
}

// The loss of the set of which the batch at hand is a part.
static double loss_of_set(const struct dp_training *t, int lane)
{
    double loss = t->loss[lane];
    if (t->batched && isfinite(loss))
        dp_network_loss(t->net, lane, t->run[lane], &t->placed[lane].batches->set, &loss, NULL);
    return loss;
}

// Whether rises of the loss can be counted: it is measured at every step, or for every epoch on one set.
static bool knows_rises(const struct dp_training *t, int lane)
{
    return !t->batched || (t->goal[lane] >= 0 && t->run[lane]->streaming == DP_ONE_SET);
}

// The next loss at which a run is looked at, and on which flow lands.
static void set_aim(struct dp_training *t, int lane)
{
    t->aim[lane] = fmax(t->stage[lane], t->goal[lane]);
    if (!t->batched)
        t->stop_loss[lane] = t->aim[lane];
}

static struct dp_outcome outcome_of(const struct dp_training *t, const struct dp_method *method, int lane)
{
    struct dp_outcome outcome = {.steps = (int64_t)t->steps[lane],
                                 .evaluations = (int64_t)t->steps[lane],
                                 .flow_error = NAN,
                                 .time = t->time[lane],
                                 .loss_first = t->loss_first[lane],
                                 .loss = loss_of_set(t, lane),
                                 .rate_first = t->rate_first[lane],
                                 .rate = isnan(t->rate_first[lane]) ? NAN : t->rate[lane]};
    if (method->report)
        method->report(t, lane, &outcome);
    return outcome;
}

// What to do with a place after a look at its run.
enum after { GOES_ON, IS_OVER, BEGINS_AGAIN };

/* A run that is over: its outcome is delivered, unless it is to be repeated first. */
static enum dp_status finish(struct dp_training *t, const struct dp_method *method,
                             const struct dp_source *source, int lane, struct dp_outcome *outcome,
                             enum after *after, struct dp_error *error)
{
    if (dp_repetition_is_due(t, method, lane, outcome)) {
        DP_TRY(dp_repetition_begin(t, method, source, lane, outcome, error));
        *after = BEGINS_AGAIN;
        return DP_OK;
    }
    if (t->repetition[lane])
        DP_TRY(dp_repetition_end(t, method, source, lane, outcome, error));
    source->done(source->context, t->net, lane, outcome);
    *after = IS_OVER;
    return DP_OK;
}

// Checks a run that may be over or at a point of its curve.
static enum dp_status attend(struct dp_training *t, const struct dp_method *method,
                             const struct dp_source *source, int lane, enum after *after,
                             struct dp_error *error)
{
    struct dp_outcome outcome = outcome_of(t, method, lane);
    if (t->batched && t->epoch_over[lane]) {
        count_rise(t, lane, outcome.loss);
        keep_loss(t, lane, outcome.loss);
    }
    if (outcome.loss <= t->stage[lane]) {
        source->stage(source->context, t->net, lane, &outcome);
        t->stage[lane] = -1;
        set_aim(t, lane);
    }
    outcome.loss_rises = knows_rises(t, lane) ? (int64_t)t->rises[lane] : -1;
    outcome.loss_rise = knows_rises(t, lane) ? t->rise[lane] : NAN;
    outcome.stop = dp_training_stop(t, lane, outcome.loss);
    outcome.status = dp_training_status(t, lane, outcome.stop);
    const bool over = outcome.stop != DP_STOP_NONE;
    if (dp_training_keeps_points(t, lane) && (over || t->steps[lane] >= t->stop_steps[lane])) {
        source->point(source->context, t->net, lane, &outcome);
        t->kept_steps[lane] = t->steps[lane];
        dp_training_set_stop_steps(t, lane);
    }
    t->epoch_over[lane] = false;
    *after = GOES_ON;
    return over ? finish(t, method, source, lane, &outcome, after, error) : DP_OK;
}

// Whether any run needs a look: the one question asked at every step.
static bool any_event(const struct dp_training *t)
{
    int events = 0;
    for (int l = 0; l < t->net->lanes; l++)
        events += !(t->loss[l] > t->stop_loss[l] && t->loss[l] < INFINITY) || t->time[l] >= t->stop_time[l] ||
                  t->steps[l] >= t->stop_steps[l] || t->flat[l] || t->spent[l] || t->epoch_over[l];
    return events > 0 || t->grows;
}

/* Attends to all places; a place whose run is over gets the next run. *placed: whether any run begins, so
 * that the outputs are not up to date. */
static enum dp_status attend_all(struct dp_training *t, const struct dp_method *method,
                                 const struct dp_source *source, bool *placed, struct dp_error *error)
{
    *placed = false;
    for (int lane = 0; lane < t->net->lanes; lane++) {
        enum after after = GOES_ON;
        if (t->live[lane])
            DP_TRY(attend(t, method, source, lane, &after, error));
        if (after == BEGINS_AGAIN || (after == IS_OVER && place_next(t, method, source, lane)))
            *placed = true;
    }
    return DP_OK;
}

static bool any_live(const struct dp_training *t)
{
    bool any = false;
    for (int l = 0; l < t->net->lanes; l++)
        any = any || t->live[l];
    return any;
}

// What a run is to reach, some of it measured by where it starts.
static void set_goals(struct dp_training *t, int lane)
{
    const struct dp_run *run = t->run[lane];
    t->loss_first[lane] = loss_of_set(t, lane);
    t->before[lane] = t->lowest[lane] = t->loss_first[lane];
    t->slack[lane] = (t->net->kernels->bits == 32 ? 1e-6 : 1e-12) * sqrt(t->before[lane]);
    if (run->stop_loss > 0)
        t->goal[lane] = run->stop_loss;
    if (run->stop_drop > 0)
        t->goal[lane] = fmax(t->goal[lane], (1 - run->stop_drop) * t->loss_first[lane]);
    if (run->alignment && run->stage_share > 0 && !t->batched)
        t->stage[lane] = (1 - run->stage_share) * t->loss_first[lane];
    set_aim(t, lane);
    if (isfinite(run->stop_growth) && run->method != DP_NORMALIZED_FLOW) {
        t->amplitude[lane] = run->stop_growth * dp_observe_amplitude(t->net, lane).sum;
        t->grows = true;
    }
}

/* The outputs and losses of all places, and first losses of those just placed. Runs under way keep the
 * outputs of their last step: the order of its sums may be another one, and results must not depend on when a
 * run beside them begins. */
static void measure_start(struct dp_training *t)
{
    struct dp_network *const net = t->net;
    double *const outputs = net->residual; // measured anew below
    net->kernels->output(&net->layer, &net->now.batch, outputs);
    for (int l = 0; l < net->lanes; l++)
        if (!t->live[l] || isnan(t->loss_first[l]))
            for (int64_t i = l; i < net->now.batch.count * net->layer.outputs * net->lanes; i += net->lanes)
                net->f[i] = outputs[i];
    measure(t);
    for (int l = 0; l < net->lanes; l++)
        if (t->live[l] && isnan(t->loss_first[l]))
            set_goals(t, l);
}

// learning_rate auto, for the step to come.
static void choose_rates(struct dp_training *t, const struct dp_method *method)
{
    struct dp_network *net = t->net;
    if (!t->changes || !method->choose)
        return;
    for (int l = 0; l < net->lanes; l++)
        if (t->batched && t->live[l]) // the curvature on the batch at hand
            net->scale[l] = dp_loss_scale(t->run[l], t->count[l], net->layer.outputs);
    method->choose(t);
    for (int l = 0; l < net->lanes; l++)
        if (isnan(t->rate_first[l]) && isfinite(t->base[l]))
            t->rate_first[l] = t->base[l];
}

// The rates of this step, where they change with the steps.
static void set_rates(struct dp_training *t)
{
    for (int l = 0; l < t->net->lanes && t->changes; l++)
        if (t->live[l])
            t->rate[l] = isfinite(t->base[l]) ? t->base[l] / (1 + t->decay[l] * t->steps[l]) : 0;
}

/* One step of all places. With minibatches, the kernels leave the outputs on the next batch, which then
 * becomes the present one. */
static void step(struct dp_training *t, const struct dp_method *method)
{
    struct dp_network *net = t->net;
    bool last[DP_LANES];
    memcpy(last, t->last, sizeof last);
    for (int l = 0; t->batched && l < net->lanes; l++)
        if (t->live[l])
            fill_batch(t, l, net->next);
    set_rates(t);
    method->step(t);
    if (!t->batched)
        return;
    const struct dp_point_set now = net->now;
    net->now = net->other;
    net->other = now;
    for (int l = 0; l < net->lanes; l++)
        t->epoch_over[l] = t->live[l] && last[l] && t->goal[l] >= 0;
}

// Where a step has led to.
static void assess(struct dp_training *t, const struct dp_method *method)
{
    measure(t);
    if (method->judge)
        method->judge(t);
    for (int l = 0; l < t->net->lanes; l++)
        t->steps[l] += t->live[l] && !t->flat[l] && !t->refused[l];
    if (!t->batched)
        count_rises(t);
}

/* Runs that continue from a state are loaded; all others that have just been placed are measured. */
static enum dp_status begin_all(struct dp_training *t, const struct dp_method *method,
                                const struct dp_source *source, struct dp_error *error)
{
    for (int l = 0; l < t->net->lanes; l++) {
        if (!t->live[l] || !t->placed[l].state)
            continue;
        DP_TRY(dp_training_load(t, method, source, l, error));
        t->placed[l].state = NULL;
        t->grows = t->grows || isfinite(t->amplitude[l]);
        for (double s = 0; s < t->steps[l] && t->batched; s++)
            fill_batch(t, l, &t->net->now);
    }
    measure_start(t);
    return DP_OK;
}

static void leave_all(const struct dp_training *t, const struct dp_method *method,
                      const struct dp_source *source)
{
    for (int l = 0; l < t->net->lanes; l++)
        if (t->live[l])
            source->leave(source->context, l,
                          dp_repetition_evaluations(t, l) + outcome_of(t, method, l).evaluations);
}

static enum dp_status train_loop(struct dp_training *t, const struct dp_method *method,
                                 const struct dp_source *source, struct dp_error *error)
{
    bool placed = false;
    int64_t until_look = 0;
    for (int lane = 0; lane < t->net->lanes; lane++)
        placed = place_next(t, method, source, lane) || placed;
    while (any_live(t)) {
        // a run can be over as soon as it is placed: again until none is
        while (placed) {
            DP_TRY(begin_all(t, method, source, error));
            placed = false;
            if (any_event(t))
                DP_TRY(attend_all(t, method, source, &placed, error));
        }
        if (!any_live(t))
            break;
        enum dp_wish wish = DP_GO_ON;
        if (source->look && until_look-- == 0) {
            wish = source->look(source->context, dp_repetition_steps(t, 0) + t->steps[0], t->loss[0]);
            until_look = source->apart;
        }
        if (wish != DP_GO_ON)
            DP_TRY(dp_training_save(t, method, source, error));
        if (wish == DP_STOP_NOW) {
            leave_all(t, method, source);
            break;
        }
        choose_rates(t, method);
        step(t, method);
        assess(t, method);
        if (any_event(t))
            DP_TRY(attend_all(t, method, source, &placed, error));
    }
    return DP_OK;
}

enum dp_status dp_train(const struct dp_shape *shape, struct dp_network *net, const struct dp_source *source,
                        struct dp_error *error)
{
    const struct dp_method *method = dp_method_of(shape->method);
    struct dp_training training = {.net = net, .shape = shape, .batched = shape->batched};
    if (method->begin)
        DP_TRY(method->begin(&training, error));
    const enum dp_status status = train_loop(&training, method, source, error);
    for (int l = 0; l < net->lanes; l++)
        dp_repetition_drop(&training, l);
    if (method->end)
        method->end(&training);
    return status;
}
