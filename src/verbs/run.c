// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm.h"
#include "verbs/verbs.h"
#include <stdio.h>
#include <stdlib.h>

static bool whole_number(const char *option, const char *value, int64_t *number)
{
    if (!value)
        return true;
    char *end;
    *number = strtoll(value, &end, 10);
    if (end != value && *end == '\0' && *number >= 0)
        return true;
    if (dp_speaks_for_all())
        fprintf(stderr, "dewpoint run: --%s must be a whole number, not \"%s\"\n", option, value);
    return false;
}

static int exit_code(const struct dp_farm_result *result, const struct dp_farm_options *options, bool strict)
{
    if (!result->complete && result->failed <= options->max_failures)
        return DP_EXIT_INCOMPLETE;
    return result->failed > 0 || (strict && result->unfinished > 0) ? DP_EXIT_RUNS : DP_EXIT_OK;
}

int dp_verb_run(const struct dp_arguments *a)
{
    struct dp_error error = {0};
    struct dp_farm_result result;
    struct dp_farm_options options = {
        .sweep_path = a->words[0],
        .store_path = a->output,
        .overrides = a->sets,
        .override_count = a->set_count,
        .isa = a->isa,
        .program = dp_program(),
        .build = dp_build(),
        .quiet = a->quiet,
        .grace = 20,
        .checkpoint = 60,
        .max_failures = 10,
    };
    if (!dp_verb_duration("run", "time-budget", a->time_budget, &options.time_budget) ||
        !dp_verb_duration("run", "grace", a->grace, &options.grace) ||
        !dp_verb_duration("run", "checkpoint", a->checkpoint, &options.checkpoint) ||
        !whole_number("max-failures", a->max_failures, &options.max_failures))
        return DP_EXIT_INPUT;
    const enum dp_status status = dp_farm_run(a->argc, a->argv, &options, &result, &error);
    // Rank 0 speaks for the job, with its exit code too: mpirun ends all ranks when the first one fails, and
    // rank 0 might not have come to its words.
    if (!result.root)
        return DP_EXIT_OK;
    if (status != DP_OK) {
        dp_report(&error);
        return dp_exit_code(status);
    }
    return exit_code(&result, &options, a->strict);
}
