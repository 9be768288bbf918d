// SPDX-License-Identifier: BSD-3-Clause
#include "core/group.h"
#include "core/data/data.h"
#include "core/network/start.h"
#include "core/observe/early.h"
#include "core/observe/observe.h"
#include "core/observe/risk.h"
#include "core/observe/sharpness.h"
#include "core/observe/spectrum.h"
#include "core/observe/teacher.h"
#include "core/prediction/condensed.h"
#include "core/prediction/linear_modes.h"
#include "core/train/train.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The runs in training, and the data of each besides its place in the network. */
struct group {
    const struct dp_work *all, *work; // work: ours, count of them
    const struct dp_shape *shape;
    int64_t count, next;
    const struct dp_watch *watch; // may be NULL
    bool stopped;
    bool shares;                                 // all runs have the same data,
    struct dp_samples common_train, common_test; // made for the first of them
    // of the run in each place
    const struct dp_work *placed[DP_LANES];
    struct dp_samples train[DP_LANES]; // only where something at the end asks for them again
    struct dp_samples test[DP_LANES];
    struct dp_batches batches[DP_LANES];
    double amplitude[DP_LANES]; // sum |a| |w| at the start
    double sharpness[DP_LANES]; // there
    struct dp_early early[DP_LANES];
    double spectrum[DP_LANES][DP_SPECTRUM]; // there
    double *columns;                        // [d + 1 + o][width], room for the neurons of one run
    double *first;                          // the same, for where they began; NULL where no run asks
    enum dp_status status;
    struct dp_error *error;
};

static struct dp_neurons neurons_of(const struct group *group, const struct dp_network *net, int lane)
{
    dp_network_columns(net, lane, true, group->columns);
    return (struct dp_neurons){group->columns, net->layer.width, net->layer.inputs, net->layer.outputs};
}

static enum dp_status make_data(struct group *group, const struct dp_work *work, struct dp_samples *train,
                                struct dp_samples *test)
{
    if (!group->shares)
        return dp_data_make(work->run, work->file, train, test, group->error);
    if (work == group->work)
        DP_TRY(dp_data_make(work->run, work->file, &group->common_train, &group->common_test, group->error));
    *train = group->common_train;
    *test = group->common_test;
    return DP_OK;
}

static void free_data(const struct group *group, struct dp_samples *samples)
{
    if (!group->shares)
        dp_samples_free(samples);
    *samples = (struct dp_samples){0};
}

static enum dp_status place(struct group *group, const struct dp_work *work, struct dp_network *net, int lane,
                            struct dp_placed *placed)
{
    struct dp_samples train = {0};
    DP_TRY(make_data(group, work, &train, &group->test[lane]));
    dp_network_place(net, lane, work->run);
    enum dp_status status = dp_start_draw(net, lane, work->run, &train, work->start, group->error);
    if (status == DP_OK && group->shape->batched) {
        status = dp_batches_begin(&group->batches[lane], work->run, &train, group->error);
        placed->batches = &group->batches[lane];
    } else {
        dp_network_fill(net, lane, &net->now, &train, NULL, train.count);
    }
    group->sharpness[lane] = NAN;
    if (status == DP_OK) {
        const struct dp_neurons start =
            work->run->alignment ? neurons_of(group, net, lane) : (struct dp_neurons){0};
        status = dp_early_begin(work->run, &train, &start, &group->early[lane], group->error);
    }
    if (status == DP_OK && work->run->sharpness)
        status = dp_sharpness(net, lane, work->run, &train, &group->sharpness[lane], group->error);
    if (status == DP_OK && work->run->spectrum)
        status = dp_spectrum(net, lane, work->run, &train, group->spectrum[lane], group->error);
    group->train[lane] = train;
    const bool again = work->run->sharpness || work->run->spectrum || dp_modes_predict(work->run);
    if (!again || placed->batches)
        free_data(group, &group->train[lane]);
    return status;
}

