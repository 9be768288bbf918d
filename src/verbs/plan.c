// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm/forecast.h"
#include "dewpoint/files/json.h"
#include "dewpoint/store/store.h"
#include "verbs/verbs.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the sweep expands to, and what it will cost. */

struct plan {
    struct dp_sweep sweep;
    struct dp_inputs inputs;
    struct dp_efforts efforts;
    struct dp_knowledge knowledge;
    struct dp_forecast estimate;
    int ranks;
    double trial; // s, 0: none
    char **from;
    int from_count;
    double bytes; // of the store
};

static const char *duration(double seconds, char text[static 32])
{
    if (seconds < 120)
        snprintf(text, 32, "%.2g s", seconds);
    else if (seconds < 7200)
        snprintf(text, 32, "%.3g min", seconds / 60);
    else if (seconds < 172800)
        snprintf(text, 32, "%.3g h", seconds / 3600);
    else
        snprintf(text, 32, "%.3g days", seconds / 86400);
    return text;
}

/* As SLURM takes it: h:mm:ss. */
static const char *time_limit(double seconds, char text[static 32])
{
    const long long minutes = (long long)(seconds / 60 + .5);
    snprintf(text, 32, "%lld:%02lld:00", minutes / 60, minutes % 60);
    return text;
}

/* Where the costs come from. */
static const char *source(const struct plan *p, char *text, size_t size)
{
    const long long runs = (long long)p->knowledge.rows;
    const char *const many = runs == 1 ? "" : "s";
    if (runs == 0)
        snprintf(text, size,
                 "the built-in model, which does not know the data: it may be off by a factor of 10,\n"
                 "       and far too low where flow has to fit noisy labels; --trial 5 measures");
    else if (p->from_count > 0 && p->trial > 0)
        snprintf(text, size, "%lld run%s of earlier stores and of a trial", runs, many);
    else if (p->from_count > 0)
        snprintf(text, size, "%lld run%s of %s%s", runs, many, p->from[0],
                 p->from_count > 1 ? " and other stores" : "");
    else
        snprintf(text, size, "%lld trial run%s", runs, many);
    return text;
}

static const char *source_word(const struct plan *p)
{
    return p->knowledge.rows == 0 ? "model" : p->from_count > 0 ? "store" : "trial";
}

static void write_json(const struct plan *p)
{
    const struct dp_sweep *sweep = &p->sweep;
    const struct dp_forecast *e = &p->estimate;
    struct dp_json json = {.out = stdout};
    char text[32];
    dp_json_open(&json, '{');
    dp_json_member_text(&json, "sweep", sweep->name);
    dp_json_member_text(&json, "digest", sweep->digest);
    dp_json_member_whole(&json, "runs", sweep->runs);
    dp_json_name(&json, "axes");
    dp_json_open(&json, '{');
    for (int i = 0; i < sweep->axis_count; i++)
        dp_json_member_whole(&json, sweep->axes[i].key->name, sweep->axes[i].count);
    dp_json_close(&json, '}');
    dp_json_member_lines(&json, "data", p->inputs.read ? p->inputs.read : "");
    dp_json_member_lines(&json, "warnings", sweep->warnings);
    dp_json_member_number(&json, "store_bytes", p->bytes);
    dp_json_member_text(&json, "costs_from", source_word(p));
    dp_json_member_whole(&json, "costs_from_runs", p->knowledge.rows);
    dp_json_member_number(&json, "core_seconds", e->work);
    dp_json_member_number(&json, "core_seconds_low", e->low);
    dp_json_member_number(&json, "core_seconds_high", e->high);
    dp_json_member_whole(&json, "ranks", e->ranks);
    dp_json_member_number(&json, "makespan_seconds", e->makespan);
    dp_json_member_number(&json, "bound_seconds", e->bound);
    dp_json_member_number(&json, "efficiency", e->efficiency);
    dp_json_member_whole(&json, "ranks_worth", e->ranks_worth);
    dp_json_member_number(&json, "memory_bytes", e->memory);
    dp_json_member_text(&json, "time_limit", time_limit(e->time_limit, text));
    dp_json_close(&json, '}');
    putchar('\n');
}

static void print(const struct plan *p)
{
    const struct dp_forecast *e = &p->estimate;
    char text[320], low[32], high[32];
    dp_sweep_print(&p->sweep, stdout);
    dp_print_lines(stdout, "data: ", p->inputs.read);
    printf("store: %s\n", dp_bytes_text(p->bytes, text));
    printf("costs: from %s\n", source(p, text, sizeof text));
    printf("work: %.3g core-hours (%.2g to %.2g)\n", e->work / 3600, e->low / 3600, e->high / 3600);
    printf("on %lld rank%s: %s, and no less than %s; efficiency %.2g\n", (long long)e->ranks,
           e->ranks == 1 ? "" : "s", duration(e->makespan, low), duration(e->bound, high), e->efficiency);
    printf("ranks worth asking for: up to %lld (efficiency .8)\n", (long long)e->ranks_worth);
    printf("memory: %s a rank\n", dp_bytes_text(e->memory, text));
    printf("time limit to ask for: --time=%s\n", time_limit(e->time_limit, text));
}

static bool read_options(const struct dp_arguments *a, struct plan *p)
{
    char *end = NULL;
    p->ranks = 1;
    if (a->ranks)
        p->ranks = (int)fmin(1e9, fmax(0, (double)strtol(a->ranks, &end, 10)));
    if (a->ranks && (end == a->ranks || *end || p->ranks < 1 || p->ranks > 1 << 20)) {
        fprintf(stderr, "dewpoint plan: --ranks must be a whole number from 1 to %d, not \"%s\"\n", 1 << 20,
                a->ranks);
        return false;
    }
    return dp_verb_duration("plan", "trial", a->trial, &p->trial) &&
           dp_verb_files("plan", a->reuse, a->reuse_count, &p->from, &p->from_count);
}

static enum dp_status make(const struct dp_arguments *a, struct plan *p, struct dp_error *error)
{
    DP_TRY(dp_inputs_sweep(a->words[0], a->sets, a->set_count, &p->sweep, error));
    DP_TRY(dp_inputs_read(&p->sweep, &p->inputs, error));
    DP_TRY(dp_inputs_fit(&p->sweep, &p->inputs, error));
    p->bytes = (double)dp_store_size(&p->sweep, dp_inputs_shape(&p->inputs));
    dp_efforts_open(&p->sweep, &p->inputs, &p->efforts);
    for (int i = 0; i < p->from_count; i++)
        DP_TRY(dp_knowledge_from_store(&p->efforts, p->from[i], &p->knowledge, error));
    if (p->trial > 0)
        DP_TRY(dp_knowledge_from_trial(&p->efforts, p->trial, a->isa, &p->knowledge, error));
    return dp_forecast_make(&p->efforts, &p->knowledge, p->ranks, &p->estimate, error);
}

int dp_verb_plan(const struct dp_arguments *a)
{
    struct dp_error error = {0};
    struct plan plan = {.ranks = 1};
    if (!read_options(a, &plan))
        return DP_EXIT_INPUT;
    const enum dp_status status = make(a, &plan, &error);
    if (status == DP_OK) {
        dp_sweep_print_warnings(&plan.sweep, stderr);
        dp_print_lines(stderr, "warning: ", plan.inputs.warned);
        (a->as_json ? write_json : print)(&plan);
    }
    dp_knowledge_free(&plan.knowledge);
    dp_inputs_free(&plan.inputs);
    dp_sweep_free(&plan.sweep);
    dp_verb_files_free(plan.from, plan.from_count);
    return status == DP_OK ? 0 : dp_report(&error);
}
