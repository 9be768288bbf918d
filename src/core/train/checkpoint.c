// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/checkpoint.h"
#include "core/train/repetition.h"
#include <stdlib.h>

/* The state of the run in a place: what the loop keeps of it, its network, its method's and its source's. */
static void archive_run(struct dp_training *t, const struct dp_method *method, const struct dp_source *source,
                        int lane, struct dp_archive *archive)
{
    double *const numbers[] = {t->loss,      t->loss_first, t->time,       t->rate,       t->before,
                               t->rises,     t->slack,      t->steps,      t->goal,       t->amplitude,
                               t->stop_loss, t->stop_steps, t->kept_steps, t->rate_first, t->base,
                               t->stage,     t->aim};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        DP_ARCHIVE(archive, numbers[i][lane]);
    DP_ARCHIVE(archive, t->rates.curvature[lane]);
    DP_ARCHIVE(archive, t->rates.known[lane]);
    DP_ARCHIVE(archive, t->rates.steps[lane]);
    dp_archive_network(archive, t->net, lane);
    if (method->archive)
        method->archive(t, lane, archive);
    source->archive(source->context, t->net, lane, archive);
    dp_repetition_archive(t, lane, archive);
}

enum dp_status dp_training_keep(struct dp_training *t, const struct dp_method *method,
                                const struct dp_source *source, int lane, char **state, size_t *size,
                                struct dp_error *error)
{
    struct dp_archive archive = {0};
    archive_run(t, method, source, lane, &archive);
    archive = (struct dp_archive){.bytes = malloc(archive.at), .size = archive.at};
    if (!archive.bytes)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the state of a run (%zu bytes)", archive.size);
    archive_run(t, method, source, lane, &archive);
    *state = archive.bytes;
    *size = archive.size;
    return DP_OK;
}

enum dp_status dp_training_save(struct dp_training *t, const struct dp_method *method,
                                const struct dp_source *source, struct dp_error *error)
{
    for (int l = 0; l < t->net->lanes; l++) {
        char *state = NULL;
        size_t size = 0;
        if (!t->live[l])
            continue;
        DP_TRY(dp_training_keep(t, method, source, l, &state, &size, error));
        source->save(source->context, l, state, size);
        free(state);
    }
    return DP_OK;
}

enum dp_status dp_training_load(struct dp_training *t, const struct dp_method *method,
                                const struct dp_source *source, int lane, const void *state, size_t size,
                                struct dp_error *error)
{
    struct dp_archive archive = {.bytes = (char *)state, .size = size, .loading = true};
    archive_run(t, method, source, lane, &archive);
    if (archive.at != archive.size)
        return dp_fail(error, DP_INTERNAL, "the checkpoint has %zu bytes, not %zu: it is not of this run",
                       archive.size, archive.at);
    return DP_OK;
}