static bool next_run(void *context, struct dp_network *net, int lane, struct dp_placed *placed)
{
    struct group *group = context;
    if (group->status != DP_OK || group->next >= group->count)
        return false;
    const struct dp_work *work = group->placed[lane] = &group->work[group->next++];
    placed->run = work->run;
    placed->curve = work->trace && work->trace->curve;
    placed->state = work->state;
    placed->state_size = work->state_size;
    group->status = place(group, work, net, lane, placed);
    if (group->status != DP_OK)
        return false;
    if (work->trace && work->trace->weights_first)
        dp_network_copy(net, lane, false, work->trace->weights_first);
    if (placed->curve)
        group->amplitude[lane] = dp_observe_amplitude(net, lane).sum;
    return true;
}

static enum dp_status count_directions(const struct group *group, const struct dp_network *net, int lane,
                                       int64_t *directions, int64_t *lines)
{
    const struct dp_run *run = group->placed[lane]->run;
    const struct dp_neurons neurons = neurons_of(group, net, lane);
    const struct dp_direction_options options = {run->resolution, run->amplitude_cut, run->direction_share};
    struct dp_direction_set of_directions = {0}, of_lines = {0};
    DP_TRY(dp_directions_count(&neurons, &options, &of_directions, &of_lines, group->error));
    *directions = of_directions.count;
    *lines = of_lines.count;
    return DP_OK;
}

// The samples that a run is trained on, where something asks for them again; of a stream the present frame.
static const struct dp_samples *train_of(const struct group *group, int lane)
{
    return group->shape->batched ? &group->batches[lane].set : &group->train[lane];
}

static enum dp_status measure_early(const struct group *group, const struct dp_network *net, int lane,
                                    struct dp_early_point *point)
{
    const struct dp_early *early = &group->early[lane];
    const struct dp_neurons neurons = early->asked ? neurons_of(group, net, lane) : (struct dp_neurons){0};
    return dp_early_measure(early, &neurons, point, group->error);
}

static enum dp_status measure_point(const struct group *group, const struct dp_network *net, int lane,
                                    const struct dp_outcome *now, struct dp_curve_point *point)
{
    const struct dp_work *work = group->placed[lane];
    const struct dp_order order = dp_observe_order(net, lane);
    const struct dp_amplitude amplitude = dp_observe_amplitude(net, lane);
    *point = (struct dp_curve_point){.step = (double)now->steps,
                                     .flow_time = now->time,
                                     .loss = now->loss,
                                     .rd = order.rd,
                                     .rd_w = order.rd_w,
                                     .rd_a = order.rd_a,
                                     .growth = amplitude.sum / group->amplitude[lane],
                                     .active_neurons = amplitude.active,
                                     .directions = NAN,
                                     .lines = NAN};
    if (work->run->curve_counts) {
        int64_t directions, lines;
        DP_TRY(count_directions(group, net, lane, &directions, &lines));
        point->directions = (double)directions;
        point->lines = (double)lines;
    }
    struct dp_early_point early;
    DP_TRY(measure_early(group, net, lane, &early));
    point->alignment = early.alignment;
    point->directions_effective = early.directions;
    point->lines_effective = early.lines;
    point->directions_uniform = early.directions_uniform;
    point->lines_uniform = early.lines_uniform;
    if (work->run->spectrum)
        DP_TRY(dp_spectrum(net, lane, work->run, train_of(group, lane), point->spectrum, group->error));
    struct dp_risk risk;
    DP_TRY(dp_risk(net, lane, work->run, &group->test[lane], &risk, group->error));
    point->risk = risk.all;
    point->risk_first = risk.first;
    point->risk_last = risk.last;
    return dp_network_loss(net, lane, work->run, &group->test[lane], &point->loss_test, group->error);
}

static void keep_point(void *context, const struct dp_network *net, int lane, const struct dp_outcome *now)
{
    struct group *group = context;
    struct dp_curve_point point;
    if (group->status != DP_OK)
        return;
    group->status = measure_point(group, net, lane, now, &point);
    if (group->status == DP_OK)
        dp_observe_point(group->placed[lane]->trace, net, lane, &point);
}

