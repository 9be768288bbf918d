// SPDX-License-Identifier: BSD-3-Clause
#include "farm/job.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Everything that can be wrong is looked for before anything is made: the sweep, its data, the place of the store,
 * another writer, another sweep's store. */

/* 64-bit FNV-1a, continued over doubles as little-endian bytes. */
static uint64_t digest_doubles(uint64_t digest, const double *values, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        for (int byte = 0; byte < 8; byte++)
            digest = (digest ^ (bits >> (8 * byte) & 0xff)) * UINT64_C(0x100000001b3);
    }
    return digest;
}

/* Reads the data files. Their contents are part of the sweep's identity, which only knows their names: the digest
 * goes into the store, and a store of other data is refused. */
static enum dp_status read_files(struct dp_job *job, struct dp_error *error)
{
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    DP_TRY(dp_job_list_files(job, error));
    for (int i = 0; i < job->file_count; i++) {
        struct dp_samples *file = &job->files[i];
        DP_TRY(dp_data_read(job->file_names[i], file, error));
        const double shape[2] = {(double)file->count, (double)file->inputs};
        digest = digest_doubles(digest, shape, 2);
        digest = digest_doubles(digest, file->x, file->count * file->inputs);
        digest = digest_doubles(digest, file->y, file->count);
    }
    if (job->sweep.base.weights == DP_WEIGHTS_ALL)
        for (int i = 1; i < job->file_count; i++)
            if (job->files[i].inputs != job->files[0].inputs)
                return dp_fail(error, DP_BAD_INPUT,
                               "weights: all needs one number of inputs, but %s has %lld and %s has %lld",
                               job->file_names[0], (long long)job->files[0].inputs, job->file_names[i],
                               (long long)job->files[i].inputs);
    if (job->file_count)
        snprintf(job->data_digest, sizeof job->data_digest, "%016llx", (unsigned long long)digest);
    return DP_OK;
}

static enum dp_status compare_data(const struct dp_job *job, const struct dp_store *store,
                                   struct dp_error *error)
{
    if (strcmp(dp_store_text(store, "data_digest"), job->data_digest) == 0)
        return DP_OK;
    char names[1024] = "";
    for (int i = 0; i < job->file_count; i++)
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", i ? ", " : "",
                 job->file_names[i]);
    return dp_fail(error, DP_MISMATCH, "%s: made from other data than those now in %s", job->path, names);
}

static enum dp_status name_store(struct dp_job *job, struct dp_error *error)
{
    const char *path = job->options->store_path, *ending = path ? "" : ".h5";
    path = path ? path : job->sweep.name;
    const size_t size = strlen(path) + strlen(ending) + 1;
    job->path = malloc(size);
    if (!job->path)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the name of the store");
    snprintf(job->path, size, "%s%s", path, ending);
    return DP_OK;
}

/* *exists: is there a file to resume? */
static enum dp_status check_place(const char *path, bool *exists, struct dp_error *error)
{
    struct stat facts;
    *exists = stat(path, &facts) == 0;
    if (*exists && !S_ISREG(facts.st_mode))
        return dp_fail(error, DP_BAD_INPUT, "%s: not a regular file, so no place for a store", path);
    if (*exists && access(path, R_OK | W_OK) != 0)
        return dp_fail(error, DP_BAD_INPUT, "%s: %s", path, strerror(errno));
    char *folder = strdup(path);
    if (!folder)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the name of the store's directory");
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0';
    const char *where = slash ? folder : ".";
    enum dp_status status = DP_OK;
    if (stat(where, &facts) != 0 || access(where, W_OK | X_OK) != 0)
        status = dp_fail(error, DP_BAD_INPUT, "%s: cannot write the store to the directory %s: %s", path,
                         where, strerror(errno));
    else if (!S_ISDIR(facts.st_mode))
        status = dp_fail(error, DP_BAD_INPUT, "%s: %s is not a directory", path, where);
    free(folder);
    return status;
}

/* Before anything is made, "cannot write there" is a mistake in the command, not a failure of the disk. */
static enum dp_status as_input(enum dp_status status)
{
    return status == DP_IO ? DP_BAD_INPUT : status;
}

/* Reads the statuses of the rows, a window at a time, into done and tally. */
static enum dp_status read_statuses(struct dp_job *job, const struct dp_store *store, double *window,
                                    int64_t size, struct dp_error *error)
{
    for (int64_t first = 0; first < job->sweep.runs; first += size) {
        const int64_t count = job->sweep.runs - first < size ? job->sweep.runs - first : size;
        DP_TRY(dp_store_read(store, "status", first, count, window, error));
        for (int64_t i = 0; i < count; i++) {
            const int status = window[i] >= 0 && window[i] < DP_RUN_STATUSES ? (int)window[i] : DP_PENDING;
            job->done[first + i] = status != DP_PENDING && status != DP_RUN_FAILED;
            job->rows_done += job->done[first + i];
            job->tally[status] += job->done[first + i];
        }
    }
    return DP_OK;
}

static enum dp_status find_rows_to_do(struct dp_job *job, struct dp_error *error)
{
    const int64_t size = 1 << 16;
    struct dp_store *store = NULL;
    double *window = malloc((size_t)size * sizeof *window);
    job->done = malloc((size_t)job->sweep.runs * sizeof *job->done);
    enum dp_status status = DP_OK;
    if (!window || !job->done)
        status = dp_fail(error, DP_NO_MEMORY, "no memory for the statuses of %lld runs",
                         (long long)job->sweep.runs);
    if (status == DP_OK)
        status = dp_store_open(job->path, &store, error);
    if (status == DP_OK)
        status = compare_data(job, store, error);
    if (status == DP_OK)
        status = read_statuses(job, store, window, size, error);
    if (store) {
        const enum dp_status closed = dp_store_close(store, error);
        status = status == DP_OK ? closed : status;
    }
    free(window);
    return status;
}

static enum dp_status open_or_create(struct dp_job *job, bool exists, struct dp_error *error)
{
    const struct dp_provenance provenance = {
        .program = job->options->program,
        .build = job->options->build,
        .isa = job->isa,
        .hosts = job->hosts,
        .data = job->data_digest,
        .ranks = job->ranks,
    };
    if (!exists)
        return dp_store_create(job->path, &job->sweep, job->file_count ? job->files[0].inputs : 0,
                               &provenance, error);
    const enum dp_status compared = dp_store_compare(job->path, &job->sweep, error);
    if (compared != DP_OK)
        return as_input(compared);
    DP_TRY(find_rows_to_do(job, error));
    return job->rows_done == job->sweep.runs ? DP_OK : dp_store_restart(job->path, &provenance, error);
}

enum dp_status dp_job_start(struct dp_job *job, struct dp_error *error)
{
    const struct dp_farm_options *options = job->options;
    bool exists;
    DP_TRY(
        dp_sweep_read(options->sweep_path, options->overrides, options->override_count, &job->sweep, error));
    DP_TRY(read_files(job, error));
    DP_TRY(name_store(job, error));
    DP_TRY(check_place(job->path, &exists, error));
    const enum dp_status locked = dp_store_lock(job->path, error);
    if (locked != DP_OK)
        return as_input(locked);
    job->locked = true;
    return open_or_create(job, exists, error);
}
