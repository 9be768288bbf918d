// SPDX-License-Identifier: BSD-3-Clause
#include "core/condensed.h"
#include "core/data.h"
#include "core/extrema.h"
#include "core/match.h"
#include <math.h>
#include <stdlib.h>

static bool is_predicted(const struct dp_run *run, const struct dp_samples *file)
{
    return dp_run_multiplicity(run) > 0 && run->prediction_starts > 0 && run->streaming == DP_ONE_SET &&
           dp_data_outputs(run, file) == 1;
}

static enum dp_status find_extrema(const struct dp_run *run, const struct dp_samples *file,
                                   struct dp_extrema *extrema, struct dp_error *error)
{
    const struct dp_extrema_options options = {
        .power = (int)dp_run_multiplicity(run), .bias = run->bias, .starts = (int)run->prediction_starts};
    if (file && run->basis == DP_BASIS_ORIGINAL)
        return dp_extrema_find(file, &options, extrema, error);
    struct dp_run alone = *run;
    struct dp_samples train, test;
    alone.test_samples = 0;
    DP_TRY(dp_data_make(&alone, file, &train, &test, error));
    dp_samples_free(&test);
    const enum dp_status status = dp_extrema_find(&train, &options, extrema, error);
    dp_samples_free(&train);
    return status;
}

// All directions of the lines; without a bias neurons have one that is 0.
static void expand(const struct dp_extrema *extrema, int rows, int own, double *predicted)
{
    const int sides = extrema->one_sided ? 1 : 2;
    for (int64_t k = 0; k < sides * extrema->lines; k++)
        for (int j = 0; j < rows; j++) {
            const double component = j < own ? extrema->unit[k / sides * own + j] : 0;
            predicted[k * rows + j] = k % sides ? -component : component;
        }
}

static enum dp_status predict(const struct dp_run *run, const struct dp_samples *file, int inputs,
                              const struct dp_direction_set *measured, double *predicted,
                              struct dp_record *record, struct dp_error *error)
{
    struct dp_extremum line[DP_EXTREMA_LINES];
    const int rows = inputs + 1, own = inputs + (run->bias != 0);
    struct dp_extrema extrema = {
        .capacity = DP_EXTREMA_LINES, .line = line, .unit = predicted + 2 * DP_EXTREMA_LINES * rows};
    DP_TRY(find_extrema(run, file, &extrema, error));
    record->prediction = extrema.kind == DP_EXTREMA_COUNTED ? DP_PREDICTION_COUNTED
                         : extrema.kind == DP_EXTREMA_FLAT  ? DP_PREDICTION_FLAT
                                                            : DP_PREDICTION_ZERO;
    record->prediction_unseen = extrema.unseen;
    if (extrema.kind != DP_EXTREMA_COUNTED)
        return DP_OK;
    record->prediction_pull = line[0].pull;
    for (int64_t i = 1; i < extrema.lines; i++)
        record->prediction_pull = fmin(record->prediction_pull, line[i].pull);
    expand(&extrema, rows, own, predicted);
    const int64_t kept = measured->count < measured->capacity ? measured->count : measured->capacity;
    const struct dp_match match =
        dp_match_directions(measured->unit, kept, predicted, extrema.count, rows, run->resolution, NULL);
    record->directions_predicted = extrema.count;
    record->lines_predicted = extrema.lines;
    record->directions_matched = match.matched;
    record->directions_missed = match.missed;
    record->directions_extra = measured->count - match.matched;
    record->angle_error = match.largest;
    return DP_OK;
}

static enum dp_status observe(const struct dp_run *run, const struct dp_samples *file,
                              const struct dp_neurons *neurons, double *room, struct dp_record *record,
                              struct dp_error *error)
{
    const struct dp_direction_options options = {run->resolution, run->amplitude_cut, run->direction_share};
    struct dp_direction kept[DP_DIRECTIONS_KEPT];
    struct dp_direction_set directions = {.capacity = DP_DIRECTIONS_KEPT, .kept = kept, .unit = room},
                            lines = {0};
    DP_TRY(dp_directions_count(neurons, &options, &directions, &lines, error));
    record->directions = directions.count;
    record->lines = lines.count;
    record->uncondensed = directions.rest;
    record->active_neurons = directions.effective;
    record->direction_width = directions.count > 0 ? 0 : NAN;
    for (int64_t i = 0; i < directions.count && i < directions.capacity; i++)
        record->direction_width = fmax(record->direction_width, kept[i].width);
    if (!is_predicted(run, file))
        return DP_OK;
    return predict(run, file, neurons->inputs, &directions, room + DP_DIRECTIONS_KEPT * (neurons->inputs + 1),
                   record, error);
}

enum dp_status dp_condensed_observe(const struct dp_run *run, const struct dp_samples *file,
                                    const struct dp_neurons *neurons, struct dp_record *record,
                                    struct dp_error *error)
{
    enum { VECTORS = DP_DIRECTIONS_KEPT + 3 * DP_EXTREMA_LINES }; // measured, predicted twice, their lines
    record->prediction = DP_PREDICTION_NONE;
    record->directions_predicted = record->lines_predicted = -1;
    record->directions_matched = record->directions_missed = record->directions_extra = -1;
    record->angle_error = record->prediction_unseen = record->prediction_pull = NAN;
    double small[VECTORS * 3], *room = small;
    if (neurons->inputs > 2)
        room = malloc((size_t)(VECTORS * (neurons->inputs + 1)) * sizeof *room);
    if (!room)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the directions of %lld neurons",
                       (long long)neurons->count);
    const enum dp_status status = observe(run, file, neurons, room, record, error);
    if (room != small)
        free(room);
    return status;
}
