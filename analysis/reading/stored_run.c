// SPDX-License-Identifier: BSD-3-Clause
#include "reading/stored_run.h"
#include "dewpoint/core/model.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum dp_status read_whole(const struct dp_store *store, const char *column, int64_t row,
                                 int64_t *value, struct dp_error *error)
{
    double number;
    DP_TRY(dp_store_read(store, column, row, 1, &number, error));
    *value = (int64_t)number;
    return DP_OK;
}

/* The points of the curve that the run kept. */
static enum dp_status read_curve(struct dp_stored_run *s, struct dp_error *error)
{
    static const char *const columns[] = {"curve_step", "curve_flow_time", "curve_loss"};
    double **const values[] = {&s->step, &s->flow_time, &s->loss};
    int64_t rows, inner;
    dp_store_shape(s->store, "curve_step", &rows, &inner);
    for (int c = 0; c < 3 && inner > 0; c++) {
        *values[c] = malloc((size_t)inner * sizeof(double));
        if (!*values[c])
            return dp_fail(error, DP_NO_MEMORY, "no memory for the curve of a run");
        DP_TRY(dp_store_read(s->store, columns[c], s->row, 1, *values[c], error));
    }
    while (s->points < inner && !isnan(s->step[s->points]))
        s->points++;
    return DP_OK;
}

static enum dp_status read_shape(struct dp_stored_run *s, struct dp_error *error)
{
    int64_t size = 0;
    if (!dp_store_has(s->store, "weights_inputs"))
        return DP_OK;
    DP_TRY(read_whole(s->store, "weights_inputs", s->row, &s->inputs, error));
    DP_TRY(read_whole(s->store, "weights_outputs", s->row, &s->outputs, error));
    s->components = s->inputs + 1 + s->outputs;
    if (dp_store_has(s->store, "weights_row_size")) {
        DP_TRY(read_whole(s->store, "weights_row_size", s->row, &size, error));
        s->ends = size > 0;
    }
    if (dp_store_has(s->store, "along_row_size")) {
        DP_TRY(read_whole(s->store, "along_row_size", s->row, &size, error));
        s->along = size > 0;
    }
    return DP_OK;
}

enum dp_status dp_stored_run_open(const struct dp_store *store, int64_t row, struct dp_stored_run *stored,
                                  struct dp_error *error)
{
    int64_t status;
    *stored = (struct dp_stored_run){.store = store, .row = row};
    DP_TRY(read_whole(store, "status", row, &status, error));
    if (status == DP_PENDING)
        return dp_fail(error, DP_BAD_INPUT, "run %lld is still pending: nothing of it has been written",
                       (long long)row);
    DP_TRY(dp_store_sweep(store, &stored->sweep, error));
    dp_sweep_run(&stored->sweep, row, &stored->run);
    enum dp_status outcome = read_shape(stored, error);
    if (outcome == DP_OK)
        outcome = read_curve(stored, error);
    if (outcome != DP_OK)
        dp_stored_run_close(stored);
    return outcome;
}

void dp_stored_run_close(struct dp_stored_run *stored)
{
    if (stored->sweep.expansion)
        dp_sweep_free(&stored->sweep);
    free(stored->step);
    free(stored->flow_time);
    free(stored->loss);
    *stored = (struct dp_stored_run){0};
}

static enum dp_status parse_step(const struct dp_stored_run *s, const char *text, int64_t *point,
                                 struct dp_error *error)
{
    char *end;
    const double step = strtod(text, &end);
    if (end == text || *end)
        return dp_fail(error, DP_BAD_INPUT, "--point step=%s: a step is a whole number", text);
    int64_t near = 0;
    for (int64_t p = 0; p < s->points; p++)
        near = fabs(s->step[p] - step) < fabs(s->step[near] - step) ? p : near;
    if (s->points > 0 && s->step[near] == step) {
        *point = near;
        return DP_OK;
    }
    if (s->points == 0)
        return dp_fail(
            error, DP_BAD_INPUT,
            "--point step=%s: run %lld keeps no curve; set observe: {curve_ratio: 1.1} and run again", text,
            (long long)s->row);
    return dp_fail(error, DP_BAD_INPUT,
                   "--point step=%s: the curve of run %lld has no point there; the nearest is step=%.0f",
                   text, (long long)s->row, s->step[near]);
}

enum dp_status dp_stored_run_point(const struct dp_stored_run *stored, const char *text, int64_t *point,
                                   struct dp_error *error)
{
    char *end;
    if (strcmp(text, "first") == 0 || strcmp(text, "last") == 0) {
        *point = *text == 'f' ? DP_POINT_FIRST : DP_POINT_LAST;
        return DP_OK;
    }
    if (strncmp(text, "step=", 5) == 0)
        return parse_step(stored, text + 5, point, error);
    errno = 0;
    *point = strtoll(text, &end, 10);
    if (errno || end == text || *end || *point < 0)
        return dp_fail(error, DP_BAD_INPUT,
                       "--point %s: write first, last, the number of a point of the curve, or step=N", text);
    if (*point >= stored->points)
        return dp_fail(error, DP_BAD_INPUT, "--point %s: the curve of run %lld has %lld points, 0 to %lld",
                       text, (long long)stored->row, (long long)stored->points,
                       (long long)stored->points - 1);
    return DP_OK;
}

