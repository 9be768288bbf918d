// SPDX-License-Identifier: BSD-3-Clause
#include "store/create.h"
#include "store/reuse/donor.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Whether the path is another name of one of the first n stores. */
static bool is_there(const struct dp_reuse_options *options, int n)
{
    struct stat one, other;
    if (stat(options->paths[n], &one) != 0)
        return false;
    for (int i = 0; i < n; i++)
        if (stat(options->paths[i], &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino)
            return true;
    return false;
}

static enum dp_status open_all(struct dp_reuse *reuse, const struct dp_sweep *sweep,
                               const struct dp_reuse_options *options, struct dp_error *error)
{
    reuse->donors = calloc((size_t)options->count + 1, sizeof *reuse->donors);
    reuse->origins = malloc((size_t)sweep->runs * sizeof *reuse->origins);
    if (!reuse->donors || !reuse->origins)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the origins of %lld runs", (long long)sweep->runs);
    for (int64_t row = 0; row < sweep->runs; row++)
        reuse->origins[row].donor = -1;
    reuse->count = options->count;
    for (int i = 0; i < options->count; i++)
        if (!is_there(options, i))
            DP_TRY(dp_donor_open(options->paths[i], sweep, options->any_version, &reuse->donors[i], error));
    return DP_OK;
}

/* Stores that gave no row are no sources. */
static enum dp_status tell_sources(struct dp_reuse *reuse, struct dp_error *error)
{
    int64_t lines = 0;
    bool memory = true;
    for (int i = 0; i < reuse->count && memory; i++) {
        reuse->donors[i].lines_before = lines;
        if (reuse->donors[i].rows > 0)
            memory = dp_donor_sources(&reuse->donors[i], &reuse->sources, &lines);
    }
    return memory ? DP_OK : dp_fail(error, DP_NO_MEMORY, "no memory for the sources of the rows");
}

enum dp_status dp_reuse_find(const struct dp_sweep *sweep, const char *parts,
                             const struct dp_reuse_options *options, struct dp_reuse **made,
                             struct dp_error *error)
{
    struct dp_reuse *const reuse = calloc(1, sizeof *reuse);
    *made = NULL;
    if (!reuse)
        return dp_fail(error, DP_NO_MEMORY, "no memory to reuse rows");
    reuse->runs = sweep->runs;
    enum dp_status status = open_all(reuse, sweep, options, error);
    if (status == DP_OK)
        status = dp_reuse_match(reuse, sweep, parts, options->again, error);
    if (status == DP_OK)
        status = tell_sources(reuse, error);
    if (status == DP_OK)
        *made = reuse;
    else
        dp_reuse_free(reuse);
    return status;
}

void dp_reuse_free(struct dp_reuse *reuse)
{
    if (!reuse)
        return;
    for (int i = 0; i < reuse->count; i++)
        dp_donor_free(&reuse->donors[i]);
    free(reuse->donors);
    free(reuse->origins);
    free(reuse->sources);
    free(reuse);
}

int64_t dp_reuse_rows(const struct dp_reuse *reuse)
{
    return reuse->rows;
}

int64_t dp_reuse_rows_of(const struct dp_reuse *reuse, int i)
{
    return reuse->donors[i].rows;
}

int64_t dp_reuse_lost(const struct dp_reuse *reuse, int i)
{
    return reuse->donors[i].lost;
}

int64_t dp_reuse_damaged(const struct dp_reuse *reuse, int i)
{
    return reuse->donors[i].damaged;
}

bool dp_reuse_has(const struct dp_reuse *reuse, int64_t row)
{
    return reuse->origins[row].donor >= 0;
}

const char *dp_reuse_sources(const struct dp_reuse *reuse)
{
    return reuse->sources ? reuse->sources : "";
}

static enum dp_status fill(const void *reuse, const char *path, struct dp_error *error)
{
    return dp_reuse_copy(reuse, path, error);
}

enum dp_status dp_store_create_from(const struct dp_reuse *reuse, const char *path,
                                    const struct dp_sweep *sweep, const struct dp_samples *file,
                                    const struct dp_provenance *provenance, bool replace,
                                    struct dp_error *error)
{
    const struct dp_filling filling = {
        .fill = reuse && reuse->rows > 0 ? fill : NULL, .context = reuse, .replace = replace};
    return dp_store_create_filled(path, sweep, file, provenance, &filling, error);
}
