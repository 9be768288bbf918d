// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/files/path.h"
#include "dewpoint/store/open.h"
#include "farm/job/job.h"
#include "farm/training/checkpoint.h"
#include "farm/training/crash.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Everything that can be wrong is looked for before anything is made: the sweep, its data, the place of the
 * store, another writer, another sweep's store. */

/* The contents of the files are part of the sweep's identity, which only knows their names: their digest goes
 * into the store, and a store of other data is refused. */
static enum dp_status read_files(struct dp_job *job, struct dp_error *error)
{
    DP_TRY(dp_inputs_read(&job->sweep, &job->inputs, error));
    dp_inputs_digest(&job->inputs, job->data_digest);
    return dp_inputs_fit(&job->sweep, &job->inputs, error);
}

static double cost(int64_t row, void *context)
{
    const struct dp_job *const job = context;
    struct dp_run run;
    dp_sweep_run(&job->sweep, row, &run);
    return dp_run_cost(&run, dp_inputs_data(&job->inputs, &run));
}

/* Leaves of the sweep what falls to this shard. */
static enum dp_status take_shard(struct dp_job *job, struct dp_error *error)
{
    const struct dp_farm_options *const options = job->options;
    char *part;
    if (options->shards == 0)
        return DP_OK;
    DP_TRY(dp_sweep_deal(&job->sweep, options->shard, options->shards, cost, job, &part, error));
    const enum dp_status status = dp_sweep_take(&job->sweep, part, error);
    free(part);
    return status;
}

/* The store is called by --output, or by the sweep's name, which must not lead to another directory or be
 * mistaken for an option by other programs. */
static enum dp_status name_store(struct dp_job *job, struct dp_error *error)
{
    const char *path = job->options->store_path;
    char ending[64] = "";
    if (!path && job->options->shards > 0)
        snprintf(ending, sizeof ending, ".%d-of-%d.h5", job->options->shard, job->options->shards);
    else if (!path)
        strcpy(ending, ".h5");
    path = path ? path : job->sweep.name;
    if (!job->options->store_path && (strchr(path, '/') || *path == '.' || *path == '-'))
        return dp_fail(error, DP_BAD_INPUT,
                       "%s: the name \"%s\" cannot be the name of a file; choose the store with --output",
                       job->options->sweep_path, path);
    const size_t size = strlen(path) + strlen(ending) + 1;
    job->path = malloc(size);
    if (!job->path)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the name of the store");
    snprintf(job->path, size, "%s%s", path, ending);
    return DP_OK;
}

/* Where a link to the store leads, also when nothing is there yet: a lock and temporary files belong next to
 * the store itself. */
static enum dp_status follow_links(struct dp_job *job, struct dp_error *error)
{
    char target[4096];
    for (int links = 0; links < 40; links++) {
        const ssize_t length = readlink(job->path, target, sizeof target - 1);
        if (length < 0)
            return DP_OK;
        target[length] = '\0';
        const size_t folder = target[0] == '/' ? 0 : (size_t)(dp_path_name(job->path) - job->path);
        const size_t size = folder + (size_t)length + 1;
        char *const path = malloc(size);
        if (!path)
            return dp_fail(error, DP_NO_MEMORY, "no memory for the name of the store");
        snprintf(path, size, "%.*s%s", (int)folder, job->path, target);
        free(job->path);
        job->path = path;
    }
    return dp_fail(error, DP_BAD_INPUT, "%s: a circle of links", job->path);
}

/* What cannot be a name here: with the names beside it (lock, temporary files) longer than the file system
 * allows, or one that the MPI library would read differently. */