static void keep_stage(void *context, const struct dp_network *net, int lane, const struct dp_outcome *now)
{
    struct group *group = context;
    struct dp_early *early = &group->early[lane];
    if (group->status != DP_OK)
        return;
    early->stage_time = now->time;
    early->stage_gone = 1 - now->loss / now->loss_first;
    early->stage_rd_w = dp_observe_order(net, lane).rd_w;
    early->stage_active = dp_observe_amplitude(net, lane).active;
    group->status = measure_early(group, net, lane, &early->stage);
}

static enum dp_status observe_risk(const struct group *group, const struct dp_network *net, int lane,
                                   const struct dp_neurons *start, struct dp_record *record)
{
    const struct dp_work *work = group->placed[lane];
    const struct dp_trace *trace = work->trace;
    struct dp_risk risk;
    DP_TRY(dp_risk(net, lane, work->run, &group->test[lane], &risk, group->error));
    record->risk = risk.all;
    dp_risk_least(trace ? trace->curve : NULL, trace && trace->curve ? trace->curve_count : 0, record);
    return dp_modes_least_risk(work->run, &group->train[lane], &group->test[lane], start, record,
                               group->error);
}

static enum dp_status observe_end(const struct group *group, const struct dp_network *net, int lane,
                                  struct dp_record *record)
{
    const struct dp_work *work = group->placed[lane];
    const struct dp_order order = dp_observe_order(net, lane);
    record->rd = order.rd;
    record->rd_w = order.rd_w;
    record->rd_a = order.rd_a;
    if (work->trace && work->trace->weights_last)
        dp_network_copy(net, lane, true, work->trace->weights_last);
    if (work->run->sharpness)
        DP_TRY(dp_sharpness(net, lane, work->run, train_of(group, lane), &record->sharpness, group->error));
    if (work->run->spectrum)
        DP_TRY(dp_spectrum(net, lane, work->run, train_of(group, lane), record->spectrum, group->error));
    const struct dp_neurons neurons = neurons_of(group, net, lane);
    struct dp_neurons start = neurons;
    start.columns = group->first;
    if (group->first)
        dp_network_columns(net, lane, false, group->first);
    DP_TRY(dp_condensed_observe(work->run, work->file, &neurons, group->first ? &start : NULL, record,
                                group->error));
    struct dp_early_point early;
    DP_TRY(dp_early_measure(&group->early[lane], &neurons, &early, group->error));
    dp_early_record(&group->early[lane], &early, work->run, record);
    DP_TRY(observe_risk(group, net, lane, &start, record));
    DP_TRY(dp_teacher_observe(work->run, &neurons, record, group->error));
    return dp_network_loss(net, lane, work->run, &group->test[lane], &record->loss_test, group->error);
}

static void done_run(void *context, const struct dp_network *net, int lane, const struct dp_outcome *outcome)
{
    struct group *group = context;
    struct dp_record *record = group->placed[lane]->record;
    *record = (struct dp_record){
        .status = outcome->status,
        .stop = outcome->stop,
        .steps = outcome->steps,
        .evaluations = outcome->evaluations,
        .jacobians = outcome->jacobians,
        .bits = net->kernels->bits,
        .flow_error = outcome->flow_error,
        .flow_time = outcome->time,
        .loss_first = outcome->loss_first,
        .loss = outcome->loss,
        .loss_rises = outcome->loss_rises,
        .loss_rise = outcome->loss_rise,
        .rate_first = outcome->rate_first,
        .rate = outcome->rate,
        .sharpness_first = group->sharpness[lane],
        .sharpness = NAN,
    };
    memcpy(record->spectrum_first, group->spectrum[lane], sizeof record->spectrum_first);
    if (group->status == DP_OK)
        group->status = observe_end(group, net, lane, record);
    free_data(group, &group->train[lane]);
    free_data(group, &group->test[lane]);
    dp_batches_end(&group->batches[lane]);
    dp_early_end(&group->early[lane]);
}

static enum dp_wish look(void *context, double steps, double loss)
{
    struct group *group = context;
    const int64_t index = group->placed[0] ? group->placed[0] - group->all : 0;
    const enum dp_wish wish = group->watch->look(group->watch->context, index, steps, loss);
    group->stopped = wish == DP_STOP_NOW;
    return wish;
}

