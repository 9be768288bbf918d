// SPDX-License-Identifier: BSD-3-Clause
#include "bench/bench.h"
#include "dewpoint/files/output.h"
#include "verbs/verbs.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double usual_seconds = 0.1;

static enum dp_status read_seconds(const char *text, double *seconds, struct dp_error *error)
{
    char *end;
    *seconds = usual_seconds;
    if (!text)
        return DP_OK;
    *seconds = strtod(text, &end);
    if (end == text || *end || !isfinite(*seconds) || *seconds < 0)
        return dp_fail(error, DP_BAD_INPUT, "--seconds must be a number that is not negative, not \"%s\"",
                       text);
    return DP_OK;
}

static enum dp_status bench(const struct dp_arguments *a, bool *same, struct dp_error *error)
{
    struct dp_bench_options options = {
        .isa = a->isa,
        .pattern = a->pattern,
        .program = dp_program(),
        .build = dp_build(),
        .text = stdout,
    };
    DP_TRY(read_seconds(a->seconds, &options.seconds, error));
    if (!a->json)
        return dp_bench(&options, same, error);
    struct dp_output output;
    DP_TRY(dp_output_open(a->json, &output, error));
    options.json = output.file;
    return dp_output_end(&output, dp_bench(&options, same, error), error);
}

int dp_verb_bench(const struct dp_arguments *a)
{
    struct dp_error error = {0};
    bool same = true;
    if (bench(a, &same, &error) != DP_OK)
        return dp_report(&error);
    if (!same)
        fprintf(stderr, "the instruction sets did not leave the same parameters\n");
    return same ? 0 : 1;
}
