// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store_open.h"
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

/* The store is called by --output, or by the sweep's name, which must not lead to another directory or be
 * mistaken for an option by other programs. */
static enum dp_status name_store(struct dp_job *job, struct dp_error *error)
{
    const char *path = job->options->store_path, *ending = path ? "" : ".h5";
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
        const char *const slash = target[0] == '/' ? NULL : strrchr(job->path, '/');
        const size_t folder = slash ? (size_t)(slash - job->path) + 1 : 0, size = folder + (size_t)length + 1;
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
    const char *const slash = strrchr(path, '/'), *const base = slash ? slash + 1 : path;
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
static enum dp_status read_statuses(struct dp_job *job, const struct dp_store *store, struct dp_end *window,
                                    int64_t size, struct dp_error *error)
{
    int64_t damaged = 0;
    for (int64_t first = 0; first < job->sweep.runs; first += size) {
        const int64_t count = job->sweep.runs - first < size ? job->sweep.runs - first : size;
        DP_TRY(dp_store_ends(store, first, count, window, &damaged, error));
        for (int64_t i = 0; i < count; i++) {
            job->done[first + i] = window[i].status != DP_PENDING && window[i].status != DP_RUN_FAILED;
            job->rows_done += job->done[first + i];
            job->tally[window[i].status] += job->done[first + i];
            job->stops[window[i].stop] += job->done[first + i];
        }
    }
    if (damaged > 0)
        fprintf(stderr, "dewpoint: %s: %lld rows differ from their checksums and are trained again\n",
                job->path, (long long)damaged);
    return DP_OK;
}

static enum dp_status find_rows_to_do(struct dp_job *job, struct dp_error *error)
{
    const int64_t size = 1 << 16;
    struct dp_store *store = NULL;
    struct dp_end *window = malloc((size_t)size * sizeof *window);
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
        .read = job->inputs.read,
        .scaling = job->inputs.scaling,
        .ranks = job->ranks,
    };
    if (!exists)
        return dp_store_create(job->path, &job->sweep, dp_inputs_shape(&job->inputs), &provenance, error);
    const enum dp_status compared = dp_store_compare(job->path, &job->sweep, error);
    if (compared != DP_OK)
        return as_input(compared);
    DP_TRY(find_rows_to_do(job, error));
    return job->rows_done == job->sweep.runs ? DP_OK : dp_store_restart(job->path, &provenance, error);
}

static enum dp_status take_lock(struct dp_job *job, struct dp_error *error)
{
    const enum dp_status locked = dp_store_lock(job->path, &job->lock, error);
    if (locked != DP_OK)
        return as_input(locked);
    atomic_store(&job->locked, true);
    if (dp_lock_note(job->lock)[0])
        fprintf(stderr, "dewpoint: %s\n", dp_lock_note(job->lock));
    dp_store_clean(job->path);
    return DP_OK;
}

/* What earlier jobs left beside the store: runs that crashed, and checkpoints, of which some are of rows that
 * were written before their job was killed, or of a store that is no longer. */
static enum dp_status read_side_files(struct dp_job *job, bool exists, struct dp_error *error)
{
    if (!exists)
        dp_crash_forget(job);
    else
        DP_TRY(dp_crash_read(job, error));
    DP_TRY(dp_checkpoint_list(job, error));
    for (int64_t i = 0; i < job->checkpoint_count; i++)
        if (!exists || job->done[job->checkpoints[i]])
            dp_checkpoint_remove(job, job->checkpoints[i]);
    return DP_OK;
}

enum dp_status dp_job_start(struct dp_job *job, struct dp_error *error)
{
    const struct dp_farm_options *options = job->options;
    bool exists;
    DP_TRY(
        dp_sweep_read(options->sweep_path, options->overrides, options->override_count, &job->sweep, error));
    if (!options->quiet)
        dp_sweep_print_warnings(&job->sweep, stderr);
    DP_TRY(read_files(job, error));
    DP_TRY(name_store(job, error));
    DP_TRY(follow_links(job, error));
    DP_TRY(check_name(job->path, error));
    DP_TRY(check_place(job->path, &exists, error));
    DP_TRY(take_lock(job, error));
    exists = access(job->path, F_OK) == 0; // only now nobody else makes it
    DP_TRY(open_or_create(job, exists, error));
    DP_TRY(dp_lock_bind(job->lock, job->path, error));
    return read_side_files(job, exists, error);
}
