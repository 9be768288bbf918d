// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/run.h"
#include "core/data/data.h"
#include "core/network/network.h"
#include "core/network/start.h"
#include "core/observe/observe.h"
#include "core/observe/sharpness.h"
#include "core/prediction/condensed.h"
#include "core/train/train.h"
#include "dewpoint/isa.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

int64_t dp_run_inputs(const struct dp_run *run, const struct dp_samples *file)
{
    return dp_data_inputs(run, file);
}

int64_t dp_run_outputs(const struct dp_run *run, const struct dp_samples *file)
{
    return dp_data_outputs(run, file);
}

int64_t dp_run_companions(const struct dp_run *run)
{
    return dp_network_stacks(run->width) ? DP_LANES : 1;
}

double dp_run_cost(const struct dp_run *run, const struct dp_samples *file)
{
    static const double sigma_cost[] = {[DP_RELU] = 1,   [DP_TANH] = 8,  [DP_SIGMOID] = 8, [DP_SOFTPLUS] = 12,
                                        [DP_LINEAR] = 1, [DP_XTANH] = 9, [DP_X2TANH] = 9};
    const int64_t points = dp_batches_wanted(run) ? dp_batches_size(run, file) : dp_data_count(run, file);
    const double n = (double)points, d = (double)dp_data_inputs(run, file);
    const double o = (double)dp_data_outputs(run, file);
    // a flow ends by its stop, usually after a hundred evaluations; gd and adam are often given a number of
    // them
    const double typical = run->method == DP_FLOW ? 100 : 20000;
    const double steps = fmin((double)dp_run_most_steps(run, file), typical);
    const double step = n * (3 * (d + 1 + o) + sigma_cost[run->activation]) + 4 * d + 7;
    return (double)run->width * (steps * step + 400) + 20000;
}

/* Some neighbours of one shape in training. */
struct group {
    const struct dp_work *work;
    int64_t count, next;
    // of the run in each place
    const struct dp_work *placed[DP_LANES];
    struct dp_samples train[DP_LANES]; // only where the sharpness asks for them again
    struct dp_samples test[DP_LANES];
    struct dp_batches batches[DP_LANES];
    double amplitude[DP_LANES]; // sum |a| |w| at the start
    double sharpness[DP_LANES]; // there
    double *columns;            // [d + 1 + o][width], room to look at one run
    double *first;              // the same, to look at where it began; NULL where nobody asks
    enum dp_status status;
    struct dp_error *error;
};

static enum dp_status place(struct group *group, const struct dp_work *work, struct dp_network *net, int lane,
                            struct dp_placed *placed)
{
    struct dp_samples train = {0};
    DP_TRY(dp_data_make(work->run, work->file, &train, &group->test[lane], group->error));
    dp_network_place(net, lane, work->run);
    enum dp_status status = dp_start_draw(net, lane, work->run, &train, work->start, group->error);
    if (status == DP_OK && dp_batches_wanted(work->run)) {
        status = dp_batches_begin(&group->batches[lane], work->run, &train, group->error);
        placed->batches = &group->batches[lane];
    } else {
        dp_network_fill(net, lane, &net->now, &train, NULL, train.count);
    }
    group->sharpness[lane] = NAN;
    if (status == DP_OK && work->run->sharpness)
        status = dp_sharpness(net, lane, work->run, &train, &group->sharpness[lane], group->error);
    group->train[lane] = train;
    if (!work->run->sharpness || placed->batches)
        dp_samples_free(&group->train[lane]);
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
    group->status = place(group, work, net, lane, placed);
    if (group->status != DP_OK)
        return false;
    if (work->trace && work->trace->weights_first)
        dp_network_copy(net, lane, false, work->trace->weights_first);
    if (placed->curve)
        group->amplitude[lane] = dp_observe_amplitude(net, lane).sum;
    return true;
}

static struct dp_neurons look_at(const struct group *group, const struct dp_network *net, int lane)
{
    dp_network_columns(net, lane, true, group->columns);
    return (struct dp_neurons){group->columns, net->layer.width, net->layer.inputs, net->layer.outputs};
}

static enum dp_status count_directions(const struct group *group, const struct dp_network *net, int lane,
                                       int64_t *directions, int64_t *lines)
{
    const struct dp_run *run = group->placed[lane]->run;
    const struct dp_neurons neurons = look_at(group, net, lane);
    const struct dp_direction_options options = {run->resolution, run->amplitude_cut, run->direction_share};
    struct dp_direction_set of_directions = {0}, of_lines = {0};
    DP_TRY(dp_directions_count(&neurons, &options, &of_directions, &of_lines, group->error));
    *directions = of_directions.count;
    *lines = of_lines.count;
    return DP_OK;
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
    const struct dp_samples *train =
        dp_batches_wanted(work->run) ? &group->batches[lane].set : &group->train[lane];
    if (work->run->sharpness)
        DP_TRY(dp_sharpness(net, lane, work->run, train, &record->sharpness, group->error));
    const struct dp_neurons neurons = look_at(group, net, lane);
    struct dp_neurons start = neurons;
    start.columns = group->first;
    if (group->first)
        dp_network_columns(net, lane, false, group->first);
    DP_TRY(dp_condensed_observe(work->run, work->file, &neurons, group->first ? &start : NULL, record,
                                group->error));
    return dp_network_loss(net, lane, work->run, &group->test[lane], &record->loss_test, group->error);
}

