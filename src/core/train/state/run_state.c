// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/state/run_state.h"
#include <stdlib.h>

void dp_run_state_archive(struct dp_training *t, const struct dp_method *method,
                          const struct dp_source *source, int lane, struct dp_archive *archive)
{
    double *const numbers[] = {t->loss,      t->loss_first, t->time,       t->rate,       t->before,
                               t->rises,     t->slack,      t->steps,      t->goal,       t->amplitude,
                               t->stop_loss, t->stop_steps, t->kept_steps, t->rate_first, t->base,
                               t->stage,     t->aim,        t->lowest,     t->rise};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        DP_ARCHIVE(archive, numbers[i][lane]);
    DP_ARCHIVE(archive, t->rates.curvature[lane]);
    DP_ARCHIVE(archive, t->rates.known[lane]);
    DP_ARCHIVE(archive, t->rates.steps[lane]);
    dp_archive_network(archive, t->net, lane);
    if (method->archive)
        method->archive(t, lane, archive);
    source->archive(source->context, t->net, lane, archive);
}

char *dp_run_state_save(dp_state_archive *part, struct dp_training *t, const struct dp_method *method,
                        const struct dp_source *source, int lane, size_t *size)
{
    struct dp_archive archive = {0};
    part(t, method, source, lane, &archive);
    *size = archive.at;
    archive = (struct dp_archive){.bytes = malloc(*size), .size = *size};
    if (archive.bytes)
        part(t, method, source, lane, &archive);
    return archive.bytes;
}