static void save(void *context, int lane, const void *state, size_t size)
{
    const struct group *group = context;
    group->watch->save(group->watch->context, group->placed[lane] - group->all, state, size);
}

static void leave(void *context, int lane, int64_t evaluations)
{
    const struct group *group = context;
    group->placed[lane]->record->evaluations = evaluations;
}

// What a run has kept so far: the end of its initial stage, and the points of its curve.
static void archive_kept(void *context, const struct dp_network *net, int lane, struct dp_archive *archive)
{
    struct group *group = context;
    struct dp_trace *trace = group->placed[lane]->trace;
    dp_early_archive(&group->early[lane], archive);
    if (!trace || !trace->curve)
        return;
    DP_ARCHIVE(archive, trace->curve_count);
    const size_t count = trace->curve_count <= trace->curve_capacity ? (size_t)trace->curve_count : 0;
    dp_archive_bytes(archive, trace->curve, count * sizeof *trace->curve);
    const size_t numbers = (size_t)(net->layer.width * (net->layer.inputs + 1 + net->layer.outputs));
    if (trace->weights_along)
        dp_archive_bytes(archive, trace->weights_along, count * numbers * sizeof *trace->weights_along);
}

// Whether the runs have each their own points; where data are shared, the points are.
static bool have_own_points(const struct dp_work *work, int64_t count, const struct dp_shape *shape)
{
    bool own = shape->batched;
    for (int64_t i = 1; i < count; i++)
        own = own || !work[i].shares_data || work[i].file != work[0].file;
    return own;
}

static enum dp_status acquire_room(struct group *group)
{
    const struct dp_shape *shape = group->shape;
    const size_t numbers = (size_t)(shape->width * (shape->inputs + 1 + shape->outputs));
    bool predicts = false;
    for (int64_t i = 0; i < group->count; i++)
        predicts =
            predicts || dp_condensed_predicts(group->work[i].run) || dp_modes_predict(group->work[i].run);
    group->columns = malloc(numbers * sizeof *group->columns);
    group->first = predicts ? malloc(numbers * sizeof *group->first) : NULL;
    if (group->columns && (group->first || !predicts))
        return DP_OK;
    return dp_fail(group->error, DP_NO_MEMORY, "no memory to observe %lld neurons", (long long)shape->width);
}

static void release_room(struct group *group)
{
    for (int lane = 0; lane < DP_LANES; lane++) {
        free_data(group, &group->train[lane]);
        free_data(group, &group->test[lane]);
        dp_batches_end(&group->batches[lane]);
        dp_early_end(&group->early[lane]);
    }
    dp_samples_free(&group->common_train);
    dp_samples_free(&group->common_test);
    free(group->columns);
    free(group->first);
}

enum dp_status dp_group_train(const struct dp_work *all, int64_t first, int64_t count,
                              const struct dp_shape *shape, const struct dp_kernels *kernels,
                              const struct dp_watch *watch, bool *stopped, struct dp_error *error)
{
    const struct dp_work *work = all + first;
    struct group group = {
        .all = all, .work = work, .shape = shape, .count = count, .watch = watch, .error = error};
    const bool own = have_own_points(work, count, shape);
    group.shares = !own && count > 1;
    const struct dp_source source = {.context = &group,
                                     .next = next_run,
                                     .point = keep_point,
                                     .stage = keep_stage,
                                     .done = done_run,
                                     .apart = watch ? watch->apart : 0,
                                     .look = watch ? look : NULL,
                                     .save = save,
                                     .leave = leave,
                                     .archive = archive_kept};
    struct dp_network net;
    DP_TRY(dp_network_acquire(shape, own, kernels, &net, error));
    enum dp_status status = acquire_room(&group);
    if (status == DP_OK)
        status = dp_train(shape, &net, &source, error);
    release_room(&group);
    dp_network_release(&net);
    *stopped = group.stopped;
    return status != DP_OK ? status : group.status;
}
