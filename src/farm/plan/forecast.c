// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm/forecast.h"
#include "dewpoint/farm/simulation.h"
#include "farm/scheduling/queue.h"
#include <math.h>
#include <stdlib.h>

static const double latency = 20e-6, service = 2e-6, overhead = 2e-4; // s, measured on two cores
static const double start_and_end = .5;                               // s of MPI, creating and closing
static const double worth = .8;                                       // efficiency
static const double model_factor = 10;                                // the built-in model may be off by this
// And too low by this where flow may have to fit noise: of a noisy cubic of 40 points, 5 times for relu, but
// more than 900 times for tanh.
static const double noisy_relu_factor = 100, noisy_smooth_factor = 1000;
static const double least_error = .1;                                   // relative: machines are not steady
static const double time_reserve = 1.25, least_reserve = 60;            // factor and s
static const double program_memory = 60e6;                              // bytes, with its libraries
static const double creation_memory = 400, most_creation_memory = 72e6; // bytes a row, and of all rows
static const double traces_memory = 134e6;    // of rows in training and of rows that wait to be stored
static const double row_memory = 8;           // bytes for each row during the job
static const int64_t most_simulated = 300000; // rows, when several jobs are simulated
static const int64_t most_looks = 100000;     // rows
static const int most_ranks = 1 << 20;

/* The costs that the simulated runs have: the means that the model expects. */
static double train(int64_t first, int64_t count, double *evaluations, void *context)
{
    return dp_scheduler_expected(context, (struct dp_chunk){first, count}, evaluations);
}

static enum dp_status simulate(const struct dp_efforts *efforts, struct dp_scheduler *model, int ranks,
                               struct dp_simulated *result, struct dp_error *error)
{
    const struct dp_scheduler_options options = {.ranks = ranks, .grain = dp_scheduler_grain(ranks)};
    const struct dp_simulation simulation = {.ranks = ranks,
                                             .latency = latency,
                                             .service = service,
                                             .overhead = overhead,
                                             .train = train,
                                             .context = model};
    struct dp_scheduler *scheduler;
    DP_TRY(dp_scheduler_create(efforts->sweep->runs, NULL, dp_effort_of_row, (void *)(uintptr_t)efforts,
                               &options, &scheduler, error));
    const enum dp_status status = dp_simulate(&simulation, scheduler, result, error);
    dp_scheduler_free(scheduler);
    return status;
}

static double efficiency(double work, int ranks, double makespan)
{
    return work / (ranks * (makespan + start_and_end));
}

/* The most ranks that are worth asking for: by simulation, or from the longest run of a huge sweep. */
static enum dp_status find_worth(const struct dp_efforts *efforts, struct dp_scheduler *model,
                                 struct dp_forecast *e, struct dp_error *error)
{
    int low = 1;
    double most = fmin(e->work / (worth * (e->longest + start_and_end)), most_ranks);
    most = fmin(most, (double)efforts->sweep->runs);
    int high = most < 1 ? 1 : (int)most;
    if (efforts->sweep->runs > most_simulated) {
        e->ranks_worth = high;
        return DP_OK;
    }
    while (high - low > low / 16) { // to some per cent
        const int middle = high > 4 * low ? 2 * low : low + (high - low + 1) / 2;
        struct dp_simulated result;
        DP_TRY(simulate(efforts, model, middle, &result, error));
        if (efficiency(result.work, middle, result.makespan) >= worth)
            low = middle;
        else
            high = middle - 1;
    }
    e->ranks_worth = low;
    return DP_OK;
}

/* The relative standard error of the work: how far the known rows are from what the model expects of them,
 * each weighted with the part of the work that it stands for. */
static double standard_error(const struct dp_efforts *efforts, const struct dp_knowledge *k,
                             const struct dp_scheduler *model, double work)
{
    double stands_for[DP_OCTAVES] = {0}, sum[DP_OCTAVES] = {0}, variance = 0;
    const int64_t rows = efforts->sweep->runs, looks = rows < most_looks ? rows : most_looks;
    for (int64_t i = 0; i < looks; i++) {
        const int64_t row = i * (rows / looks);
        const struct dp_effort effort = dp_effort_of_row(row, (void *)(uintptr_t)efforts);
        stands_for[dp_queue_octave(effort.operations)] += dp_scheduler_row_seconds(model, row);
    }
    double all = 0;
    for (int i = 0; i < DP_OCTAVES; i++)
        all += stands_for[i];
    for (int64_t i = 0; i < k->count; i++)
        sum[dp_queue_octave(k->known[i].effort.operations)] += k->known[i].seconds;
    for (int64_t i = 0; i < k->count; i++) {
        const struct dp_known_cost *known = &k->known[i];
        const int octave = dp_queue_octave(known->effort.operations);
        const double mean = sum[octave] > 0 ? known->seconds / sum[octave] : 0;
        const double expected = dp_scheduler_expected_of(model, &known->effort) * known->rows;
        const double off = expected > 0 ? fmin(fabs(known->seconds / expected - 1), 3) : 0;
        variance += pow(mean * stands_for[octave] / all * off, 2);
    }
    return work > 0 ? sqrt(variance) : 0;
}

