// SPDX-License-Identifier: BSD-3-Clause
#include "phase/options.h"
#include "figures/figure.h"
#include <stdlib.h>
#include <string.h>

enum { REPLICATES_LEAST = 100, REPLICATES_MOST = 100000 };

const struct dp_option dp_phase_table[DP_PHASE_OPTIONS] = {
    {"--x", DP_OPTION_TEXT, offsetof(struct dp_phase_options, x)},
    {"--y", DP_OPTION_TEXT, offsetof(struct dp_phase_options, y)},
    {"--value", DP_OPTION_TEXT, offsetof(struct dp_phase_options, value)},
    {"--at", DP_OPTION_MANY, offsetof(struct dp_phase_options, at)},
    {"--average", DP_OPTION_MANY, offsetof(struct dp_phase_options, average)},
    {"--doubtful", DP_OPTION_FLAG, offsetof(struct dp_phase_options, doubtful)},
    {"--weights", DP_OPTION_TEXT, offsetof(struct dp_phase_options, weights)},
    {"--bootstrap", DP_OPTION_TEXT, offsetof(struct dp_phase_options, bootstrap)},
    {"--csv", DP_OPTION_TEXT, offsetof(struct dp_phase_options, csv)},
    {"--netcdf", DP_OPTION_TEXT, offsetof(struct dp_phase_options, netcdf)},
    {"--plot", DP_OPTION_TEXT, offsetof(struct dp_phase_options, plot)},
};

static enum dp_status parse_weights(struct dp_phase_options *options, struct dp_error *error)
{
    const char *const text = options->weights ? options->weights : "runs";
    options->power = !strcmp(text, "width");
    if (options->power > 0 || !strcmp(text, "runs"))
        return DP_OK;
    return dp_fail(error, DP_BAD_INPUT, "--weights %s: it must be runs or width", text);
}

static enum dp_status parse_bootstrap(struct dp_phase_options *options, struct dp_error *error)
{
    if (!options->bootstrap)
        return DP_OK;
    char *end;
    const long long number = strtoll(options->bootstrap, &end, 10);
    options->replicates = number;
    if (!*end && number >= REPLICATES_LEAST && number <= REPLICATES_MOST)
        return DP_OK;
    return dp_fail(error, DP_BAD_INPUT, "--bootstrap %s: it must be a whole number from %d to %d",
                   options->bootstrap, REPLICATES_LEAST, REPLICATES_MOST);
}

enum dp_status dp_phase_check(void *given, struct dp_error *error)
{
    struct dp_phase_options *const options = given;
    DP_TRY(parse_weights(options, error));
    DP_TRY(parse_bootstrap(options, error));
    const struct {
        const char *option, *path;
    } outputs[] = {{"--csv", options->csv}, {"--netcdf", options->netcdf}, {"--plot", options->plot}};
    if (options->plot)
        DP_TRY(dp_picture_check("--plot", options->plot, false, error));
    for (int i = 0; i < 3; i++)
        if (outputs[i].path)
            DP_TRY(dp_output_check(outputs[i].option, outputs[i].path, options->common.store, error));
    return DP_OK;
}
