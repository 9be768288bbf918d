// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm/farm.h"
#include "verbs/verbs.h"
#ifdef __GLIBC__
#    include <malloc.h>
#endif
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static bool read_policy(const char *text, enum dp_policy *policy)
{
    *policy = DP_LPT;
    if (!text)
        return true;
    for (int i = 0; dp_policy_names[i]; i++)
        if (strcmp(dp_policy_names[i], text) == 0) {
            *policy = (enum dp_policy)i;
            return true;
        }
    if (dp_speaks_for_all())
        fprintf(stderr,
                "dewpoint run: --policy must be lpt, dynamic, guided, factoring or static, not \"%s\"\n",
                text);
    return false;
}

static bool read_progress(const char *text, struct dp_farm_options *options)
{
    options->as_json = text && strcmp(text, "json") == 0;
    options->quiet = options->quiet || options->as_json || (text && strcmp(text, "none") == 0);
    if (!text || options->quiet || strcmp(text, "text") == 0)
        return true;
    if (dp_speaks_for_all())
        fprintf(stderr, "dewpoint run: --progress must be text, json or none, not \"%s\"\n", text);
    return false;
}

static int exit_code(const struct dp_farm_result *result, const struct dp_farm_options *options, bool strict)
{
    if (!result->complete && result->failed <= options->max_failures)
        return DP_EXIT_INCOMPLETE;
    return result->failed > 0 || (strict && result->unfinished > 0) ? DP_EXIT_RUNS : DP_EXIT_OK;
}

/* "diverged,step-limit" as bits 1 << enum dp_run_status. */
static bool read_states(const char *text, unsigned *states)
{
    static const struct {
        const char *name;
        enum dp_run_status status;
    } known[] = {{"diverged", DP_DIVERGED},
                 {"step-limit", DP_STEP_LIMIT},
                 {"step_limit", DP_STEP_LIMIT},
                 {"failed", DP_RUN_FAILED}};
    enum { KNOWN = sizeof known / sizeof *known };
    for (size_t length; text && *text; text += length + (text[length] == ',')) {
        int i = 0;
        length = strcspn(text, ",");
        while (i < KNOWN && (strlen(known[i].name) != length || strncmp(text, known[i].name, length) != 0))
            i++;
        if (i == KNOWN) {
            if (dp_speaks_for_all())
                fprintf(stderr, "dewpoint run: --again takes diverged, step-limit and failed, not \"%.*s\"\n",
                        (int)length, text);
            return false;
        }
        *states |= 1u << known[i].status;
    }
    return true;
}

/* "3/7" */
static bool read_shard(const char *text, struct dp_farm_options *options)
{
    char rest;
    if (!text)
        return true;
    if (sscanf(text, "%d/%d%c", &options->shard, &options->shards, &rest) == 2 && options->shard >= 1 &&
        options->shard <= options->shards && options->shards <= DP_SWEEP_MOST_PARTS)
        return true;
    if (dp_speaks_for_all())
        fprintf(
            stderr,
            "dewpoint run: --shard must be such as 3/7, the third of seven parts, at most %d; not \"%s\"\n",
            DP_SWEEP_MOST_PARTS, text);
    return false;
}

/* The memory of a run is kept for the next one: to take it from the system anew, page by page, costs a tenth
 * of the time of networks of some ten thousand neurons. */
static void keep_memory(void)
{
#ifdef __GLIBC__
    enum { LARGEST_BLOCK = 32 << 20, MOST_KEPT = 128 << 20 };
    mallopt(M_MMAP_THRESHOLD, LARGEST_BLOCK);
    mallopt(M_TRIM_THRESHOLD, MOST_KEPT);
#endif
}

int dp_verb_run(const struct dp_arguments *a)
{
    keep_memory();
    char **reuse;
    int reuse_count;
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
        .speaks = dp_speaks_for_all(),
        .time_budget = INFINITY,
        .grace = 20,
        .checkpoint = 60,
        .max_failures = 10,
        .any_version = a->any_version,
        .extend = a->extend,
    };
    if (!dp_verb_duration("run", "time-budget", a->time_budget, &options.time_budget) ||
        !dp_verb_duration("run", "grace", a->grace, &options.grace) ||
        !dp_verb_duration("run", "checkpoint", a->checkpoint, &options.checkpoint) ||
        !whole_number("max-failures", a->max_failures, &options.max_failures) ||
        !read_progress(a->progress, &options) || !read_policy(a->policy, &options.policy) ||
        !read_states(a->again, &options.again) || !read_shard(a->shard, &options) ||
        !dp_verb_files("run", a->reuse, a->reuse_count, &reuse, &reuse_count))
        return DP_EXIT_INPUT;
    options.reuse = (const char *const *)reuse;
    options.reuse_count = reuse_count;
    const enum dp_status status = dp_farm_run(a->argc, a->argv, &options, &result, &error);
    dp_verb_files_free(reuse, reuse_count);
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
