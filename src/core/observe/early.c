// SPDX-License-Identifier: BSD-3-Clause
#include "core/observe/early.h"
#include "core/directions/effective.h"
#include <math.h>

static const struct dp_early_point nothing = {NAN, NAN, NAN, NAN, NAN, NAN};

/* G, and C of it. */
static double measure_alignment(const struct dp_pull_of_data *pull, const struct dp_neurons *n,
                                double *alignment)
{
    double along = 0, square = 0;
    for (int64_t k = 0; k < n->count; k++) {
        double part = 0;
        for (int j = 0; j < pull->rows; j++) {
            const double w = n->columns[j * n->count + k];
            part += w * pull->unit[j];
            square += w * w;
        }
        along += part * part;
    }
    *alignment = sqrt(along / square);
    return (pull->rows - 1) * along / fmax(square - along, 0);
}

enum dp_status dp_early_begin(const struct dp_run *run, const struct dp_samples *train,
                              const struct dp_neurons *neurons, struct dp_early *early,
                              struct dp_error *error)
{
    *early = (struct dp_early){.asked = run->alignment,
                               .stage_time = NAN,
                               .stage_rd_w = NAN,
                               .stage_active = NAN,
                               .stage_gone = NAN,
                               .stage = nothing};
    const bool aligns = dp_run_multiplicity(run) == 1 && train->outputs == 1 && run->streaming == DP_ONE_SET;
    if (!early->asked || !aligns)
        return DP_OK;
    DP_TRY(dp_pull_acquire(run, train, &early->pull, error));
    DP_TRY(dp_linearity_measure(run, train, neurons, &early->pull, error));
    double alignment;
    early->start = measure_alignment(&early->pull, neurons, &alignment);
    return DP_OK;
}

void dp_early_end(struct dp_early *early)
{
    dp_pull_release(&early->pull);
    *early = (struct dp_early){0};
}

enum dp_status dp_early_measure(const struct dp_early *early, const struct dp_neurons *neurons,
                                struct dp_early_point *point, struct dp_error *error)
{
    struct dp_effective effective;
    *point = nothing;
    if (!early->asked)
        return DP_OK;
    if (early->pull.unit && early->pull.size > 0)
        point->gain = measure_alignment(&early->pull, neurons, &point->alignment) / early->start - 1;
    DP_TRY(dp_effective_count(neurons, &effective, error));
    point->directions = effective.directions;
    point->lines = effective.lines;
    point->directions_uniform = effective.directions_uniform;
    point->lines_uniform = effective.lines_uniform;
    return DP_OK;
}

void dp_early_record(const struct dp_early *early, const struct dp_early_point *end, const struct dp_run *run,
                     struct dp_record *record)
{
    struct dp_initial_stage predicted = {NAN, NAN, NAN, NAN};
    if (early->pull.unit)
        predicted = dp_initial_stage(run, &early->pull, early->stage_gone);
    record->alignment = end->alignment;
    record->directions_effective = end->directions;
    record->lines_effective = end->lines;
    record->directions_uniform = end->directions_uniform;
    record->lines_uniform = end->lines_uniform;
    record->stage_end = early->asked ? early->stage_time : (double)NAN;
    record->stage_alignment = early->asked ? early->stage.alignment : (double)NAN;
    record->stage_gain = early->asked ? early->stage.gain : (double)NAN;
    record->stage_rd_w = early->asked ? early->stage_rd_w : (double)NAN;
    record->stage_active = early->asked ? early->stage_active : (double)NAN;
    record->stage_directions = early->asked ? early->stage.directions : (double)NAN;
    record->stage_lines = early->asked ? early->stage.lines : (double)NAN;
    record->stage_end_predicted = predicted.time;
    record->alignment_predicted = predicted.alignment;
    record->gain_predicted = predicted.gain;
    record->rd_w_predicted = predicted.rd_w;
}

void dp_early_archive(struct dp_early *early, struct dp_archive *archive)
{
    DP_ARCHIVE(archive, early->stage_time);
    DP_ARCHIVE(archive, early->stage_rd_w);
    DP_ARCHIVE(archive, early->stage_active);
    DP_ARCHIVE(archive, early->stage_gone);
    DP_ARCHIVE(archive, early->stage);
}
