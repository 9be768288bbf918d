// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store/reuse.h"
#include "farm/job/job.h"
#include "farm/training/crash.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The store of a job on rank 0, under its lock: made anew, taken up again, or grown into that of a larger
 * sweep; with rows of other stores where they are given. What stood there is replaced in one step. */

static void add_name(const char *name, char *text, size_t size)
{
    const size_t used = strlen(text);
    if (!strstr(text, name))
        snprintf(text + used, size - used, "%s%s", used ? ", " : "", name);
}

static enum dp_status compare_data(const struct dp_job *job, const struct dp_store *store,
                                   struct dp_error *error)
{
    if (strcmp(dp_store_text(store, "data_digest"), job->data_digest) == 0)
        return DP_OK;
    char names[1024] = "";
    for (int i = 0; i < job->inputs.data_count; i++)
        add_name(job->inputs.data_runs[i].file, names, sizeof names);
    for (int i = 0; i < job->inputs.start_count; i++)
        add_name(job->inputs.start_names[i], names, sizeof names);
    return dp_fail(error, DP_MISMATCH, "%s: made from other data than those now in %s", job->path, names);
}

/* Reads the statuses of the rows, a window at a time, into done and tally. */
static enum dp_status read_statuses(struct dp_job *job, const struct dp_store *store, struct dp_end *window,
                                    int64_t size, struct dp_error *error)
{
    int64_t damaged = 0;
    char text[DP_DAMAGE_TEXT];
    for (int64_t first = 0; first < job->sweep.runs; first += size) {
        const int64_t count = job->sweep.runs - first < size ? job->sweep.runs - first : size;
        DP_TRY(dp_store_ends(store, first, count, window, &damaged, error));
        for (int64_t i = 0; i < count; i++) {
            job->done[first + i] = window[i].status != DP_PENDING && window[i].status != DP_RUN_FAILED &&
                                   !(job->options->again >> window[i].status & 1);
            job->rows_done += job->done[first + i];
            job->tally[window[i].status] += job->done[first + i];
            job->stops[window[i].stop] += job->done[first + i];
            job->unsure += job->done[first + i] && window[i].unsure;
        }
    }
    if (damaged > 0)
        fprintf(stderr, "dewpoint: %s: %s; damaged rows are trained again\n", job->path,
                dp_damage_text(damaged, text));
    return DP_OK;
}

static enum dp_status find_rows_to_do(struct dp_job *job, struct dp_error *error)
{
    memset(job->tally, 0, sizeof job->tally);
    memset(job->stops, 0, sizeof job->stops);
    job->rows_done = job->unsure = 0;
    const int64_t size = 1 << 16;
    struct dp_store *store = NULL;
    struct dp_end *window = malloc((size_t)size * sizeof *window);
    free(job->done);
    job->done = malloc((size_t)job->sweep.runs * sizeof *job->done);
    enum dp_status status = DP_OK;
    if (!window || !job->done)
        status = dp_fail(error, DP_NO_MEMORY, "no memory for the statuses of %lld runs",
                         (long long)job->sweep.runs);
    if (status == DP_OK)
        status = dp_store_open(job->path, &store, error);
    if (status == DP_OK)
        status = read_statuses(job, store, window, size, error);
    if (store) {
        const enum dp_status closed = dp_store_close(store, error);
        status = status == DP_OK ? closed : status;
    }
    free(window);
    return status;
}

static enum dp_status compare(const struct dp_job *job, struct dp_error *error)
{
    struct dp_store *store;
    DP_TRY(dp_store_compare(job->path, &job->sweep, error));
    DP_TRY(dp_store_open(job->path, &store, error));
    const enum dp_status status = compare_data(job, store, error);
    const enum dp_status closed = dp_store_close(store, error);
    return status == DP_OK ? closed : status;
}

/* Looks for rows to copy, in our own store first if it is to grow. */
static enum dp_status find_rows_to_copy(const struct dp_job *job, bool grows, bool quiet,
                                        struct dp_reuse **reuse, struct dp_error *error)
{
    const struct dp_farm_options *const options = job->options;
    const char **const paths = calloc((size_t)options->reuse_count + 1, sizeof *paths);
    char *const parts = dp_inputs_parts(&job->inputs);
    int count = 0;
    if (paths && grows)
        paths[count++] = job->path;
    for (int i = 0; paths && i < options->reuse_count; i++)
        paths[count++] = options->reuse[i];
    const struct dp_reuse_options wanted = {
        .paths = paths, .count = count, .any_version = options->any_version, .again = options->again};
    enum dp_status status = DP_NO_MEMORY;
    if (paths && parts)
        status = dp_reuse_find(&job->sweep, parts, &wanted, reuse, error);
    else
        dp_fail(error, status, "no memory to look for rows to copy");
    for (int i = 0; i < count && status == DP_OK && !quiet; i++) {
        char text[DP_DAMAGE_TEXT];
        if (dp_reuse_rows_of(*reuse, i) > 0)
            fprintf(stderr, "dewpoint: %lld of %lld runs are in %s\n", (long long)dp_reuse_rows_of(*reuse, i),
                    (long long)job->sweep.runs, paths[i]);
        if (dp_reuse_damaged(*reuse, i) > 0)
            fprintf(stderr, "dewpoint: %s: %s; damaged rows are not copied\n", paths[i],
                    dp_damage_text(dp_reuse_damaged(*reuse, i), text));
    }
    free(paths);
    free(parts);
    return status;
}

/* A store reserves its room at once, also for curves that will have few points: nobody should wonder where
 * the disk has gone. */