static enum dp_status check_name(const char *path, struct dp_error *error)
{
    const char *const base = dp_path_name(path);
    if (strlen(base) + DP_STORE_SUFFIX > NAME_MAX)
        return dp_fail(error, DP_BAD_INPUT, "%s: a store's name may have %d bytes, not %zu", path,
                       NAME_MAX - DP_STORE_SUFFIX, strlen(base));
    if (strlen(path) + DP_STORE_SUFFIX > PATH_MAX)
        return dp_fail(error, DP_BAD_INPUT, "%s: a store's path may have %d bytes, not %zu", path,
                       PATH_MAX - DP_STORE_SUFFIX, strlen(path));
    if (dp_store_name_is_cut(path))
        return dp_fail(error, DP_BAD_INPUT, "%s: the MPI library's ROMIO would cut this name at the colon",
                       path);
    return DP_OK;
}

static enum dp_status check_place(const char *path, struct dp_error *error)
{
    struct stat facts;
    const bool exists = stat(path, &facts) == 0;
    if (exists && !S_ISREG(facts.st_mode))
        return dp_fail(error, DP_BAD_INPUT, "%s: not a regular file, so no place for a store", path);
    if (exists && access(path, R_OK | W_OK) != 0)
        return dp_fail(error, dp_path_status(errno), "%s: %s", path, strerror(errno));
    char *folder = strdup(path);
    if (!folder)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the name of the store's directory");
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0';
    const char *where = slash ? folder : ".";
    enum dp_status status = DP_OK;
    if (stat(where, &facts) != 0 || access(where, W_OK | X_OK) != 0)
        status = dp_fail(error, dp_path_status(errno), "%s: cannot write the store to the directory %s: %s",
                         path, where, strerror(errno));
    else if (!S_ISDIR(facts.st_mode))
        status = dp_fail(error, DP_BAD_INPUT, "%s: %s is not a directory", path, where);
    free(folder);
    return status;
}

static enum dp_status take_lock(struct dp_job *job, struct dp_error *error)
{
    DP_TRY(dp_store_lock(job->path, &job->lock, error));
    atomic_store(&job->locked, true);
    if (dp_lock_note(job->lock)[0])
        fprintf(stderr, "dewpoint: %s\n", dp_lock_note(job->lock));
    dp_store_clean(job->path);
    return DP_OK;
}

/* What earlier jobs left beside the store: runs that crashed, and checkpoints, of which some are of rows that
 * were written before their job was killed, or of a store that is no longer. */
static enum dp_status read_side_files(struct dp_job *job, bool resumed, struct dp_error *error)
{
    if (!resumed)
        dp_crash_forget(job);
    else
        DP_TRY(dp_crash_read(job, error));
    DP_TRY(dp_checkpoint_list(job, error));
    if (!resumed && job->options->extend && job->checkpoint_count > 0 && !job->options->quiet)
        fprintf(
            stderr,
            "dewpoint: %lld unfinished runs of %s begin again: their checkpoints belong to the sweep before "
            "--extend\n",
            (long long)job->checkpoint_count, job->path);
    for (int64_t i = 0; i < job->checkpoint_count; i++)
        if (!resumed || job->done[job->checkpoints[i]])
            dp_checkpoint_remove(job, job->checkpoints[i]);
    return DP_OK;
}

enum dp_status dp_job_start(struct dp_job *job, struct dp_error *error)
{
    const struct dp_farm_options *options = job->options;
    bool resumed;
    DP_TRY(dp_inputs_sweep(options->sweep_path, options->overrides, options->override_count, &job->sweep,
                           error));
    if (!options->quiet)
        dp_sweep_print_warnings(&job->sweep, stderr);
    DP_TRY(read_files(job, error));
    DP_TRY(take_shard(job, error));
    DP_TRY(name_store(job, error));
    DP_TRY(follow_links(job, error));
    DP_TRY(check_name(job->path, error));
    DP_TRY(check_place(job->path, error));
    DP_TRY(take_lock(job, error));
    DP_TRY(dp_job_store(job, &resumed, error)); // only now nobody else makes it
    DP_TRY(dp_lock_bind(job->lock, job->path, error));
    return read_side_files(job, resumed, error);
}
