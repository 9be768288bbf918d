// SPDX-License-Identifier: BSD-3-Clause
#define _XOPEN_SOURCE 700 // gethostname
#include "dewpoint/inputs/inputs.h"
#include "dewpoint/store/reuse.h"
#include "verbs/verbs.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Rows of several stores in one: reuse without training. */

struct merge {
    const struct dp_arguments *arguments;
    char **paths; // of the stores; the output's own comes first when it is there already
    int count;
    bool there; // the output is
    struct dp_sweep sweep;
    struct dp_inputs inputs;
    struct dp_reuse *reuse;
};

/* The sweep of --sweep, else the whole one of which the first store holds a part. */
static enum dp_status read_sweep(struct merge *m, struct dp_error *error)
{
    const struct dp_arguments *const a = m->arguments;
    if (a->sweep)
        return dp_inputs_sweep(a->sweep, a->sets, a->set_count, &m->sweep, error);
    if (a->set_count > 0)
        return dp_fail(error, DP_BAD_INPUT, "--set needs --sweep: otherwise the stores define the sweep");
    struct dp_store *store;
    DP_TRY(dp_store_open(m->paths[0], &store, error));
    const enum dp_status status = dp_store_whole_sweep(store, &m->sweep, error);
    const enum dp_status closed = dp_store_close(store, error);
    return status == DP_OK ? closed : status;
}

/* Rows that no run of the sweep can take would be lost in silence. */
static enum dp_status check_lost(const struct merge *m, struct dp_error *error)
{
    for (int i = 0; i < m->count; i++)
        if (dp_reuse_lost(m->reuse, i) > 0)
            return dp_fail(error, DP_BAD_INPUT,
                           "%s: it has finished runs that the sweep %s lacks (%lld); give one that has them "
                           "all with --sweep "
                           "FILE",
                           m->paths[i], m->sweep.name, (long long)dp_reuse_lost(m->reuse, i));
    return DP_OK;
}

static enum dp_status find(struct merge *m, struct dp_error *error)
{
    char *const parts = dp_inputs_parts(&m->inputs);
    const struct dp_reuse_options options = {
        .paths = (const char *const *)m->paths, .count = m->count, .any_version = m->arguments->any_version};
    enum dp_status status = DP_NO_MEMORY;
    if (parts)
        status = dp_reuse_find(&m->sweep, parts, &options, &m->reuse, error);
    else
        dp_fail(error, status, "no memory to merge");
    free(parts);
    return status == DP_OK ? check_lost(m, error) : status;
}

static enum dp_status write_store(const struct merge *m, struct dp_error *error)
{
    char host[256] = "", data[17];
    char *const parts = dp_inputs_parts(&m->inputs);
    if (!parts)
        return dp_fail(error, DP_NO_MEMORY, "no memory to merge");
    gethostname(host, sizeof host - 1);
    dp_inputs_digest(&m->inputs, data);
    const struct dp_provenance provenance = {
        .program = dp_program(),
        .build = dp_build(),
        .hosts = host,
        .data = data,
        .read = m->inputs.read,
        .scaling = m->inputs.scaling,
        .parts = parts,
        .sources = dp_reuse_sources(m->reuse),
        .ranks = 1,
    };
    const enum dp_status status = dp_store_create_from(
        m->reuse, m->arguments->output, &m->sweep, dp_inputs_shape(&m->inputs), &provenance, m->there, error);
    free(parts);
    return status;
}

/* "rows 3-9, 12 and 400 more" */
static void print_missing(const struct merge *m)
{
    enum { SHOWN = 8 };
    const int64_t runs = m->sweep.runs, missing = runs - dp_reuse_rows(m->reuse);
    int64_t told = 0;
    printf("missing  %lld run%s: rows", (long long)missing, missing == 1 ? "" : "s");
    int ranges = 0;
    for (int64_t row = 0, end; row < runs && ranges < SHOWN; row = end) {
        end = row + 1;
        if (dp_reuse_has(m->reuse, row))
            continue;
        while (end < runs && !dp_reuse_has(m->reuse, end))
            end++;
        printf("%s %lld", ranges++ ? "," : "", (long long)row);
        if (end > row + 1)
            printf("-%lld", (long long)end - 1);
        told += end - row;
    }
    if (told < missing)
        printf(" and %lld more", (long long)(missing - told));
    printf("\n`dewpoint run SWEEP -o %s` trains them\n", m->arguments->output);
}

static int report(const struct merge *m)
{
    const int64_t rows = dp_reuse_rows(m->reuse);
    printf("%s: %lld of %lld runs\n", m->arguments->output, (long long)rows, (long long)m->sweep.runs);
    for (int i = 0; i < m->count; i++) {
        char text[DP_DAMAGE_TEXT];
        const int64_t damaged = dp_reuse_damaged(m->reuse, i);
        printf("  %-10lld %s\n", (long long)dp_reuse_rows_of(m->reuse, i), m->paths[i]);
        if (damaged > 0)
            fprintf(stderr, "dewpoint: %s: %s; damaged rows are not copied\n", m->paths[i],
                    dp_damage_text(damaged, text));
    }
    if (rows == m->sweep.runs)
        return DP_EXIT_OK;
    print_missing(m);
    return DP_EXIT_INCOMPLETE;
}

static enum dp_status merge(struct merge *m, struct dp_error *error)
{
    DP_TRY(read_sweep(m, error));
    DP_TRY(dp_inputs_read(&m->sweep, &m->inputs, error));
    DP_TRY(find(m, error));
    return write_store(m, error);
}

/* The output's own rows count too, so that a second merge adds to the first and to what was trained since. */
static bool list_paths(struct merge *m)
{
    const struct dp_arguments *const a = m->arguments;
    const char **const patterns = calloc((size_t)a->word_count + 1, sizeof *patterns);
    int count = 0;
    if (!patterns)
        return false;
    m->there = access(a->output, F_OK) == 0;
    if (m->there)
        patterns[count++] = a->output;
    for (int i = 0; i < a->word_count; i++)
        patterns[count++] = a->words[i];
    const bool fine = dp_verb_files("merge", patterns, count, &m->paths, &m->count);
    free(patterns);
    return fine;
}

int dp_verb_merge(const struct dp_arguments *a)
{
    struct dp_error error = {0};
    struct merge m = {.arguments = a};
    struct dp_lock *lock;
    if (!a->output) {
        fprintf(stderr, "dewpoint merge: name the new store with --output\n");
        return DP_EXIT_INPUT;
    }
    enum dp_status status = dp_store_lock(a->output, &lock, &error);
    if (status != DP_OK)
        return dp_report(&error);
    dp_store_clean(a->output);
    if (!list_paths(&m)) {
        dp_store_unlock(lock);
        return DP_EXIT_INPUT;
    }
    status = merge(&m, &error);
    const int code = status == DP_OK ? report(&m) : dp_report(&error);
    dp_store_unlock(lock);
    dp_reuse_free(m.reuse);
    dp_inputs_free(&m.inputs);
    if (m.sweep.expansion)
        dp_sweep_free(&m.sweep);
    dp_verb_files_free(m.paths, m.count);
    return code;
}