static void tell_of_large_curves(const struct dp_job *job)
{
    const double GB = 1e9;
    const bool every = job->sweep.base.curve_every > 0;
    int64_t points;
    const double bytes = (double)dp_store_curves_size(&job->sweep, dp_inputs_shape(&job->inputs), &points);
    if (bytes > GB && !job->options->quiet)
        fprintf(
            stderr,
            "warning: %s: the store takes more than %.3g GB, because its curves have room for %lld points a "
            "run; set a larger %s or a smaller max_steps\n",
            job->path, bytes / GB, (long long)points, every ? "curve_every" : "curve_ratio");
}

/* Creates the store, with the rows of reuse if that is not NULL, and finds what is left to do. */
static enum dp_status create(struct dp_job *job, const struct dp_reuse *reuse, bool replace,
                             const struct dp_provenance *provenance, struct dp_error *error)
{
    struct dp_provenance whole = *provenance;
    char *const parts = dp_inputs_parts(&job->inputs);
    if (!parts)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory to create the store", job->path);
    tell_of_large_curves(job);
    whole.parts = parts;
    whole.sources = reuse ? dp_reuse_sources(reuse) : "";
    const enum dp_status status = dp_store_create_from(reuse, job->path, &job->sweep,
                                                       dp_inputs_shape(&job->inputs), &whole, replace, error);
    free(parts);
    return status == DP_OK && reuse ? find_rows_to_do(job, error) : status;
}

/* Another sweep's store may become this one's when nothing of it is lost. */
static enum dp_status extend(struct dp_job *job, const struct dp_provenance *provenance,
                             struct dp_error *error)
{
    struct dp_reuse *reuse;
    DP_TRY(find_rows_to_copy(job, true, job->options->quiet, &reuse, error));
    const int64_t lost = dp_reuse_lost(reuse, 0);
    enum dp_status status;
    if (lost > 0) {
        status = dp_fail(error, DP_BAD_INPUT,
                         "%s: it has finished runs that this sweep lacks (%lld); they would be lost; to "
                         "keep the store and make another of this sweep: -o NEW --reuse %s",
                         job->path, (long long)lost, job->path);
    } else {
        dp_crash_forget(job); // rows have other numbers now
        status = create(job, reuse, true, provenance, error);
    }
    dp_reuse_free(reuse);
    return status;
}

/* The store is ours. Rows of other stores may still be of use, which an earlier job did not know. */
static enum dp_status resume(struct dp_job *job, const struct dp_provenance *provenance, bool *resumed,
                             struct dp_error *error)
{
    struct dp_reuse *reuse = NULL;
    bool any = false;
    DP_TRY(find_rows_to_do(job, error));
    if (job->rows_done < job->sweep.runs && job->options->reuse_count > 0) {
        DP_TRY(find_rows_to_copy(job, true, job->options->quiet, &reuse, error));
        for (int64_t row = 0; row < job->sweep.runs; row++)
            any = any || (!job->done[row] && dp_reuse_has(reuse, row));
    }
    *resumed = true;
    enum dp_status status = DP_OK;
    if (any)
        status = create(job, reuse, true, provenance, error);
    else if (job->rows_done < job->sweep.runs)
        status = dp_store_restart(job->path, provenance, error);
    dp_reuse_free(reuse);
    return status;
}

static enum dp_status create_anew(struct dp_job *job, const struct dp_provenance *provenance,
                                  struct dp_error *error)
{
    struct dp_reuse *reuse = NULL;
    if (job->options->reuse_count > 0)
        DP_TRY(find_rows_to_copy(job, false, job->options->quiet, &reuse, error));
    const enum dp_status status = create(job, reuse, false, provenance, error);
    dp_reuse_free(reuse);
    return status;
}

/* What to do with another sweep's store: --extend is named only where it would not be refused. */
static void advise(const struct dp_job *job, struct dp_error *error)
{
    struct dp_reuse *reuse = NULL;
    const bool known = find_rows_to_copy(job, true, true, &reuse, NULL) == DP_OK;
    const int64_t lost = known ? dp_reuse_lost(reuse, 0) : 0;
    dp_reuse_free(reuse);
    if (!known)
        dp_fail(error, DP_MISMATCH, "%s: to leave it as it is and make a store of this sweep: -o NEW",
                job->path);
    else if (lost > 0)
        dp_fail(
            error, DP_MISMATCH,
            "%s: it has finished runs that this sweep lacks (%lld); to leave it as it is and make a store of "
            "this sweep: -o NEW --reuse %s",
            job->path, (long long)lost, job->path);
    else
        dp_fail(
            error, DP_MISMATCH,
            "%s: to make it the store of this sweep, with the rows that it has: --extend; to leave it as it "
            "is: -o NEW --reuse %s",
            job->path, job->path);
}

enum dp_status dp_job_store(struct dp_job *job, bool *resumed, struct dp_error *error)
{
    const struct dp_provenance provenance = {
        .program = job->options->program,
        .build = job->options->build,
        .isa = job->isa,
        .hosts = job->hosts,
        .data = job->data_digest,
        .read = job->inputs.read,
        .scaling = job->inputs.scaling,
        .ranks = job->ranks,
    };
    struct dp_error difference = {0};
    *resumed = false;
    if (access(job->path, F_OK) != 0)
        return create_anew(job, &provenance, error);
    const enum dp_status compared = compare(job, &difference);
    if (compared == DP_OK)
        return resume(job, &provenance, resumed, error);
    if (compared == DP_MISMATCH && job->options->extend)
        return extend(job, &provenance, error);
    *error = difference;
    if (compared == DP_MISMATCH)
        advise(job, error);
    return compared == DP_IO ? DP_BAD_INPUT : compared;
}
