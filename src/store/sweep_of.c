// SPDX-License-Identifier: BSD-3-Clause
#include "store/opened.h"
#include <stdlib.h>
#include <string.h>

static enum dp_status take_folder(const struct dp_store *store, const char *attribute, char **folder,
                                  struct dp_error *error)
{
    const char *const text = dp_store_text(store, attribute);
    if (!text[0])
        return DP_OK;
    char *const copy = strdup(text);
    if (!copy)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for its sweep", store->path);
    free(*folder);
    *folder = copy;
    return DP_OK;
}

/* The files of the sweep are where they were when the store was made. */
static enum dp_status take_folders(const struct dp_store *store, struct dp_sweep *sweep,
                                   struct dp_error *error)
{
    enum dp_status status = take_folder(store, "sweep_folder", &sweep->folder, error);
    if (status == DP_OK)
        status = take_folder(store, "command_folder", &sweep->command_folder, error);
    if (status != DP_OK)
        dp_sweep_free(sweep);
    return status;
}

enum dp_status dp_store_sweep(const struct dp_store *store, struct dp_sweep *sweep, struct dp_error *error)
{
    const char *const part = dp_store_text(store, "sweep_part");
    DP_TRY(dp_store_whole_sweep(store, sweep, error));
    const enum dp_status status = part[0] ? dp_sweep_take(sweep, part, error) : DP_OK;
    if (status != DP_OK)
        dp_sweep_free(sweep);
    return status;
}

enum dp_status dp_store_whole_sweep(const struct dp_store *store, struct dp_sweep *sweep,
                                    struct dp_error *error)
{
    DP_TRY(dp_sweep_parse_lines(store->path, dp_store_text(store, "sweep_yaml"),
                                dp_store_text(store, "sweep_overrides"), sweep, error));
    return take_folders(store, sweep, error);
}
