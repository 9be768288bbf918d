// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/inputs/inputs.h"
#include "inputs/data.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Width and inputs of a sweep that starts from files and does not say how large its networks are. */

/* The width and the inputs (0 if a file does not name them) that all files have; width and inputs: whether
 * they are asked for. */
static enum dp_status read_shape(const struct dp_sweep *sweep, const char **names, int count, bool width,
                                 bool inputs, struct dp_start *shape, struct dp_error *error)
{
    for (int i = 0; i < count; i++) {
        struct dp_start start = {0};
        DP_TRY(dp_data_start(sweep, names[i], &start, error));
        free(start.values);
        start.values = NULL;
        if (i > 0 && ((width && start.width != shape->width) || (inputs && start.inputs != shape->inputs)))
            return dp_fail(
                error, DP_BAD_INPUT,
                "%s: it has %lld neurons of %lld parameters, but %s has %lld of %lld; give each its "
                "width in a zip, such as {path: [%s, %s], width: [%lld, %lld]}",
                names[i], (long long)start.width, (long long)start.components, names[0],
                (long long)shape->width, (long long)shape->components, names[0], names[i],
                (long long)shape->width, (long long)start.width);
        *shape = start;
    }
    return DP_OK;
}

/* Whether a run's target makes its own inputs, as many as the key says. */
static bool makes_inputs(const struct dp_run *run)
{
    return run->target != DP_FILE && run->target != DP_TWO_POINTS && run->target != DP_FIVE_POINTS;
}

/* What is to be taken from the files: nothing unless every run begins at one. */
static void find_unset(const struct dp_sweep *sweep, bool *width, bool *inputs)
{
    *width = !dp_sweep_sets(sweep, "width");
    *inputs = !dp_sweep_sets(sweep, "inputs");
    for (int64_t row = 0; row < sweep->runs && (*width || *inputs); row++) {
        struct dp_run run;
        dp_sweep_run(sweep, row, &run);
        *width = *width && run.path[0];
        *inputs = *inputs && run.path[0] && makes_inputs(&run);
    }
}

/* Reads the sweep again, with these keys set. */
static enum dp_status read_again(const char *path, const char *const *overrides, int count,
                                 const struct dp_start *shape, bool width, bool inputs,
                                 struct dp_sweep *sweep, struct dp_error *error)
{
    char width_text[32], inputs_text[32];
    const char **const all = calloc((size_t)count + 2, sizeof *all);
    if (!all)
        return dp_fail(error, DP_NO_MEMORY, "%s: not enough memory for this sweep", path);
    for (int i = 0; i < count; i++)
        all[i] = overrides[i];
    snprintf(width_text, sizeof width_text, "width=%lld", (long long)shape->width);
    snprintf(inputs_text, sizeof inputs_text, "inputs=%lld", (long long)shape->inputs);
    if (width)
        all[count++] = width_text;
    if (inputs && shape->inputs > 0)
        all[count++] = inputs_text;
    const enum dp_status status = dp_sweep_read(path, all, count, sweep, error);
    free(all);
    return status;
}

enum dp_status dp_inputs_sweep(const char *path, const char *const *overrides, int count,
                               struct dp_sweep *sweep, struct dp_error *error)
{
    bool width, inputs;
    struct dp_start shape = {0};
    DP_TRY(dp_sweep_read(path, overrides, count, sweep, error));
    const int files = dp_sweep_starts(sweep, NULL, 0);
    if (files == 0)
        return DP_OK;
    find_unset(sweep, &width, &inputs);
    if (!width && !inputs)
        return DP_OK;
    const char **const names = calloc((size_t)files, sizeof *names);
    enum dp_status status = names ? DP_OK : dp_fail(error, DP_NO_MEMORY, "%s: no memory for its files", path);
    if (status == DP_OK) {
        dp_sweep_starts(sweep, names, files);
        status = read_shape(sweep, names, files, width, inputs, &shape, error);
    }
    free(names);
    dp_sweep_free(sweep);
    return status == DP_OK ? read_again(path, overrides, count, &shape, width, inputs, sweep, error) : status;
}