double dp_stored_run_step(const struct dp_stored_run *stored, int64_t point)
{
    double steps = NAN;
    if (point >= 0)
        return stored->step[point];
    if (point == DP_POINT_FIRST)
        return 0;
    return dp_store_read(stored->store, "steps", stored->row, 1, &steps, NULL) == DP_OK ? steps : NAN;
}

enum dp_status dp_stored_run_check_along(const struct dp_stored_run *stored, struct dp_error *error)
{
    if (stored->along)
        return DP_OK;
    return dp_fail(
        error, DP_BAD_INPUT,
        "run %lld keeps no neurons along its curve; set store: {trajectories: all} (or a condition "
        "that holds for it) and observe: {curve_ratio: 1.1}, and run again into a new store",
        (long long)stored->row);
}

enum dp_status dp_stored_run_check_point(const struct dp_stored_run *stored, int64_t point,
                                         struct dp_error *error)
{
    if (point >= 0)
        return dp_stored_run_check_along(stored, error);
    if (stored->ends || stored->along)
        return DP_OK;
    return dp_fail(
        error, DP_BAD_INPUT,
        "run %lld keeps no neurons; set store: {weights: all} (or a condition that holds for it) and "
        "run again into a new store",
        (long long)stored->row);
}

/* Reads width rows of a ragged column, dropping the components that only other runs have. */
static enum dp_status read_rows(const struct dp_stored_run *s, const char *column, int64_t first,
                                double *neurons, struct dp_error *error)
{
    const int64_t width = s->run.width;
    int64_t rows, inner;
    dp_store_shape(s->store, column, &rows, &inner);
    if (inner == s->components)
        return dp_store_read(s->store, column, first, width, neurons, error);
    double *const wide = malloc((size_t)(width * inner) * sizeof *wide);
    if (!wide)
        return dp_fail(error, DP_NO_MEMORY, "no memory for %lld neurons", (long long)width);
    const enum dp_status status = dp_store_read(s->store, column, first, width, wide, error);
    for (int64_t k = 0; k < width && status == DP_OK; k++)
        memcpy(neurons + k * s->components, wide + k * inner, (size_t)s->components * sizeof *wide);
    free(wide);
    return status;
}

enum dp_status dp_stored_run_neurons(const struct dp_stored_run *stored, int64_t point, double **neurons,
                                     struct dp_error *error)
{
    int64_t first;
    DP_TRY(dp_stored_run_check_point(stored, point, error));
    *neurons = malloc((size_t)(stored->run.width * stored->components) * sizeof **neurons);
    if (!*neurons)
        return dp_fail(error, DP_NO_MEMORY, "no memory for %lld neurons", (long long)stored->run.width);
    enum dp_status status;
    if (point < 0 && stored->ends) {
        status = read_whole(stored->store, "weights_offset", stored->row, &first, error);
        if (status == DP_OK)
            status = read_rows(stored, point == DP_POINT_FIRST ? "weights_first" : "weights_last", first,
                               *neurons, error);
    } else {
        const int64_t p = point >= 0 ? point : point == DP_POINT_FIRST ? 0 : stored->points - 1;
        status = read_whole(stored->store, "along_offset", stored->row, &first, error);
        if (status == DP_OK)
            status = read_rows(stored, "weights_along", first + p * stored->run.width, *neurons, error);
    }
    if (status != DP_OK) {
        free(*neurons);
        *neurons = NULL;
    }
    return status;
}

enum dp_status dp_stored_run_data(const struct dp_stored_run *stored, struct dp_samples *train,
                                  struct dp_samples *test, struct dp_error *error)
{
    struct dp_inputs inputs;
    char digest[17];
    DP_TRY(dp_inputs_read(&stored->sweep, &inputs, error));
    dp_inputs_digest(&inputs, digest);
    enum dp_status status = DP_OK;
    if (strcmp(digest, dp_store_text(stored->store, "data_digest")) != 0)
        status = dp_fail(error, DP_BAD_INPUT,
                         "the files that the runs read are not those that the store was made from");
    if (status == DP_OK)
        status = dp_run_data(&stored->run, dp_inputs_data(&inputs, &stored->run), train, test, error);
    dp_inputs_free(&inputs);
    return status;
}

const char *dp_stored_run_name(const struct dp_stored_run *stored, char *text, size_t size)
{
    char value[DP_TEXT];
    snprintf(text, size, "run %lld", (long long)stored->row);
    for (int a = 0; a < stored->sweep.axis_count; a++) {
        const struct dp_key *const key = stored->sweep.axes[a].key;
        const size_t used = strlen(text);
        if (stored->sweep.axes[a].count > 1)
            snprintf(text + used, size - used, ", %s %.60s", key->name,
                     dp_key_format(key, &stored->run, value, sizeof value));
    }
    return text;
}