static void done_run(void *context, const struct dp_network *net, int lane, const struct dp_outcome *outcome)
{
    struct group *group = context;
    struct dp_record *record = group->placed[lane]->record;
    *record = (struct dp_record){
        .status = outcome->status,
        .steps = outcome->steps,
        .evaluations = outcome->evaluations,
        .bits = net->kernels->bits,
        .flow_error = outcome->flow_error,
        .flow_time = outcome->time,
        .loss_first = outcome->loss_first,
        .loss = outcome->loss,
        .loss_rises = outcome->loss_rises,
        .rate_first = outcome->rate_first,
        .rate = outcome->rate,
        .sharpness_first = group->sharpness[lane],
        .sharpness = NAN,
    };
    if (group->status == DP_OK)
        group->status = observe_end(group, net, lane, record);
    dp_samples_free(&group->train[lane]);
    dp_samples_free(&group->test[lane]);
    dp_batches_end(&group->batches[lane]);
}

// Whether two runs have the same points. (Labels may differ in more than this; places always have their own.)
static bool same_data(const struct dp_work *a, const struct dp_work *b)
{
    const struct dp_run *r = a->run, *s = b->run;
    return a->file == b->file && r->target == s->target && r->points == s->points && r->basis == s->basis &&
           r->data_seed == s->data_seed && r->input_ratio == s->input_ratio &&
           (r->low == s->low || (isnan(r->low) && isnan(s->low))) &&
           (r->high == s->high || (isnan(r->high) && isnan(s->high))) &&
           (r->basis == DP_BASIS_ORIGINAL || (r->mode_low == s->mode_low && r->mode_high == s->mode_high));
}

static enum dp_status execute(const struct dp_work *work, int64_t count, const struct dp_kernels *kernels,
                              struct dp_error *error)
{
    const struct dp_run *run = work->run;
    struct dp_network_shape shape = {
        .points = dp_batches_wanted(run) ? dp_batches_size(run, work->file) : dp_data_count(run, work->file),
        .inputs = dp_data_inputs(run, work->file),
        .outputs = dp_data_outputs(run, work->file),
        .own = dp_batches_wanted(run),
        .batched = dp_batches_wanted(run),
    };
    for (int64_t i = 1; i < count; i++)
        shape.own = shape.own || !same_data(&work[0], &work[i]);
    struct group group = {.work = work, .count = count, .error = error};
    struct dp_network net;
    DP_TRY(dp_network_acquire(run, &shape, kernels, &net, error));
    const size_t size = (size_t)(run->width * (shape.inputs + 1 + shape.outputs)) * sizeof *group.columns;
    bool predicts = false;
    for (int64_t i = 0; i < count; i++)
        predicts = predicts || dp_condensed_predicts(work[i].run);
    group.columns = malloc(size);
    group.first = predicts ? malloc(size) : NULL;
    if (!group.columns || (predicts && !group.first))
        group.status =
            dp_fail(error, DP_NO_MEMORY, "no memory to observe %lld neurons", (long long)run->width);
    const struct dp_source source = {
        .context = &group, .next = next_run, .point = keep_point, .done = done_run};
    const enum dp_status status = dp_train((enum dp_method_id)run->method, &net, &source, error);
    for (int lane = 0; lane < DP_LANES; lane++) {
        dp_samples_free(&group.train[lane]);
        dp_samples_free(&group.test[lane]);
        dp_batches_end(&group.batches[lane]);
    }
    free(group.columns);
    free(group.first);
    dp_network_release(&net);
    return status != DP_OK ? status : group.status;
}

// Whether b can be trained beside a.
static bool same_shape(const struct dp_work *a, const struct dp_work *b)
{
    const struct dp_run *r = a->run, *s = b->run;
    return r->activation == s->activation && r->width == s->width &&
           dp_run_multiplicity(r) == dp_run_multiplicity(s) && r->bias == s->bias &&
           dp_run_pace(r) == dp_run_pace(s) && r->method == s->method && dp_run_bits(r) == dp_run_bits(s) &&
           dp_batches_wanted(r) == dp_batches_wanted(s) &&
           dp_batches_size(r, a->file) == dp_batches_size(s, b->file) &&
           dp_data_count(r, a->file) == dp_data_count(s, b->file) &&
           dp_data_inputs(r, a->file) == dp_data_inputs(s, b->file) &&
           dp_data_outputs(r, a->file) == dp_data_outputs(s, b->file);
}

enum dp_status dp_runs_execute(const struct dp_work *work, int64_t count, const char *isa,
                               struct dp_error *error)
{
    const char *selected = dp_isa_select(isa);
    if (!selected)
        return dp_fail(error, DP_BAD_INPUT, "the instruction set %s is not known or not available here", isa);
    enum dp_status status = DP_OK;
    int64_t together;
    for (int64_t first = 0; first < count && status == DP_OK; first += together) {
        together = 1;
        while (first + together < count && same_shape(&work[first], &work[first + together]))
            together++;
        for (int64_t i = first; i < first + together; i++) {
            memset(work[i].record, 0, sizeof *work[i].record);
            if (work[i].trace)
                work[i].trace->curve_count = 0;
        }
        const struct dp_kernels *kernels = dp_kernels_select(selected, (int)dp_run_bits(work[first].run));
        const unsigned before = kernels->enter();
        status = execute(work + first, together, kernels, error);
        kernels->leave(before);
    }
    return status;
}

enum dp_status dp_run_execute(const struct dp_run *run, const struct dp_samples *file, const char *isa,
                              struct dp_record *record, struct dp_trace *trace, struct dp_error *error)
{
    const struct dp_work work = {.run = run, .file = file, .record = record, .trace = trace};
    return dp_runs_execute(&work, 1, isa, error);
}