/* How many times more the sweep may take than the built-in model says. Labels of files may be noisy: the
 * model does not look at them. */
static double factor_above(const struct dp_efforts *efforts)
{
    const int64_t rows = efforts->sweep->runs, stride = 1 + rows / most_looks;
    double factor = model_factor;
    for (int64_t row = 0; row < rows; row += stride) {
        struct dp_run run;
        dp_sweep_run(efforts->sweep, row, &run);
        if (run.method == DP_FLOW && (run.target == DP_FILE || run.noise > 0))
            factor = fmax(factor, run.activation == DP_RELU ? noisy_relu_factor : noisy_smooth_factor);
    }
    return factor;
}

/* Few known rows say little: runs of a sweep differ by as much as they take on average. */
static void find_range(const struct dp_efforts *efforts, const struct dp_knowledge *k,
                       const struct dp_scheduler *model, struct dp_forecast *e)
{
    if (k->count == 0) {
        e->low = e->work / model_factor;
        e->high = e->work * factor_above(efforts);
        return;
    }
    const double few = 2 / sqrt(fmax(1, (double)k->rows));
    const double off = fmax(least_error, fmax(few, 2 * standard_error(efforts, k, model, e->work)));
    e->low = e->work / (1 + off);
    e->high = e->work * (1 + off);
}

/* The largest of some rows, the last one among them. */
static void look_at_rows(const struct dp_efforts *efforts, const struct dp_scheduler *model,
                         struct dp_forecast *e)
{
    const int64_t rows = efforts->sweep->runs, stride = 1 + rows / most_looks;
    double kept, most = fmin(creation_memory * (double)rows, most_creation_memory);
    for (int64_t row = 0; row < rows + stride - 1; row += stride) {
        const int64_t at = row < rows ? row : rows - 1;
        const double training = dp_inputs_memory(efforts->sweep, efforts->inputs, at, &kept);
        const double all_kept = kept * fmax(1, (double)rows / (double)e->ranks);
        most = fmax(most, training + fmax(kept, fmin(all_kept, traces_memory)));
        e->longest = fmax(e->longest, dp_scheduler_row_seconds(model, at));
    }
    e->memory = program_memory + most + row_memory * (double)rows;
}

enum dp_status dp_forecast_make(const struct dp_efforts *efforts, const struct dp_knowledge *knowledge,
                                int ranks, struct dp_forecast *e, struct dp_error *error)
{
    const struct dp_scheduler_options options = {.ranks = ranks, .grain = dp_scheduler_grain(ranks)};
    struct dp_scheduler *model;
    struct dp_simulated result = {0};
    *e = (struct dp_forecast){.ranks = ranks};
    DP_TRY(dp_scheduler_create(efforts->sweep->runs, NULL, dp_effort_of_row, (void *)(uintptr_t)efforts,
                               &options, &model, error));
    dp_knowledge_give(knowledge, model);
    e->work = dp_scheduler_work_left(model);
    look_at_rows(efforts, model, e);
    find_range(efforts, knowledge, model, e);
    enum dp_status status = simulate(efforts, model, ranks, &result, error);
    if (status == DP_OK)
        status = find_worth(efforts, model, e, error);
    dp_scheduler_free(model);
    e->makespan = result.makespan;
    e->bound = fmax(e->work / ranks, e->longest);
    e->efficiency = efficiency(e->work, ranks, e->makespan);
    // no queue takes a hundred times as long; the job goes on in the next one
    const double factor = e->work > 0 ? fmin(e->high / e->work, model_factor) : 1;
    const double at_worst = (e->makespan + start_and_end) * factor;
    e->time_limit = 60 * ceil(fmax(at_worst * time_reserve, at_worst + least_reserve) / 60);
    return status;
}
