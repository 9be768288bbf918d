// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/checkpoint.h"
#include "core/train/repetition.h"
#include "core/train/run_state.h"
#include <stdlib.h>

static void archive_run(struct dp_training *t, const struct dp_method *method, const struct dp_source *source,
                        int lane, struct dp_archive *archive)
{
    dp_run_state_archive(t, method, source, lane, archive);
    dp_repetition_archive(t, lane, archive);
}

enum dp_status dp_training_save(struct dp_training *t, const struct dp_method *method,
                                const struct dp_source *source, struct dp_error *error)
{
    for (int l = 0; l < t->net->lanes; l++) {
        if (!t->live[l])
            continue;
        struct dp_archive archive = {0};
        archive_run(t, method, source, l, &archive);
        archive = (struct dp_archive){.bytes = malloc(archive.at), .size = archive.at};
        if (!archive.bytes)
            return dp_fail(error, DP_NO_MEMORY, "no memory for the checkpoint of a run (%zu bytes)",
                           archive.size);
        archive_run(t, method, source, l, &archive);
        source->save(source->context, l, archive.bytes, archive.size);
        free(archive.bytes);
    }
    return DP_OK;
}

enum dp_status dp_training_load(struct dp_training *t, const struct dp_method *method,
                                const struct dp_source *source, int lane, struct dp_error *error)
{
    struct dp_archive archive = {
        .bytes = (char *)t->placed[lane].state, .size = t->placed[lane].state_size, .loading = true};
    archive_run(t, method, source, lane, &archive);
    if (archive.at != archive.size)
        return dp_fail(error, DP_INTERNAL, "the checkpoint has %zu bytes, not %zu: it is not of this run",
                       archive.size, archive.at);
    return DP_OK;
}
