// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/state/checkpoint.h"
#include "core/train/state/repetition.h"
#include "core/train/state/run_state.h"
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
        size_t size;
        char *const state = dp_run_state_save(archive_run, t, method, source, l, &size);
        if (!state)
            return dp_fail(error, DP_NO_MEMORY, "no memory for the checkpoint of a run (%zu bytes)", size);
        source->save(source->context, l, state, size);
        free(state);
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
