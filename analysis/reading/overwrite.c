// SPDX-License-Identifier: BSD-3-Clause
#include "reading/overwrite.h"
#include <stdlib.h>
#include <sys/stat.h>

static bool is_same_file(const char *path, const struct stat *there)
{
    struct stat facts;
    return path && stat(path, &facts) == 0 && facts.st_dev == there->st_dev && facts.st_ino == there->st_ino;
}

/* Whether a key of the sweep names this file. */
static bool names_it(const struct dp_sweep *sweep, const char *key, const char *name,
                     const struct stat *there)
{
    char *const path = name[0] ? dp_sweep_path(sweep, key, name) : NULL;
    const bool same = is_same_file(path, there);
    free(path);
    return same;
}

static bool is_read(const struct dp_sweep *sweep, const struct stat *there)
{
    const int starts = dp_sweep_starts(sweep, NULL, 0);
    const char **const start = calloc((size_t)starts + 1, sizeof *start);
    struct dp_run *run = NULL;
    struct dp_error unread = {0};
    int count = 0;
    bool any = false;
    if (dp_sweep_data(sweep, &run, &count, &unread) != DP_OK)
        count = 0;
    for (int i = 0; i < count; i++)
        any = any || names_it(sweep, "file", run[i].file, there) ||
              names_it(sweep, "test_file", run[i].test_file, there);
    for (int i = 0; start && i < starts && i < dp_sweep_starts(sweep, start, starts); i++)
        any = any || names_it(sweep, "path", start[i], there);
    free(run);
    free(start);
    return any;
}

bool dp_is_read_by_runs(const char *path, const char *store)
{
    struct stat there;
    struct dp_store *opened;
    struct dp_sweep sweep = {0};
    struct dp_error unread = {0};
    if (stat(path, &there) != 0 || dp_store_open(store, &opened, &unread) != DP_OK)
        return false;
    const bool known = dp_store_sweep(opened, &sweep, &unread) == DP_OK;
    const bool any = known && is_read(&sweep, &there);
    if (known)
        dp_sweep_free(&sweep);
    dp_store_close(opened, NULL);
    return any;
}

bool dp_is_readable_store(const char *path)
{
    struct stat facts;
    struct dp_store *opened;
    struct dp_error unread = {0};
    // a terminal or a pipe would be waited for
    if (stat(path, &facts) != 0 || !S_ISREG(facts.st_mode) || dp_store_open(path, &opened, &unread) != DP_OK)
        return false;
    dp_store_close(opened, NULL);
    return true;
}
