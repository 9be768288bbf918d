// SPDX-License-Identifier: BSD-3-Clause
#include "core/prediction/condensed.h"
#include "core/data/data.h"
#include "core/prediction/extrema/basin.h"
#include "core/prediction/extrema/extrema.h"
#include "core/prediction/match.h"
#include "dewpoint/core/activations.h"
#include <math.h>
#include <stdlib.h>

// In parts of direction_share: amplitudes at the end differ by what a step of normalized flow adds.
static const double LEAST_EXPECTED_SHARE = 1.1;

bool dp_condensed_predicts(const struct dp_run *run)
{
    return run->directions && dp_run_multiplicity(run) > 0 && run->prediction_starts > 0;
}

/* The samples on which the run is trained: the file itself, or samples made into own. */
static enum dp_status find_samples(const struct dp_run *run, const struct dp_samples *file,
                                   struct dp_samples *own, const struct dp_samples **samples,
                                   struct dp_error *error)
{
    struct dp_run alone = *run;
    struct dp_samples test;
    *samples = file;
    if (file && run->basis == DP_BASIS_ORIGINAL)
        return DP_OK;
    alone.test_samples = 0;
    DP_TRY(dp_data_make(&alone, file, own, &test, error));
    dp_samples_free(&test);
    *samples = own;
    return DP_OK;
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

/* The neurons of a run, and room for its directions. */
struct scene {
    const struct dp_run *run;
    const struct dp_neurons *now, *start;
    struct dp_direction_set measured;
    double *predicted; // [2 DP_EXTREMA_LINES][rows]
    double *unit;      // [DP_EXTREMA_LINES][rows]
};

static bool is_predicted(const struct scene *scene)
{
    return scene->start && dp_condensed_predicts(scene->run) && scene->run->streaming == DP_ONE_SET &&
           scene->now->outputs == 1;
}

/* Finds why predicted directions, [count][rows], were missed: by the shares of the amplitude that start
 * towards them, and the angles to the measured directions (NAN: none). */
static void explain(const struct dp_run *run, const double *predicted, int64_t count, int rows,
                    const double *share, const double *angle, struct dp_record *record)
{
    record->directions_faint = record->directions_merged = record->directions_lost = 0;
    for (int64_t i = 0; i < count; i++) {
        bool merged = false;
        for (int64_t k = 0; k < count && isnan(angle[i]); k++)
            if (k != i && dp_angle_between(predicted + i * rows, predicted + k * rows, rows) <=
                              run->resolution * DP_DEGREE)
                merged = merged || !isnan(angle[k]) || share[k] > share[i];
        if (!isnan(angle[i]))
            continue;
        if (share[i] < LEAST_EXPECTED_SHARE * run->direction_share)
            record->directions_faint++;
        else if (merged)
            record->directions_merged++;
        else
            record->directions_lost++;
    }
}

static enum dp_status compare(const struct scene *scene, const struct dp_samples *samples,
                              const struct dp_extrema_options *options, const struct dp_extrema *extrema,
                              struct dp_record *record, struct dp_error *error)
{
    const struct dp_run *run = scene->run;
    const struct dp_direction_set *measured = &scene->measured;
    const int rows = scene->now->inputs + 1;
    double angle[2 * DP_EXTREMA_LINES], share[2 * DP_EXTREMA_LINES];
    expand(extrema, rows, scene->now->inputs + options->bias, scene->predicted);
    const int64_t kept = measured->count < measured->capacity ? measured->count : measured->capacity;
    const struct dp_match match = dp_match_directions(measured->unit, kept, scene->predicted, extrema->count,
                                                      rows, run->resolution, angle);
    record->directions_predicted = extrema->count;
    record->lines_predicted = extrema->lines;
    record->directions_matched = match.matched;
    record->directions_missed = match.missed;
    record->directions_extra = measured->count - match.matched;
    record->angle_error = match.largest;
    DP_TRY(dp_basin_shares(samples, options, extrema, scene->start, share, error));
    explain(run, scene->predicted, extrema->count, rows, share, angle, record);
    return DP_OK;
}

static enum dp_status predict(const struct scene *scene, const struct dp_samples *file,
                              struct dp_record *record, struct dp_error *error)
{
    const struct dp_run *run = scene->run;
    const struct dp_extrema_options options = {.power = (int)dp_run_multiplicity(run),
                                               .bias = run->bias,
                                               .constant = dp_activations[run->activation].at_zero != 0,
                                               .starts = (int)run->prediction_starts};
    struct dp_extremum line[DP_EXTREMA_LINES];
    struct dp_extrema extrema = {.capacity = DP_EXTREMA_LINES, .line = line, .unit = scene->unit};
    struct dp_samples own = {0};
    const struct dp_samples *samples;
    DP_TRY(find_samples(run, file, &own, &samples, error));
    enum dp_status status = dp_extrema_find(samples, &options, &extrema, error);
    if (status == DP_OK) {
        record->prediction = extrema.kind == DP_EXTREMA_COUNTED ? DP_PREDICTION_COUNTED
                             : extrema.kind == DP_EXTREMA_FLAT  ? DP_PREDICTION_FLAT
                                                                : DP_PREDICTION_ZERO;
        record->prediction_unseen = extrema.unseen;
    }
    if (status == DP_OK && extrema.kind == DP_EXTREMA_COUNTED) {
        record->prediction_pull = line[0].pull;
        for (int64_t i = 1; i < extrema.lines; i++)
            record->prediction_pull = fmin(record->prediction_pull, line[i].pull);
        status = compare(scene, samples, &options, &extrema, record, error);
    }
    dp_samples_free(&own);
    return status;
}

static enum dp_status observe(const struct dp_samples *file, struct scene *scene, struct dp_record *record,
                              struct dp_error *error)
{
    const struct dp_run *run = scene->run;
    const struct dp_direction_options options = {run->resolution, run->amplitude_cut, run->direction_share};
    struct dp_direction kept[DP_DIRECTIONS_KEPT];
    struct dp_direction_set *directions = &scene->measured, lines = {0};
    directions->kept = kept;
    DP_TRY(dp_directions_count(scene->now, &options, directions, &lines, error));
    record->directions = directions->count;
    record->lines = lines.count;
    record->uncondensed = directions->rest;
    record->active_neurons = directions->effective;
    record->direction_width = directions->count > 0 ? 0 : NAN;
    for (int64_t i = 0; i < directions->count && i < directions->capacity; i++)
        record->direction_width = fmax(record->direction_width, kept[i].width);
    return is_predicted(scene) ? predict(scene, file, record, error) : DP_OK;
}

enum dp_status dp_condensed_observe(const struct dp_run *run, const struct dp_samples *file,
                                    const struct dp_neurons *neurons, const struct dp_neurons *start,
                                    struct dp_record *record, struct dp_error *error)
{
    enum { VECTORS = DP_DIRECTIONS_KEPT + 3 * DP_EXTREMA_LINES }; // measured, predicted twice, their lines
    const int rows = neurons->inputs + 1;
    record->prediction = DP_PREDICTION_NONE;
    record->directions_predicted = record->lines_predicted = -1;
    record->directions_matched = record->directions_missed = record->directions_extra = -1;
    record->directions_faint = record->directions_merged = record->directions_lost = -1;
    record->angle_error = record->prediction_unseen = record->prediction_pull = NAN;
    record->directions = record->lines = -1;
    record->uncondensed = record->active_neurons = record->direction_width = NAN;
    if (!run->directions)
        return DP_OK;
    double small[VECTORS * 3], *room = small;
    if (rows > 3)
        room = malloc((size_t)(VECTORS * rows) * sizeof *room);
    if (!room)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the directions of %lld neurons",
                       (long long)neurons->count);
    struct scene scene = {.run = run, .now = neurons, .start = start};
    scene.measured = (struct dp_direction_set){.capacity = DP_DIRECTIONS_KEPT, .unit = room};
    scene.predicted = room + DP_DIRECTIONS_KEPT * rows;
    scene.unit = scene.predicted + 2 * DP_EXTREMA_LINES * rows;
    const enum dp_status status = observe(file, &scene, record, error);
    if (room != small)
        free(room);
    return status;
}
