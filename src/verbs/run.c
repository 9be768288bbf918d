// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm.h"
#include "verbs/verbs.h"

int dp_verb_run(const struct dp_arguments *a)
{
    struct dp_error error = {0};
    struct dp_farm_result result;
    const struct dp_farm_options options = {
        .sweep_path = a->words[0],
        .store_path = a->output,
        .overrides = a->sets,
        .override_count = a->set_count,
        .isa = a->isa,
        .program = dp_program(),
        .build = dp_build(),
        .quiet = a->quiet,
    };
    const enum dp_status status = dp_farm_run(a->argc, a->argv, &options, &result, &error);
    // Rank 0 speaks for the job, with its exit code too: mpirun ends all ranks when the first one fails, and
    // rank 0 might not have come to its words.
    if (!result.root)
        return 0;
    if (status != DP_OK)
        dp_report(&error);
    return result.signal ? 128 + result.signal : dp_exit_code(status);
}
